use super::EnvironmentError;

/// What several agents act in: they choose at the same time, each gets a reward, and all observe the
/// same discrete state.
///
/// The life of an environment is that of Gymnasium's: [`reset`](Self::reset) begins an episode and
/// returns the first observation, [`step`](Self::step) plays one period, and an episode may end in
/// two ways (see [`Step`]). [`conformance::check`](super::conformance::check) tests an
/// implementation.
pub trait Environment {
    /// The number of agents.
    fn agents(&self) -> usize;

    /// The number of actions of an agent; they are counted from 0.
    fn actions(&self, agent: usize) -> usize;

    /// The number of states that can be observed; they are counted from 0.
    fn states(&self) -> usize;

    /// Begins an episode, whatever went before. All randomness of the episode comes from the seed:
    /// one seed and the same actions give the same observations and rewards.
    ///
    /// # Errors
    /// [`EnvironmentError`] where the implementation cannot begin.
    fn reset(&mut self, seed: u64) -> Result<usize, EnvironmentError>;

    /// Plays one period with one action of each agent.
    ///
    /// # Errors
    /// [`EnvironmentError`] where there is no running episode, or where an action is missing or does
    /// not exist; the environment is then as it was before the call.
    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, EnvironmentError>;
}

/// What one period brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<'a> {
    /// The state that the agents observe next.
    pub observation: usize,
    /// The reward of each agent.
    pub rewards: &'a [f64],
    /// The episode ended by itself: nothing comes after, so the value of the next state is zero.
    pub terminated: bool,
    /// The episode was cut, as by a limit of time: the next state keeps its value.
    pub truncated: bool,
}

impl Step<'_> {
    /// The episode is over.
    pub fn is_last(&self) -> bool {
        self.terminated || self.truncated
    }
}

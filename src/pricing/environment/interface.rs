use crate::pricing::PricingError;

/// An environment for several agents: they act at the same time, each receives a reward, and all
/// observe the same discrete state.
///
/// The interface follows Gymnasium: [`reset`](Self::reset) starts an episode and returns the first
/// observation, [`step`](Self::step) plays one period, and an episode may end in two ways (see
/// [`Step`]). [`conformance::check`](super::conformance::check) tests an implementation.
pub trait Environment {
    /// Returns the number of agents.
    fn agents(&self) -> usize;

    /// Returns the number of actions of an agent; they are counted from 0.
    fn actions(&self, agent: usize) -> usize;

    /// Returns the number of states that can be observed; they are counted from 0.
    fn states(&self) -> usize;

    /// Starts an episode, regardless of previous ones. All randomness of the episode comes from the
    /// seed: the same seed and the same actions give the same observations and rewards.
    ///
    /// # Errors
    /// Returns an error if the implementation cannot start an episode.
    fn reset(&mut self, seed: u64) -> Result<usize, PricingError>;

    /// Plays one period with one action of each agent.
    ///
    /// # Errors
    /// Returns an error if no episode is running, or if an action is missing or does not exist. The
    /// environment is then unchanged.
    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, PricingError>;
}

/// The result of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<'a> {
    /// Next state, which all agents observe.
    pub observation: usize,
    /// Reward of each agent.
    pub rewards: &'a [f64],
    /// Whether the episode terminated: the value of the next state is zero.
    pub terminated: bool,
    /// Whether the episode was truncated, such as by a time limit: the next state keeps its value.
    pub truncated: bool,
}

impl Step<'_> {
    /// Returns whether the episode is over.
    pub fn is_last(&self) -> bool {
        self.terminated || self.truncated
    }
}

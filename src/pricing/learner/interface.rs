use rand::Rng;

use super::QTable;
use crate::pricing::PricingError;

/// An agent that chooses actions in discrete states and learns from rewards.
///
/// Random numbers come from the caller's generator, which belongs to this learner for the whole
/// session. A session changes the learner, so create a new one for each session.
pub trait Learner {
    /// Chooses an action.
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize;

    /// Learns from the result of the last action.
    fn learn(&mut self, transition: &Transition, rng: &mut dyn Rng);

    /// Returns the greedy action in a state. Learning has converged when it no longer changes.
    fn greedy_action(&self, state: usize) -> usize;

    /// Checks that the learner fits an environment with these numbers of states and actions.
    ///
    /// # Errors
    /// Returns an error if the learner does not fit, for example because of a table of
    /// another size.
    fn check(&self, _states: usize, _actions: usize) -> Result<(), PricingError> {
        Ok(())
    }

    /// Returns the learned values; `None` if the learner has no table.
    fn values(&self) -> Option<QTable> {
        None
    }
}

/// The result of one action of one agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// State in which the action was chosen.
    pub state: usize,
    /// Action taken.
    pub action: usize,
    /// Reward of the agent.
    pub reward: f64,
    /// Next state.
    pub next_state: usize,
    /// Whether the episode terminated, so that the next state has value 0.
    pub terminated: bool,
}

impl<L: Learner + ?Sized> Learner for Box<L> {
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        (**self).act(state, rng)
    }

    fn learn(&mut self, transition: &Transition, rng: &mut dyn Rng) {
        (**self).learn(transition, rng);
    }

    fn greedy_action(&self, state: usize) -> usize {
        (**self).greedy_action(state)
    }

    fn check(&self, states: usize, actions: usize) -> Result<(), PricingError> {
        (**self).check(states, actions)
    }

    fn values(&self) -> Option<QTable> {
        (**self).values()
    }
}

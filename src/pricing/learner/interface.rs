use rand::Rng;

use super::{LearnerError, QTable};

/// An agent that chooses actions in discrete states and learns from rewards.
///
/// Randomness comes from the caller's generator, which is the learner's own for a whole session.
/// A learner that ends a session has changed, so make a fresh one for each.
pub trait Learner {
    /// Chooses an action.
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize;

    /// Learns from what the last action brought.
    fn learn(&mut self, transition: &Transition, rng: &mut dyn Rng);

    /// The action that it thinks best in a state. Learning has converged when this stays the same.
    fn greedy_action(&self, state: usize) -> usize;

    /// Checks that the learner fits an environment with so many states and actions.
    ///
    /// # Errors
    /// [`LearnerError`] where it cannot, as with a table of another size.
    fn check(&self, _states: usize, _actions: usize) -> Result<(), LearnerError> {
        Ok(())
    }

    /// The values learned, where it has a table of them.
    fn values(&self) -> Option<QTable> {
        None
    }
}

/// What one action of one agent brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// Where the action was chosen.
    pub state: usize,
    /// The action.
    pub action: usize,
    /// What the agent got.
    pub reward: f64,
    /// The state that came next.
    pub next_state: usize,
    /// Nothing comes after, so that the next state has no value.
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

    fn check(&self, states: usize, actions: usize) -> Result<(), LearnerError> {
        (**self).check(states, actions)
    }

    fn values(&self) -> Option<QTable> {
        (**self).values()
    }
}

use rand::Rng;

use super::{
    Exploration, Learner, QTable, Schedule, Transition, explorer::Explorer, tabular::Tabular,
    values::Values,
};
use crate::pricing::PricingError;

/// A tabular Q-learner.
///
/// ```text
/// Q(s, a) += alpha (r + delta max_b Q(s', b) - Q(s, a))
/// ```
///
/// without the maximum if the episode terminated. The greedy action of a state changes only if
/// another is strictly better; of several such actions, the first is taken.
///
/// Reference: Watkins and Dayan (1992), Machine Learning 8.
#[derive(Clone, Debug)]
pub struct QLearner {
    table: Tabular,
}

/// Parts of a learner at its start, for the specialized engine.
pub(crate) struct Parts {
    pub(crate) alpha: f64,
    pub(crate) delta: f64,
    pub(crate) values: Values,
    pub(crate) schedule: Schedule,
}

impl QLearner {
    /// Creates a learner with the learning rate alpha, the discount factor delta, and initial
    /// values, whose size determines the numbers of states and actions.
    ///
    /// # Errors
    /// Returns an error if a number is out of range, if the table does not fit into memory, or if
    /// exploration is given by visits, which only [`QLearning`](super::QLearning) supports.
    pub fn new(
        alpha: f64,
        delta: f64,
        exploration: Exploration,
        initial: &QTable,
    ) -> Result<Self, PricingError> {
        let table = Tabular::new(alpha, delta, exploration, initial)?;
        Ok(Self { table })
    }

    /// Returns whether exploration is independent of the learned values.
    pub(crate) fn is_scheduled(&self) -> bool {
        matches!(self.table.explorer, Explorer::Scheduled(_))
    }

    /// Returns the parts, if exploration follows a schedule and the learner has not started.
    pub(crate) fn into_parts(self) -> Option<Parts> {
        Some(Parts {
            alpha: self.table.alpha,
            delta: self.table.delta,
            values: self.table.values,
            schedule: self.table.explorer.into_schedule()?,
        })
    }
}

impl Learner for QLearner {
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        self.table.choose(state, rng)
    }

    fn learn(&mut self, transition: &Transition, _rng: &mut dyn Rng) {
        let next = self.table.values.greedy(transition.next_state).value;
        let target = if transition.terminated {
            transition.reward
        } else {
            transition.reward + self.table.delta * next
        };
        let Transition { state, action, .. } = *transition;
        self.table.update(state, action, target);
    }

    fn greedy_action(&self, state: usize) -> usize {
        self.table.greedy_action(state)
    }

    fn check(&self, states: usize, actions: usize) -> Result<(), PricingError> {
        self.table.values.check(states, actions)
    }

    fn values(&self) -> Option<QTable> {
        self.table.values.table()
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    /// A chain of two states: action 1 moves from state 0 to 1 with reward 0, and in state 1 gives
    /// reward 1 and terminates; action 0 stays with reward 0.
    #[test]
    fn the_values_of_a_known_chain_are_found() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let exploration = Exploration::Constant { epsilon: 0.5 };
        let start = QTable::of_equal_states(2, &[0.0, 0.0]).unwrap();
        let mut learner = QLearner::new(0.5, 0.9, exploration, &start).unwrap();
        let mut state = 0;
        for _ in 0..2_000 {
            let action = learner.act(state, &mut rng);
            let end = action == 1 && state == 1;
            let next_state = if end { 0 } else { state.max(action) };
            let transition = Transition {
                state,
                action,
                reward: f64::from(u8::from(end)),
                next_state,
                terminated: end,
            };
            learner.learn(&transition, &mut rng);
            state = next_state;
        }
        let values = learner.values().unwrap();
        for (found, expected) in values.values().iter().zip([0.81, 0.9, 0.9, 1.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert_eq!((learner.greedy_action(0), learner.greedy_action(1)), (1, 1));
    }

    #[test]
    fn exploration_by_visits_requires_a_game() {
        let start = QTable::of_equal_states(2, &[0.0, 0.0]).unwrap();
        let error = QLearner::new(0.5, 0.9, Exploration::Visits { nu: 9.0 }, &start).unwrap_err();
        assert!(matches!(error, PricingError::VisitsWithoutGame));
    }
}

use rand::Rng;

use super::{Exploration, Learner, QTable, Transition, tabular::Tabular};
use crate::pricing::PricingError;

/// A tabular SARSA learner, whose values are those of its own policy, including exploration.
///
/// ```text
/// Q(s, a) += alpha (r + delta Q(s', a') - Q(s, a))
/// ```
///
/// with a' the next action, and without that term if the episode terminated. Exploration and ties
/// are handled as by [`QLearner`](super::QLearner).
///
/// Reference: Sutton and Barto (2018), Reinforcement Learning, section 6.4.
#[derive(Clone, Debug)]
pub struct Sarsa {
    table: Tabular,
    /// State and the action chosen in it before it is played.
    planned: Option<(usize, usize)>,
}

impl Sarsa {
    /// Creates a learner; see [`QLearner::new`](super::QLearner::new).
    ///
    /// # Errors
    /// Same as [`QLearner::new`](super::QLearner::new).
    pub fn new(
        alpha: f64,
        delta: f64,
        exploration: Exploration,
        initial: &QTable,
    ) -> Result<Self, PricingError> {
        Ok(Self {
            table: Tabular::new(alpha, delta, exploration, initial)?,
            planned: None,
        })
    }
}

impl Learner for Sarsa {
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        match self.planned.take() {
            Some((planned, action)) if planned == state => action,
            _ => self.table.choose(state, rng),
        }
    }

    fn learn(&mut self, transition: &Transition, rng: &mut dyn Rng) {
        let Transition {
            state,
            action,
            reward,
            next_state,
            terminated,
        } = *transition;
        let target = if terminated {
            reward
        } else {
            let next = self.table.choose(next_state, rng);
            self.planned = Some((next_state, next));
            reward + self.table.delta * self.table.values.row(next_state)[next]
        };
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

    /// One state, rewards 1 and 0, exploration in half of the periods: the values include the cost
    /// of exploration, unlike those of Q-learning.
    #[test]
    fn values_include_exploration() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let exploration = Exploration::Constant { epsilon: 0.5 };
        let start = QTable::of_equal_states(1, &[5.0, 5.0]).unwrap();
        let mut learner = Sarsa::new(0.002, 0.5, exploration, &start).unwrap();
        let mut sum = 0.0;
        for period in 0..60_000 {
            let action = learner.act(0, &mut rng);
            let transition = Transition {
                state: 0,
                action,
                reward: if action == 0 { 1.0 } else { 0.0 },
                next_state: 0,
                terminated: false,
            };
            learner.learn(&transition, &mut rng);
            if period >= 20_000 {
                sum += learner.values().unwrap().row(0)[0];
            }
        }
        // The mean reward of the policy is 3/4: Q(0) = 1 + 0.5 * 0.75 / 0.5.
        assert!((sum / 40_000.0 - 1.75).abs() < 0.01, "{}", sum / 40_000.0);
        assert_eq!(learner.greedy_action(0), 0);
    }

    #[test]
    fn the_planned_action_is_played() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let exploration = Exploration::Constant { epsilon: 1.0 };
        let start = QTable::of_equal_states(2, &[0.0; 8]).unwrap();
        let mut learner = Sarsa::new(1.0, 0.5, exploration, &start).unwrap();
        let mut action = learner.act(0, &mut rng);
        for period in 1..200_u32 {
            let transition = Transition {
                state: 0,
                action,
                reward: f64::from(period),
                next_state: 0,
                terminated: false,
            };
            let before = learner.values().unwrap();
            learner.learn(&transition, &mut rng);
            let next = learner.act(0, &mut rng);
            let target = f64::from(period) + 0.5 * before.row(0)[next];
            assert_eq!(learner.values().unwrap().row(0)[action], target);
            action = next;
        }
    }
}

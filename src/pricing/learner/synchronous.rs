use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    Exploration, InitialQ, Learner, LearnerRule, QTable, Transition,
    q_learning::Listed,
    tabular::{Tabular, check_rates},
};
use crate::pricing::{PricingError, environment::ActionHistory, game::NormalFormGame};

/// Q-learning with synchronous updates: each period updates the values of all own actions,
/// including those not taken, with their counterfactual rewards against the actions of the rivals.
///
/// ```text
/// Q(s, b) += alpha (r(b, a_-i) + delta max_c Q(s'(b, a_-i), c) - Q(s, b))   for every own action b
/// ```
///
/// This requires a model of demand, which is the game itself. The actions of the rivals are read
/// from the next state, so learners must remember at least one period.
///
/// In TOML: the table of Q-learning with `kind = "synchronous_q_learning"`.
///
/// Reference: Asker, Fershtman and Pakes (2024), The impact of artificial intelligence design on
/// pricing, Journal of Economics and Management Strategy 33.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct SynchronousQLearning {
    /// Learning rate α, above 0 and at most 1.
    pub alpha: f64,
    /// Discount factor δ, in [0, 1).
    pub delta: f64,
    /// Exploration.
    pub exploration: Exploration,
    /// Initial values.
    pub initial_q: InitialQ,
}

impl SynchronousQLearning {
    /// Creates settings with initial values against uniformly random rivals.
    ///
    /// # Errors
    /// Returns an error if a number is out of range.
    pub fn new(alpha: f64, delta: f64, exploration: Exploration) -> Result<Self, PricingError> {
        check_rates(alpha, delta)?;
        exploration.validate()?;
        Ok(Self {
            alpha,
            delta,
            exploration,
            initial_q: InitialQ::default(),
        })
    }
}

impl LearnerRule for SynchronousQLearning {
    fn kind(&self) -> &'static str {
        "synchronous_q_learning"
    }

    fn discount_factor(&self) -> f64 {
        self.delta
    }

    fn reads_game(&self) -> bool {
        true
    }

    fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        if history.memory() == 0 {
            return Err(PricingError::Settings {
                reason:
                    "synchronous updates use the rivals' last actions: give a memory of at least 1 \
                         period"
                        .to_owned(),
            });
        }
        let counts = game.action_counts();
        let exploration = self.exploration.resolve(counts, history.memory(), agent)?;
        let initial = self
            .initial_q
            .table(game, history, agent, self.delta, rng)?;
        let rewards = (0..game.joint_count()).map(|joint| game.learning_rewards(joint)[agent]);
        Ok(Box::new(SynchronousLearner {
            table: Tabular::new(self.alpha, self.delta, exploration, &initial)?,
            rewards: rewards.collect(),
            place: counts[agent + 1..].iter().product(),
            actions: counts[agent],
            history: *history,
            targets: vec![0.0; counts[agent]],
        }))
    }
}

/// The state of the learner.
#[derive(Clone, Debug)]
struct SynchronousLearner {
    table: Tabular,
    /// Own learning reward of each joint action.
    rewards: Vec<f64>,
    /// Factor of an own action in the joint index.
    place: usize,
    actions: usize,
    history: ActionHistory,
    targets: Vec<f64>,
}

impl Learner for SynchronousLearner {
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        self.table.choose(state, rng)
    }

    fn learn(&mut self, transition: &Transition, _rng: &mut dyn Rng) {
        let Transition {
            state, next_state, ..
        } = *transition;
        // The last joint action is the last digit of the next state.
        let joint = next_state % self.rewards.len();
        let others = joint - joint / self.place % self.actions * self.place;
        for own in 0..self.actions {
            let joint = others + own * self.place;
            let next = self
                .table
                .values
                .greedy(self.history.next(state, joint))
                .value;
            let kept = if transition.terminated {
                0.0
            } else {
                self.table.delta
            };
            self.targets[own] = self.rewards[joint] + kept * next;
        }
        for own in 0..self.actions {
            let target = self.targets[own];
            self.table.update(state, own, target);
        }
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

impl TryFrom<Listed> for SynchronousQLearning {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        let made = Self::new(listed.alpha, listed.delta, listed.exploration)?;
        Ok(Self {
            initial_q: listed.initial_q,
            ..made
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    const GREEDY: Exploration = Exploration::Constant { epsilon: 0.0 };

    /// Three agents with different numbers of actions, so that their positions are distinguishable.
    fn game() -> NormalFormGame {
        NormalFormGame::from_fn(vec![2, 3, 2], |a| {
            (0..3)
                .map(|i| (1 + i) as f64 * (a[0] + 10 * a[1] + 100 * a[2]) as f64)
                .collect()
        })
        .unwrap()
    }

    #[test]
    fn every_own_action_is_updated_with_its_counterfactual_reward() {
        let game = game();
        for memory in [1, 2] {
            let history = ActionHistory::new(&game, memory).unwrap();
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
            let rule = SynchronousQLearning::new(0.25, 0.5, GREEDY).unwrap();
            let mut learner = rule.learner(&game, &history, 1, &mut rng).unwrap();
            let before = learner.values().unwrap();
            let (state, joint) = (7, game.joint_index(&[1, 2, 0]).unwrap());
            learner.learn(
                &Transition {
                    state,
                    action: 2,
                    reward: game.payoffs(joint)[1],
                    next_state: history.next(state, joint),
                    terminated: false,
                },
                &mut rng,
            );
            let after = learner.values().unwrap();
            for own in 0..3 {
                let other = game.with_action(joint, 1, own);
                let next = history.next(state, other);
                let best = before.row(next).iter().copied().fold(f64::MIN, f64::max);
                let target = game.payoffs(other)[1] + 0.5 * best;
                let expected = before.row(state)[own] + 0.25 * (target - before.row(state)[own]);
                assert!((after.row(state)[own] - expected).abs() < 1e-12);
            }
            assert_eq!(after.row(state + 1), before.row(state + 1));
        }
        let none = ActionHistory::new(&game, 0).unwrap();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let rule = SynchronousQLearning::new(0.25, 0.5, GREEDY).unwrap();
        let error = rule.learner(&game, &none, 1, &mut rng).err().unwrap();
        assert!(error.to_string().contains("at least 1 period"), "{error}");
    }
}

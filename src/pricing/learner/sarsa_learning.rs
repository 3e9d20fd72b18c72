use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    Exploration, InitialQ, Learner, LearnerRule, Sarsa, q_learning::Listed, tabular::check_rates,
};
use crate::pricing::{PricingError, environment::ActionHistory, game::NormalFormGame};

/// The settings of a [`Sarsa`] learner in a repeated game; the fields are those of
/// [`QLearning`](super::QLearning).
///
/// In TOML: the table of Q-learning with `kind = "sarsa"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct SarsaLearning {
    /// Learning rate α, above 0 and at most 1.
    pub alpha: f64,
    /// Discount factor δ, in [0, 1).
    pub delta: f64,
    /// Exploration.
    pub exploration: Exploration,
    /// Initial values.
    pub initial_q: InitialQ,
}

impl SarsaLearning {
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

impl LearnerRule for SarsaLearning {
    fn kind(&self) -> &'static str {
        "sarsa"
    }

    fn discount_factor(&self) -> f64 {
        self.delta
    }

    fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        let counts = game.action_counts();
        let exploration = self.exploration.resolve(counts, history.memory(), agent)?;
        let initial = self
            .initial_q
            .table(game, history, agent, self.delta, rng)?;
        Ok(Box::new(Sarsa::new(
            self.alpha,
            self.delta,
            exploration,
            &initial,
        )?))
    }
}

impl TryFrom<Listed> for SarsaLearning {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        let made = Self::new(listed.alpha, listed.delta, listed.exploration)?;
        Ok(Self {
            initial_q: listed.initial_q,
            ..made
        })
    }
}

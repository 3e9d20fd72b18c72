use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    Exploration, InitialQ, Learner, LearnerError, LearnerRule, Sarsa,
    q_learning::{Listed, check_rates},
};
use crate::pricing::{environment::ActionHistory, game::NormalFormGame};

/// The settings of one learner by [`Sarsa`] in a repeated game; fields as of
/// [`QLearning`](super::QLearning).
///
/// In TOML: the table of Q-learning with `kind = "sarsa"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct SarsaLearning {
    /// The learning rate α, above 0 and at most 1.
    pub alpha: f64,
    /// The discount factor δ, at least 0 and below 1.
    pub delta: f64,
    /// When to try other actions.
    pub exploration: Exploration,
    /// The values to start with.
    pub initial_q: InitialQ,
}

impl SarsaLearning {
    /// Settings with initial values against uniformly random rivals.
    ///
    /// # Errors
    /// [`LearnerError`] if a number is out of range.
    pub fn new(alpha: f64, delta: f64, exploration: Exploration) -> Result<Self, LearnerError> {
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
    ) -> Result<Box<dyn Learner>, LearnerError> {
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
    type Error = LearnerError;

    fn try_from(listed: Listed) -> Result<Self, LearnerError> {
        let made = Self::new(listed.alpha, listed.delta, listed.exploration)?;
        Ok(Self {
            initial_q: listed.initial_q,
            ..made
        })
    }
}

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{Exploration, InitialQ, QLearner, tabular::check_rates};
use crate::pricing::{PricingError, environment::ActionHistory, game::NormalFormGame};

/// The settings of one Q-learner in a repeated game.
///
/// In TOML:
///
/// ```toml
/// alpha = 0.15
/// delta = 0.95
/// exploration = { exponential = { beta = 4e-6 } }
/// initial_q = "uniform_rivals"
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct QLearning {
    /// Learning rate α, above 0 and at most 1.
    pub alpha: f64,
    /// Discount factor δ, in [0, 1).
    pub delta: f64,
    /// Exploration.
    pub exploration: Exploration,
    /// Initial values.
    pub initial_q: InitialQ,
}

impl QLearning {
    /// Creates settings with initial values against uniformly random rivals.
    ///
    /// # Errors
    /// Returns an error if a number is out of range.
    pub fn new(alpha: f64, delta: f64, exploration: Exploration) -> Result<Self, PricingError> {
        Self {
            alpha,
            delta,
            exploration,
            initial_q: InitialQ::default(),
        }
        .validated()
    }

    /// Sets the initial values.
    pub fn with_initial_q(self, initial_q: InitialQ) -> Self {
        Self { initial_q, ..self }
    }

    /// Returns the initial learner of one agent of a game. It takes as many random numbers as its
    /// initial values need.
    ///
    /// # Errors
    /// Returns an error if a number is out of range, or if the settings do not fit the game.
    ///
    /// # Panics
    /// Panics if the agent does not exist.
    pub fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<QLearner, PricingError> {
        let counts = game.action_counts();
        let exploration = self.exploration.resolve(counts, history.memory(), agent)?;
        let settings = self.clone().validated()?;
        let initial = settings
            .initial_q
            .table(game, history, agent, self.delta, rng)?;
        QLearner::new(self.alpha, self.delta, exploration, &initial)
    }

    pub(super) fn validated(self) -> Result<Self, PricingError> {
        check_rates(self.alpha, self.delta)?;
        self.exploration.validate()?;
        Ok(self)
    }
}

/// The serialized form of the settings of a learner with a Q-table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) alpha: f64,
    pub(super) delta: f64,
    pub(super) exploration: Exploration,
    #[serde(default)]
    pub(super) initial_q: InitialQ,
}

impl TryFrom<Listed> for QLearning {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        Self {
            alpha: listed.alpha,
            delta: listed.delta,
            exploration: listed.exploration,
            initial_q: listed.initial_q,
        }
        .validated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back_and_checked() {
        let text = "alpha = 0.15\ndelta = 0.95\nexploration = { visits = { nu = 20.0 } }\n";
        let read: QLearning = toml::from_str(text).unwrap();
        assert_eq!(
            read,
            QLearning::new(0.15, 0.95, Exploration::Visits { nu: 20.0 }).unwrap()
        );
        let again: QLearning = toml::from_str(&toml::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        for (from, to, part) in [
            ("0.15", "0.0", "alpha is 0"),
            ("0.15", "nan", "alpha is NaN"),
            ("0.95", "1.0", "delta is 1"),
            ("20.0", "-1.0", "nu is -1"),
            ("alpha", "rate", "unknown field `rate`"),
        ] {
            let error = toml::from_str::<QLearning>(&text.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}

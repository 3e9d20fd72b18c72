use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{Learner, LearnerRule, Transition};
use crate::pricing::{PricingError, environment::ActionHistory, game::NormalFormGame};

/// A rival that always takes the same action and does not learn: a control for learners.
///
/// In TOML: `{ kind = "fixed", action = 3, delta = 0.95 }`. The discount factor is only used to
/// evaluate outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedAction {
    /// The action, counted from 0.
    pub action: usize,
    /// Discount factor δ for evaluating outcomes, in [0, 1).
    pub delta: f64,
}

impl LearnerRule for FixedAction {
    fn kind(&self) -> &'static str {
        "fixed"
    }

    fn discount_factor(&self) -> f64 {
        self.delta
    }

    fn learner(
        &self,
        game: &NormalFormGame,
        _history: &ActionHistory,
        agent: usize,
        _rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        let actions = game.action_counts()[agent];
        match self.action < actions {
            true => Ok(Box::new(Fixed(self.action))),
            false => Err(PricingError::Settings {
                reason: format!(
                    "action is {}: agent {agent} has {actions}, counted from 0",
                    self.action
                ),
            }),
        }
    }
}

struct Fixed(usize);

impl Learner for Fixed {
    fn act(&mut self, _state: usize, _rng: &mut dyn Rng) -> usize {
        self.0
    }

    fn learn(&mut self, _transition: &Transition, _rng: &mut dyn Rng) {}

    fn greedy_action(&self, _state: usize) -> usize {
        self.0
    }
}

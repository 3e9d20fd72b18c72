use rand::Rng;

use super::{Exploration, QTable, explorer::Explorer, values::Values};
use crate::{
    SettingError,
    pricing::{PricingError, checks::check_delta},
};

const ALPHA: &str = "a learning rate is above 0 and at most 1";

/// What learners with a table of values share: the rates, the table and exploration.
#[derive(Clone, Debug)]
pub(super) struct Tabular {
    pub(super) alpha: f64,
    pub(super) delta: f64,
    pub(super) values: Values,
    pub(super) explorer: Explorer,
}

impl Tabular {
    /// Creates the parts of a learner from its settings and initial values.
    ///
    /// # Errors
    /// Returns an error if a number is out of range, if the table does not fit into memory, or if
    /// exploration is given by visits.
    pub(super) fn new(
        alpha: f64,
        delta: f64,
        exploration: Exploration,
        initial: &QTable,
    ) -> Result<Self, PricingError> {
        check_rates(alpha, delta)?;
        Ok(Self {
            alpha,
            delta,
            values: Values::new(initial)?,
            explorer: Explorer::new(exploration, initial.actions())?,
        })
    }

    /// Returns the action of the next period; it takes the random numbers of exploration.
    pub(super) fn choose(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        let best = self.greedy_action(state);
        self.explorer.choose(self.values.row(state), best, rng)
    }

    /// Returns the greedy action of a state.
    pub(super) fn greedy_action(&self, state: usize) -> usize {
        self.values.greedy(state).action as usize
    }

    /// Moves a value toward a target, by the learning rate.
    pub(super) fn update(&mut self, state: usize, action: usize, target: f64) {
        self.values.update(state, action, target, self.alpha);
    }
}

/// Checks that a learning rate and a discount factor are in range.
pub(super) fn check_rates(alpha: f64, delta: f64) -> Result<(), PricingError> {
    if !(alpha > 0.0 && alpha <= 1.0) {
        return Err(SettingError::new("alpha", alpha, ALPHA).into());
    }
    check_delta(delta)
}

use serde::Serialize;

use super::{SecondOrder, Warning};
use crate::pricing::market::Outcome;

/// A benchmark: a point that satisfies first-order conditions, with the results of its checks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Equilibrium {
    /// Prices, participation, profits, consumer surplus.
    pub outcome: Outcome,
    /// Largest residual of the first-order conditions, in money per user.
    pub residual: f64,
    /// Second-order conditions at the point.
    pub second_order: SecondOrder,
    /// Warnings about the benchmark; empty if there are none.
    pub warnings: Vec<Warning>,
}

impl Equilibrium {
    /// Returns whether the benchmark is valid: there are no warnings except that other
    /// participations or other equilibria exist.
    pub fn is_sound(&self) -> bool {
        self.warnings.iter().all(Warning::leaves_sound)
    }
}

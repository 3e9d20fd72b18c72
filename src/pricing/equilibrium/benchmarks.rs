use serde::Serialize;

use super::{Equilibrium, collusion::collusion_with, competition::competition_with};
use crate::pricing::{PricingError, market::Market};

/// The two benchmarks for the outcomes of learning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Benchmarks {
    /// One-shot Nash equilibrium, p^B.
    pub competition: Equilibrium,
    /// Greatest joint profit, p^C.
    pub collusion: Equilibrium,
    /// Sum of the heterogeneity of all sides, in money: the unit for comparing profits.
    pub(super) heterogeneity: f64,
    /// Benchmarks of low and of high demand, if demand varies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) by_demand: Vec<Self>,
}

impl Benchmarks {
    /// Computes the benchmarks of a market.
    ///
    /// # Errors
    /// Returns an error if a benchmark is not found.
    pub fn of(market: &Market) -> Result<Self, PricingError> {
        Self::of_unless(market, &|| false)
    }

    /// Same as [`of`](Self::of), with `should_stop` called between the steps, for markets of many
    /// platforms.
    ///
    /// # Errors
    /// Returns [`PricingError::BenchmarksStopped`] if `should_stop` returns `true`; otherwise the
    /// same as [`of`](Self::of).
    pub fn of_unless(
        market: &Market,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Self, PricingError> {
        Ok(Self {
            competition: competition_with(market, should_stop)?,
            collusion: collusion_with(market, should_stop)?,
            heterogeneity: (0..market.sides()).map(|k| market.heterogeneity(k)).sum(),
            by_demand: Vec::new(),
        })
    }
}

use serde::Serialize;

use super::{
    Equilibrium, EquilibriumError, collusion::collusion_with, competition::competition_with,
};
use crate::pricing::market::Market;

/// The two benchmarks that outcomes of learning are compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Benchmarks {
    /// One-shot Nash equilibrium, p^B.
    pub competition: Equilibrium,
    /// Greatest joint profit, p^C.
    pub collusion: Equilibrium,
    /// The sum of the sides' heterogeneity, in money: the unit in which profits are judged.
    pub(super) heterogeneity: f64,
    /// Those of low and of high demand, where demand varies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) by_demand: Vec<Self>,
}

impl Benchmarks {
    /// The benchmarks of a market.
    ///
    /// # Errors
    /// [`EquilibriumError`] where one is not found.
    pub fn of(market: &Market) -> Result<Self, EquilibriumError> {
        Self::of_unless(market, &|| false)
    }

    /// The same, for markets of many platforms: `should_stop` is asked between the parts of the work.
    ///
    /// # Errors
    /// [`EquilibriumError::Stopped`] if it says so, and as [`of`](Self::of).
    pub fn of_unless(
        market: &Market,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Self, EquilibriumError> {
        Ok(Self {
            competition: competition_with(market, should_stop)?,
            collusion: collusion_with(market, should_stop)?,
            heterogeneity: (0..market.sides()).map(|k| market.heterogeneity(k)).sum(),
            by_demand: Vec::new(),
        })
    }
}

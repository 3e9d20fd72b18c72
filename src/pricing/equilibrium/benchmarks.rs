use serde::Serialize;

use super::{Equilibrium, EquilibriumError, collusion, competition};
use crate::pricing::market::Market;

/// The two benchmarks that outcomes of learning are compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Benchmarks {
    /// One-shot Nash equilibrium, p^B.
    pub competition: Equilibrium,
    /// Greatest joint profit, p^C.
    pub collusion: Equilibrium,
}

impl Benchmarks {
    /// The benchmarks of a market.
    ///
    /// # Errors
    /// [`EquilibriumError`] where one is not found.
    pub fn of(market: &Market) -> Result<Self, EquilibriumError> {
        Ok(Self {
            competition: competition(market)?,
            collusion: collusion(market)?,
        })
    }
}

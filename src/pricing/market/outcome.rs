use serde::{Deserialize, Serialize};

use super::{BySide, DemandShocks, Market};
use crate::pricing::PricingError;

/// The outcome of a market at some prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Prices p_ik, in money per user.
    pub prices: BySide,
    /// Share n_ik of side k on platform i.
    pub participation: BySide,
    /// Share n_0k of each side that joins no platform.
    pub outside: Vec<f64>,
    /// Profit of each platform, in money.
    pub profits: Vec<f64>,
    /// Consumer surplus of each side; see [`Market::consumer_surplus`] for its unit.
    pub consumer_surplus: Vec<f64>,
}

impl Outcome {
    /// Returns the sum of the profits of all platforms.
    pub fn joint_profit(&self) -> f64 {
        self.profits.iter().sum()
    }

    /// Returns the mean of the outcomes in low and in high demand, weighted by their shares of
    /// periods.
    pub(in crate::pricing) fn mean(shocks: &DemandShocks, low: &Self, high: &Self) -> Self {
        let list = |low: &[f64], high: &[f64]| -> Vec<f64> {
            let pairs = low.iter().zip(high);
            pairs
                .map(|(&low, &high)| shocks.mean([low, high]))
                .collect()
        };
        let table = |low: &BySide, high: &BySide| {
            BySide::from_values(low.sides(), list(low.as_slice(), high.as_slice()))
        };
        Self {
            prices: table(&low.prices, &high.prices),
            participation: table(&low.participation, &high.participation),
            outside: list(&low.outside, &high.outside),
            profits: list(&low.profits, &high.profits),
            consumer_surplus: list(&low.consumer_surplus, &high.consumer_surplus),
        }
    }

    /// Returns total welfare: the sum of profits and consumer surplus.
    pub fn welfare(&self) -> f64 {
        self.joint_profit() + self.consumer_surplus.iter().sum::<f64>()
    }
}

impl Market {
    /// Returns the outcome at some prices, with the participation selected by
    /// [`participation`](Self::participation).
    ///
    /// # Errors
    /// Same as [`participation`](Self::participation).
    pub fn outcome(&self, prices: &BySide) -> Result<Outcome, PricingError> {
        let settled = self.participation(prices)?;
        Ok(self.outcome_with(prices.clone(), settled.shares, settled.outside))
    }

    /// Returns the outcome at prices and a participation that belongs to them.
    pub(in crate::pricing) fn outcome_with(
        &self,
        prices: BySide,
        participation: BySide,
        outside: Vec<f64>,
    ) -> Outcome {
        Outcome {
            profits: self.profits_of(&prices, &participation),
            consumer_surplus: self.consumer_surplus_of(&prices, &participation),
            prices,
            participation,
            outside,
        }
    }
}

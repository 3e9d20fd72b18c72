use serde::{Deserialize, Serialize};

use super::PriceGrid;
use crate::pricing::PricingError;

/// A rule for the prices of one side.
///
/// A rescaled grid moves with the benchmarks of each market, so that gains measured between them
/// hardly depend on the parameters of the market. A fixed grid is the same for all markets.
///
/// In a file: `{ rule = "rescaled", points = 15, xi = 0.1 }`,
/// `{ rule = "range", low = 1.2, high = 2.1, points = 15 }` or
/// `{ rule = "prices", prices = [1.4, 1.6, 2.0] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "lowercase", deny_unknown_fields)]
pub enum GridRule {
    /// [`PriceGrid::rescaled`] around the benchmarks of each platform.
    Rescaled {
        /// Number of prices.
        points: usize,
        /// Extension of the grid beyond the benchmarks, as a share of their distance. Default 0.1.
        #[serde(default = "xi")]
        xi: f64,
    },
    /// [`PriceGrid::range`].
    Range {
        /// Lowest price.
        low: f64,
        /// Highest price.
        high: f64,
        /// Number of prices.
        points: usize,
    },
    /// [`PriceGrid::fixed`].
    Prices {
        /// The prices, ascending.
        prices: Vec<f64>,
    },
}

fn xi() -> f64 {
    0.1
}

impl GridRule {
    /// Creates the rule of Calvano et al. (2020): rescaled, xi = 0.1.
    pub fn rescaled(points: usize) -> Self {
        Self::Rescaled { points, xi: xi() }
    }

    /// Returns the number of prices.
    pub fn points(&self) -> usize {
        match self {
            Self::Rescaled { points, .. } | Self::Range { points, .. } => *points,
            Self::Prices { prices } => prices.len(),
        }
    }

    /// Returns the rule with `count` prices; `None` for a rule that lists its prices.
    pub fn with_points(&self, count: usize) -> Option<Self> {
        match *self {
            Self::Rescaled { xi, .. } => Some(Self::Rescaled { points: count, xi }),
            Self::Range { low, high, .. } => Some(Self::Range {
                low,
                high,
                points: count,
            }),
            Self::Prices { .. } => None,
        }
    }

    /// Returns whether the grid depends on the benchmarks of the market.
    pub fn needs_benchmarks(&self) -> bool {
        matches!(self, Self::Rescaled { .. })
    }

    /// Returns the grid between a competitive and a collusive price.
    ///
    /// # Errors
    /// Same as the constructors of [`PriceGrid`].
    pub fn grid(&self, competitive: f64, collusive: f64) -> Result<PriceGrid, PricingError> {
        match self {
            Self::Rescaled { points, xi } => {
                PriceGrid::rescaled(competitive, collusive, *points, *xi)
            }
            Self::Range { low, high, points } => PriceGrid::range(*low, *high, *points),
            Self::Prices { prices } => PriceGrid::fixed(prices.clone()),
        }
    }
}

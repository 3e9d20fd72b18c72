use serde::{Deserialize, Serialize};

use super::{GameError, PriceGrid};

/// How the prices of one side are chosen.
///
/// A rescaled grid moves with the benchmarks of each market, so that a gain measured between them
/// hardly answers to the market's parameters; a fixed one is the same for all markets.
///
/// In a file: `{ rule = "rescaled", points = 15, xi = 0.1 }`,
/// `{ rule = "range", low = 1.2, high = 2.1, points = 15 }` or
/// `{ rule = "prices", prices = [1.4, 1.6, 2.0] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "lowercase", deny_unknown_fields)]
pub enum GridRule {
    /// [`PriceGrid::rescaled`] around the benchmarks of each platform.
    Rescaled {
        /// The number of prices.
        points: usize,
        /// How far the grid goes beyond the benchmarks, as a share of their distance. Default 0.1.
        #[serde(default = "xi")]
        xi: f64,
    },
    /// [`PriceGrid::range`].
    Range {
        /// The lowest price.
        low: f64,
        /// The highest price.
        high: f64,
        /// The number of prices.
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
    /// The rule of Calvano et al. (2020): rescaled, xi = 0.1.
    pub fn rescaled(points: usize) -> Self {
        Self::Rescaled { points, xi: xi() }
    }

    /// The number of prices.
    pub fn points(&self) -> usize {
        match self {
            Self::Rescaled { points, .. } | Self::Range { points, .. } => *points,
            Self::Prices { prices } => prices.len(),
        }
    }

    /// The same with so many prices; `None` for a rule that lists them.
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

    /// Whether the grid depends on the benchmarks of the market.
    pub fn needs_benchmarks(&self) -> bool {
        matches!(self, Self::Rescaled { .. })
    }

    /// The grid between a competitive and a collusive price.
    ///
    /// # Errors
    /// [`GameError`] as for the constructors of [`PriceGrid`].
    pub fn grid(&self, competitive: f64, collusive: f64) -> Result<PriceGrid, GameError> {
        match self {
            Self::Rescaled { points, xi } => {
                PriceGrid::rescaled(competitive, collusive, *points, *xi)
            }
            Self::Range { low, high, points } => PriceGrid::range(*low, *high, *points),
            Self::Prices { prices } => PriceGrid::fixed(prices.clone()),
        }
    }
}

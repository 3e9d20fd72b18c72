use serde::{Deserialize, Serialize};

use crate::{
    SettingError,
    pricing::{PricingError, checks::check_finite},
};

/// Largest number of prices of a grid.
const MOST_POINTS: usize = 1 << 20;

const XI: &str = "the range grows by xi on both ends, so it must be finite and above -0.5";

/// The prices that a platform can set on one side: at least one, finite, ascending.
///
/// ```
/// use fireweed::pricing::game::PriceGrid;
///
/// // The grid of Calvano et al. (2020): 15 prices from a little below Nash to a little above joint.
/// let grid = PriceGrid::rescaled(1.47293, 1.92498, 15, 0.1)?;
/// assert!((grid.prices()[0] - 1.427725).abs() < 1e-12);
/// assert!((grid.prices()[14] - 1.970185).abs() < 1e-12);
/// # Ok::<(), fireweed::pricing::PricingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct PriceGrid {
    prices: Vec<f64>,
}

impl PriceGrid {
    /// Creates a grid from a list of prices.
    ///
    /// # Errors
    /// Returns an error if the list is empty, or if the prices are not finite or not increasing.
    pub fn fixed(prices: Vec<f64>) -> Result<Self, PricingError> {
        if prices.is_empty() {
            return Err(empty());
        }
        for (index, &price) in prices.iter().enumerate() {
            check_finite(price, || format!("prices[{index}]"))?;
        }
        if let Some(before) = prices.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(PricingError::NotAscending {
                index: before + 1,
                price: prices[before + 1],
                before: prices[before],
            });
        }
        Ok(Self { prices })
    }

    /// Creates equally spaced prices between two ends, both included; a single price is the
    /// midpoint.
    ///
    /// ```text
    /// p_j = low + j (high - low)/(m - 1),   j = 0, ..., m - 1
    /// ```
    ///
    /// # Errors
    /// Returns an error if there are no prices, if an end is not finite, or if several prices are
    /// requested in a range of width 0.
    pub fn range(low: f64, high: f64, points: usize) -> Result<Self, PricingError> {
        check_finite(low, || "low".to_owned())?;
        check_finite(high, || "high".to_owned())?;
        match points {
            MOST_POINTS.. => Err(PricingError::TooManyPoints {
                points,
                limit: MOST_POINTS - 1,
            }),
            0 => Err(empty()),
            1 => Self::fixed(vec![low + (high - low) / 2.0]),
            _ => {
                let no_width = || PricingError::NoWidth { low, high, points };
                if high <= low {
                    return Err(no_width());
                }
                let step = (high - low) / (points - 1) as f64;
                let prices = (0..points).map(|point| low + point as f64 * step);
                Self::fixed(prices.collect()).map_err(|_| no_width())
            }
        }
    }

    /// Creates equally spaced prices around the two benchmarks, by the rule of Calvano et al.
    /// (2020).
    ///
    /// ```text
    /// from lo - xi d to hi + xi d,   lo, hi = min, max(p^B, p^C),   d = hi - lo
    /// ```
    ///
    /// # Errors
    /// Same as [`range`](Self::range), and if the margin xi is -0.5 or less.
    pub fn rescaled(
        competitive: f64,
        collusive: f64,
        points: usize,
        xi: f64,
    ) -> Result<Self, PricingError> {
        check_finite(competitive, || "the competitive price".to_owned())?;
        check_finite(collusive, || "the collusive price".to_owned())?;
        if !(xi.is_finite() && xi > -0.5) {
            return Err(SettingError::new("xi", xi, XI).into());
        }
        let (low, high) = (competitive.min(collusive), competitive.max(collusive));
        let margin = xi * (high - low);
        Self::range(low - margin, high + margin, points)
    }

    /// Returns the prices, ascending.
    pub fn prices(&self) -> &[f64] {
        &self.prices
    }

    /// Returns the number of prices m.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Returns `false`: a grid has at least one price.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }
}

fn empty() -> PricingError {
    PricingError::Empty {
        whole: "a price grid",
        parts: "prices",
    }
}

impl TryFrom<Vec<f64>> for PriceGrid {
    type Error = PricingError;

    fn try_from(prices: Vec<f64>) -> Result<Self, PricingError> {
        Self::fixed(prices)
    }
}

impl From<PriceGrid> for Vec<f64> {
    fn from(grid: PriceGrid) -> Self {
        grid.prices
    }
}

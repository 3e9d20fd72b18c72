use serde::{Deserialize, Serialize};

use super::{Market, Uniqueness, Values, checks::check_length, values::finite};
use crate::pricing::{PricingError, checks::check_finite};

/// Largest product of platforms and sides; slopes are square matrices of this size.
const MOST_CELLS: usize = 256;

const HETEROGENEITY: &str =
    "it is the scale of users' tastes and must be above 0, for example 0.25";

/// The settings of a [`Market`], checked by [`build`](Self::build).
///
/// This is also the format of a market file. Omitted settings have the values of the one-sided
/// baseline of Calvano et al. (2020): a = 2, c = 1, theta = 0.25, a0 = 0, no externalities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketBuilder {
    platforms: usize,
    sides: usize,
    #[serde(default = "quality")]
    quality: Values,
    #[serde(default = "cost")]
    cost: Values,
    #[serde(default = "heterogeneity")]
    heterogeneity: Values,
    #[serde(default = "outside")]
    outside: Values,
    /// Empty if there are none.
    #[serde(default)]
    externality: Vec<Vec<f64>>,
}

fn quality() -> Values {
    Values::One(2.0)
}

fn cost() -> Values {
    Values::One(1.0)
}

fn heterogeneity() -> Values {
    Values::One(0.25)
}

fn outside() -> Values {
    Values::One(0.0)
}

impl MarketBuilder {
    /// Creates the settings of the baseline for a number of platforms and sides.
    pub fn new(platforms: usize, sides: usize) -> Self {
        Self {
            platforms,
            sides,
            quality: quality(),
            cost: cost(),
            heterogeneity: heterogeneity(),
            outside: outside(),
            externality: Vec::new(),
        }
    }

    /// Sets the quality a_ik, in money per user.
    #[must_use]
    pub fn quality(self, quality: impl Into<Values>) -> Self {
        let quality = quality.into();
        Self { quality, ..self }
    }

    /// Sets the marginal cost c_ik, in money per user.
    #[must_use]
    pub fn cost(self, cost: impl Into<Values>) -> Self {
        let cost = cost.into();
        Self { cost, ..self }
    }

    /// Sets the heterogeneity of tastes theta_k: the scale of the Gumbel distribution, above 0, in
    /// money per user.
    ///
    /// One number, or one for each side.
    #[must_use]
    pub fn heterogeneity(self, heterogeneity: impl Into<Values>) -> Self {
        let heterogeneity = heterogeneity.into();
        Self {
            heterogeneity,
            ..self
        }
    }

    /// Sets the utility a0_k of joining no platform, in money per user.
    ///
    /// One number, or one for each side.
    #[must_use]
    pub fn outside(self, outside: impl Into<Values>) -> Self {
        let outside = outside.into();
        Self { outside, ..self }
    }

    /// Sets the externality matrix Phi, with one row for each receiving side.
    ///
    /// Phi_kl is the value, in money, to a user of side k when the whole of side l is on the same
    /// platform. Entries off the diagonal act between sides, entries on it within a side; negative
    /// entries are congestion.
    #[must_use]
    pub fn externality<R: AsRef<[f64]>>(self, rows: &[R]) -> Self {
        let externality = rows.iter().map(|row| row.as_ref().to_vec()).collect();
        Self {
            externality,
            ..self
        }
    }

    /// Sets the same externality between each pair of different sides, and none within a side.
    #[must_use]
    pub fn cross_externality(self, value: f64) -> Self {
        // Limits the allocation for a number of sides that `build` rejects.
        let sides = self.sides.min(MOST_CELLS);
        let entry = |k, l| if k == l { 0.0 } else { value };
        let row = |k| (0..sides).map(|l| entry(k, l)).collect();
        let externality = (0..sides).map(row).collect();
        Self {
            externality,
            ..self
        }
    }

    /// Builds the market.
    ///
    /// # Errors
    /// Returns an error that names the first invalid setting: no platforms or sides, too many of
    /// them, a list of the wrong length, a number that is not finite, or heterogeneity that is not
    /// positive.
    pub fn build(self) -> Result<Market, PricingError> {
        let (platforms, sides) = (self.platforms, self.sides);
        for (count, parts) in [(platforms, "platforms"), (sides, "sides")] {
            if count == 0 {
                return Err(PricingError::Empty {
                    whole: "a market",
                    parts,
                });
            }
        }
        if platforms.saturating_mul(sides) > MOST_CELLS {
            return Err(PricingError::MarketTooLarge {
                platforms,
                sides,
                limit: MOST_CELLS,
            });
        }
        let quality = self.quality.expand("quality", platforms, sides)?;
        let cost = self.cost.expand("cost", platforms, sides)?;
        let heterogeneity = self.heterogeneity.expand_sides("heterogeneity", sides)?;
        if let Some(side) = heterogeneity.iter().position(|&theta| theta <= 0.0) {
            return Err(PricingError::Value {
                place: format!("heterogeneity[{side}]"),
                value: heterogeneity[side],
                expected: HETEROGENEITY,
            });
        }
        for (side, &theta) in heterogeneity.iter().enumerate() {
            check_finite(1.0 / theta, || format!("1 / heterogeneity[{side}]"))?;
        }
        let outside = self.outside.expand_sides("outside", sides)?;
        let externality = externality_values(&self.externality, sides)?;
        let uniqueness = Uniqueness::of(platforms, &heterogeneity, &externality);
        Ok(Market {
            platforms,
            sides,
            quality,
            cost,
            heterogeneity,
            outside,
            externality,
            uniqueness,
        })
    }
}

fn externality_values(rows: &[Vec<f64>], sides: usize) -> Result<Vec<f64>, PricingError> {
    if rows.is_empty() {
        return Ok(vec![0.0; sides * sides]);
    }
    check_length(rows.len(), sides, "sides", || "externality".to_owned())?;
    let mut values = Vec::with_capacity(sides * sides);
    for (side, row) in rows.iter().enumerate() {
        values.extend(finite(row, &format!("externality[{side}]"), sides)?);
    }
    Ok(values)
}

impl From<Market> for MarketBuilder {
    fn from(market: Market) -> Self {
        let rows = |values: &[f64]| {
            values
                .chunks_exact(market.sides)
                .map(<[f64]>::to_vec)
                .collect()
        };
        Self {
            platforms: market.platforms,
            sides: market.sides,
            quality: Values::Platforms(rows(&market.quality)),
            cost: Values::Platforms(rows(&market.cost)),
            externality: rows(&market.externality),
            heterogeneity: Values::Sides(market.heterogeneity),
            outside: Values::Sides(market.outside),
        }
    }
}

use serde::{Deserialize, Serialize};

use super::{BySide, MarketBuilder, Uniqueness, checks::check_length};
use crate::pricing::{PricingError, checks::check_finite};

/// A market of platforms that serve several sides, with logit demand and externalities.
///
/// ```text
/// v_ik = a_ik + sum_l Phi_kl n_il - p_ik
/// n_ik = exp(v_ik/theta_k) / ( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) )
/// ```
///
/// A user of side k joins one platform or none and correctly expects the resulting participation n
/// (rational expectations), so participation is a fixed point. Strong externalities allow several;
/// see [`participation`](Self::participation) for the selection.
///
/// With one side and no externality this is the market of Calvano, Calzolari, Denicolò and
/// Pastorello (American Economic Review, 2020). The model with several sides is our derivation.
///
/// A market file is TOML. `quality` and `cost` take one number, a list with one number for each
/// side, or a list of such lists with one for each platform. `heterogeneity` and `outside` take one
/// number or one for each side; row k of `externality` is received by side k. Only `platforms` and
/// `sides` are required; the defaults are those of [`MarketBuilder::new`].
///
/// ```
/// use fireweed::pricing::market::{BySide, Market};
///
/// let market = Market::from_toml_str(
///     r#"
///     platforms = 2
///     sides = 2                             # 0: buyers, 1: sellers
///     quality = 2.0
///     cost = [[1.0, 1.0], [1.0, 0.75]]      # platform 1 serves sellers at less cost
///     heterogeneity = [0.25, 0.3]
///     outside = 0.0
///     externality = [[0.0, 0.2],            # buyers gain 0.2 if all sellers are on the platform
///                    [0.1, 0.0]]
///     "#,
/// )?;
/// assert!(market.uniqueness().is_certain());
/// let outcome = market.outcome(&BySide::uniform(2, &[1.5, 1.4]))?;
/// assert!(outcome.profits[1] > outcome.profits[0]);
/// # Ok::<(), fireweed::pricing::PricingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MarketBuilder", into = "MarketBuilder")]
pub struct Market {
    pub(super) platforms: usize,
    pub(super) sides: usize,
    /// Platform by platform, like the costs.
    pub(super) quality: Vec<f64>,
    pub(super) cost: Vec<f64>,
    pub(super) heterogeneity: Vec<f64>,
    pub(super) outside: Vec<f64>,
    /// Row by row.
    pub(super) externality: Vec<f64>,
    pub(super) uniqueness: Uniqueness,
}

impl TryFrom<MarketBuilder> for Market {
    type Error = PricingError;

    fn try_from(builder: MarketBuilder) -> Result<Self, PricingError> {
        builder.build()
    }
}

impl Market {
    /// Creates a builder with the settings of the baseline.
    ///
    /// ```
    /// use fireweed::pricing::market::Market;
    ///
    /// let market = Market::builder(2, 2).cross_externality(0.1).heterogeneity(0.3).build()?;
    /// assert!(market.is_symmetric());
    /// assert!(Market::builder(2, 1).heterogeneity(0.0).build().is_err());
    /// # Ok::<(), fireweed::pricing::PricingError>(())
    /// ```
    pub fn builder(platforms: usize, sides: usize) -> MarketBuilder {
        MarketBuilder::new(platforms, sides)
    }

    /// Creates the baseline: identical platforms and sides without externalities.
    ///
    /// # Errors
    /// Returns an error if there are no platforms or sides, or too many.
    pub fn symmetric(platforms: usize, sides: usize) -> Result<Self, PricingError> {
        Self::builder(platforms, sides).build()
    }

    /// Reads a market from TOML text.
    ///
    /// # Errors
    /// Returns an error that names the line or the field.
    pub fn from_toml_str(text: &str) -> Result<Self, PricingError> {
        let builder: MarketBuilder = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(String::new(), |span| {
                let before = text.get(..span.start).unwrap_or_default();
                format!("line {}: ", before.matches('\n').count() + 1)
            });
            PricingError::File {
                kind: "market file",
                reason: line + &error.message().replace('\n', " "),
            }
        })?;
        builder.build()
    }

    /// Returns the market as TOML, with every number written out.
    ///
    /// # Errors
    /// Returns [`PricingError::File`] if serialization fails.
    pub fn to_toml(&self) -> Result<String, PricingError> {
        toml::to_string(self).map_err(|error| PricingError::File {
            kind: "market file",
            reason: error.to_string().replace('\n', " "),
        })
    }

    /// Returns the number of platforms N.
    pub fn platforms(&self) -> usize {
        self.platforms
    }

    /// Returns the number of sides K.
    pub fn sides(&self) -> usize {
        self.sides
    }

    /// Returns the quality a_ik, in money per user.
    ///
    /// # Panics
    /// Panics if the platform or the side does not exist. The other accessors do the same.
    pub fn quality(&self, platform: usize, side: usize) -> f64 {
        self.quality[self.cell(platform, side)]
    }

    /// Returns the marginal cost c_ik, in money per user.
    pub fn cost(&self, platform: usize, side: usize) -> f64 {
        self.cost[self.cell(platform, side)]
    }

    /// Returns the heterogeneity theta_k, the scale of the Gumbel distribution of tastes, in money
    /// per user.
    pub fn heterogeneity(&self, side: usize) -> f64 {
        self.heterogeneity[side]
    }

    /// Returns the utility a0_k of joining no platform, in money per user.
    pub fn outside(&self, side: usize) -> f64 {
        self.outside[side]
    }

    /// Returns the value Phi_kl, in money, to a user of side `side` of having all of side `from` on
    /// the same platform.
    pub fn externality(&self, side: usize, from: usize) -> f64 {
        assert!(from < self.sides, "no side {from}");
        self.externality[side * self.sides + from]
    }

    /// Returns two sufficient conditions for unique participation at every price.
    pub fn uniqueness(&self) -> Uniqueness {
        self.uniqueness
    }

    /// Returns whether all platforms have the same quality and cost; sides may differ.
    pub fn is_symmetric(&self) -> bool {
        let same = |values: &[f64]| {
            let first = &values[..self.sides];
            values.chunks_exact(self.sides).all(|row| row == first)
        };
        same(&self.quality) && same(&self.cost)
    }

    /// Returns the market of one platform without the others.
    ///
    /// # Errors
    /// Returns [`PricingError::NoSuchPlatform`] if the platform does not exist.
    pub fn only(&self, platform: usize) -> Result<Self, PricingError> {
        if platform >= self.platforms {
            return Err(PricingError::NoSuchPlatform {
                platform,
                platforms: self.platforms,
            });
        }
        let cells = platform * self.sides..(platform + 1) * self.sides;
        Ok(Self {
            platforms: 1,
            quality: self.quality[cells.clone()].to_vec(),
            cost: self.cost[cells].to_vec(),
            uniqueness: Uniqueness::of(1, &self.heterogeneity, &self.externality),
            ..self.clone()
        })
    }

    /// Returns whether there are externalities.
    pub fn has_externalities(&self) -> bool {
        self.externality.iter().any(|&phi| phi != 0.0)
    }

    /// Returns the largest amount of money among the parameters, at least 1: the scale of rounding
    /// errors.
    pub(in crate::pricing) fn scale(&self) -> f64 {
        let lists = [
            &self.quality,
            &self.cost,
            &self.heterogeneity,
            &self.outside,
            &self.externality,
        ];
        let all = lists.into_iter().flatten();
        all.fold(1.0, |most: f64, value| most.max(value.abs()))
    }

    /// Returns the market with heterogeneity multiplied by a factor.
    pub(in crate::pricing) fn with_heterogeneity_times(&self, factor: f64) -> Self {
        let heterogeneity: Vec<f64> = self.heterogeneity.iter().map(|t| t * factor).collect();
        Self {
            uniqueness: Uniqueness::of(self.platforms, &heterogeneity, &self.externality),
            heterogeneity,
            ..self.clone()
        }
    }

    /// Returns the market with externalities multiplied by a factor in [0, 1].
    pub(in crate::pricing) fn with_externality_share(&self, share: f64) -> Self {
        let externality: Vec<f64> = self.externality.iter().map(|phi| phi * share).collect();
        Self {
            uniqueness: Uniqueness::of(self.platforms, &self.heterogeneity, &externality),
            externality,
            ..self.clone()
        }
    }

    fn cell(&self, platform: usize, side: usize) -> usize {
        assert!(side < self.sides, "no side {side}");
        platform * self.sides + side
    }

    /// Checks that a table has the size of this market and finite entries.
    pub(super) fn check_table(&self, name: &str, table: &BySide) -> Result<(), PricingError> {
        check_length(table.platforms(), self.platforms, "platforms", || {
            name.to_owned()
        })?;
        check_length(table.sides(), self.sides, "sides", || format!("{name}[0]"))?;
        for (cell, &value) in table.as_slice().iter().enumerate() {
            let (platform, side) = (cell / self.sides, cell % self.sides);
            check_finite(value, || format!("{name}[{platform}][{side}]"))?;
        }
        Ok(())
    }
}

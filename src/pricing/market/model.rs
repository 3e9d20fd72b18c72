use serde::{Deserialize, Serialize};

use super::{
    BySide, MarketBuilder, MarketError, Uniqueness,
    error::{check_finite, check_length},
};

/// Platforms that serve several sides, with logit demand and externalities.
///
/// ```text
/// v_ik = a_ik + sum_l Phi_kl n_il - p_ik
/// n_ik = exp(v_ik/theta_k) / ( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) )
/// ```
///
/// A user of side k joins one platform or none, and expects the participation n that comes about
/// (rational expectations), so participation is a fixed point. Strong externalities allow several;
/// see [`participation`](Self::participation) for the one that is selected.
///
/// With one side and no externality this is the market of Calvano, Calzolari, Denicolò and
/// Pastorello (American Economic Review, 2020). The model with several sides is our derivation.
///
/// A market file is TOML. `quality` and `cost` take one number, a list with one for each side, or a
/// list of such lists with one for each platform; `heterogeneity` and `outside` one number or one for
/// each side; row k of `externality` is what side k receives. Only `platforms` and `sides` must be
/// given, the rest has the values of [`MarketBuilder::new`].
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
/// # Ok::<(), fireweed::pricing::market::MarketError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MarketBuilder", into = "MarketBuilder")]
pub struct Market {
    pub(super) platforms: usize,
    pub(super) sides: usize,
    /// Platform by platform, as the costs.
    pub(super) quality: Vec<f64>,
    pub(super) cost: Vec<f64>,
    pub(super) heterogeneity: Vec<f64>,
    pub(super) outside: Vec<f64>,
    /// Row by row.
    pub(super) externality: Vec<f64>,
    pub(super) uniqueness: Uniqueness,
}

impl TryFrom<MarketBuilder> for Market {
    type Error = MarketError;

    fn try_from(builder: MarketBuilder) -> Result<Self, MarketError> {
        builder.build()
    }
}

impl Market {
    /// Settings of a market, which begin with those of the baseline.
    ///
    /// ```
    /// use fireweed::pricing::market::Market;
    ///
    /// let market = Market::builder(2, 2).cross_externality(0.1).heterogeneity(0.3).build()?;
    /// assert!(market.is_symmetric());
    /// assert!(Market::builder(2, 1).heterogeneity(0.0).build().is_err());
    /// # Ok::<(), fireweed::pricing::market::MarketError>(())
    /// ```
    pub fn builder(platforms: usize, sides: usize) -> MarketBuilder {
        MarketBuilder::new(platforms, sides)
    }

    /// The baseline: identical platforms and sides without externalities.
    ///
    /// # Errors
    /// [`MarketError`] for no platforms or sides, or too many.
    pub fn symmetric(platforms: usize, sides: usize) -> Result<Self, MarketError> {
        Self::builder(platforms, sides).build()
    }

    /// The market of a TOML text.
    ///
    /// # Errors
    /// [`MarketError`] that names the line or the field.
    pub fn from_toml_str(text: &str) -> Result<Self, MarketError> {
        let builder: MarketBuilder = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(String::new(), |span| {
                let before = text.get(..span.start).unwrap_or_default();
                format!("line {}: ", before.matches('\n').count() + 1)
            });
            MarketError::File {
                reason: line + &error.message().replace('\n', " "),
            }
        })?;
        builder.build()
    }

    /// The market as TOML, with every number written out.
    ///
    /// # Errors
    /// [`MarketError::File`] where it cannot be written.
    pub fn to_toml(&self) -> Result<String, MarketError> {
        toml::to_string(self).map_err(|error| MarketError::File {
            reason: error.to_string().replace('\n', " "),
        })
    }

    /// The number of platforms N.
    pub fn platforms(&self) -> usize {
        self.platforms
    }

    /// The number of sides K.
    pub fn sides(&self) -> usize {
        self.sides
    }

    /// Quality a_ik, in money per user.
    ///
    /// # Panics
    /// Where there is no such platform or side; so do the other parameters.
    pub fn quality(&self, platform: usize, side: usize) -> f64 {
        self.quality[self.cell(platform, side)]
    }

    /// Marginal cost c_ik, in money per user.
    pub fn cost(&self, platform: usize, side: usize) -> f64 {
        self.cost[self.cell(platform, side)]
    }

    /// Heterogeneity theta_k, the scale of the Gumbel law of tastes, in money per user.
    pub fn heterogeneity(&self, side: usize) -> f64 {
        self.heterogeneity[side]
    }

    /// Utility a0_k of joining no platform, in money per user.
    pub fn outside(&self, side: usize) -> f64 {
        self.outside[side]
    }

    /// Value Phi_kl to a user of side `side` of all of side `from` on the same platform, in money.
    pub fn externality(&self, side: usize, from: usize) -> f64 {
        assert!(from < self.sides, "no side {from}");
        self.externality[side * self.sides + from]
    }

    /// Two sufficient tests that participation is unique at every price.
    pub fn uniqueness(&self) -> Uniqueness {
        self.uniqueness
    }

    /// Whether all platforms have the same quality and cost; sides may differ.
    pub fn is_symmetric(&self) -> bool {
        let same = |values: &[f64]| {
            let first = &values[..self.sides];
            values.chunks_exact(self.sides).all(|row| row == first)
        };
        same(&self.quality) && same(&self.cost)
    }

    /// The market of one of the platforms without the others.
    ///
    /// # Errors
    /// [`MarketError::NoSuchPlatform`].
    pub fn only(&self, platform: usize) -> Result<Self, MarketError> {
        if platform >= self.platforms {
            return Err(MarketError::NoSuchPlatform {
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

    /// Whether users gain or lose by others on the same platform.
    pub fn has_externalities(&self) -> bool {
        self.externality.iter().any(|&phi| phi != 0.0)
    }

    /// The largest amount of money in the market's description, at least 1: what rounding is relative
    /// to.
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

    /// The same market with heterogeneity times a factor.
    pub(in crate::pricing) fn with_heterogeneity_times(&self, factor: f64) -> Self {
        let heterogeneity: Vec<f64> = self.heterogeneity.iter().map(|t| t * factor).collect();
        Self {
            uniqueness: Uniqueness::of(self.platforms, &heterogeneity, &self.externality),
            heterogeneity,
            ..self.clone()
        }
    }

    /// The same market with externalities times a factor from 0 to 1.
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

    /// Fails where a table is not for this market, or holds what is not finite.
    pub(super) fn check_table(&self, name: &str, table: &BySide) -> Result<(), MarketError> {
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

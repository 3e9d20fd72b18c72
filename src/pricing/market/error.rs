/// An invalid market, or a quantity that it does not have.
///
/// Places are named as in a market file, counted from 0: `cost[1][0]` is the cost of platform 1 on
/// side 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketError {
    /// There are no platforms or no sides.
    #[error("a market with 0 {what}: give at least 1")]
    None {
        /// Platforms or sides.
        what: &'static str,
    },
    /// More platforms and sides than dense matrices over them should have.
    #[error(
        "{platforms} platforms with {sides} sides: the model solves dense systems, so platforms times \
         sides must be at most {limit}"
    )]
    TooMany {
        /// The number of platforms.
        platforms: usize,
        /// The number of sides.
        sides: usize,
        /// The largest product.
        limit: usize,
    },
    /// A list has another length than platforms and sides ask for.
    #[error("{place} has {found} entries, but needs {expected}, one for each of the {what}")]
    Length {
        /// The list.
        place: String,
        /// What the entries stand for.
        what: &'static str,
        /// The length it needs.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A number is NaN or infinite.
    #[error("{place} is {value}: give a finite number")]
    NotFinite {
        /// The number's place.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A heterogeneity that is not above 0.
    #[error(
        "heterogeneity[{side}] is {value}: it is the scale of users' tastes and must be above 0, for \
         example 0.25"
    )]
    Heterogeneity {
        /// The side.
        side: usize,
        /// The value.
        value: f64,
    },
    /// A file that is not a market.
    #[error("not a market file: {reason}")]
    File {
        /// Where and why, on one line.
        reason: String,
    },
    /// A setting of demand shocks that is out of range.
    #[error("demand.{setting} is {value}: give a number {range}")]
    Demand {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// A platform that the market does not have.
    #[error("there is no platform {platform}: the market has {platforms}, counted from 0")]
    NoSuchPlatform {
        /// The platform asked for.
        platform: usize,
        /// How many there are.
        platforms: usize,
    },
    /// No participation was found that agrees with itself.
    #[error(
        "participation at prices {prices:.4?} does not settle: {residual:.1e} is left after every method; \
         externalities are large or heterogeneity is small, `Market::fixed_points` searches from many \
         starts"
    )]
    NotSettled {
        /// The prices, platform by platform.
        prices: Vec<f64>,
        /// The largest difference of a share and what users would choose at it.
        residual: f64,
    },
    /// Participation outside the range in which prices can bring it about.
    #[error(
        "no finite price gives {place} = {value}: participation must be above 0, and below 1 in total \
         on each side"
    )]
    Unreachable {
        /// The share, or the outside share.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A share that is none.
    #[error(
        "shares: {place} is {value}: shares are at least 0, and at most 1 in total on each side"
    )]
    NoShare {
        /// The share, or the total of a side.
        place: String,
        /// Its value.
        value: f64,
    },
    /// Demand has no slope: a fold, where fixed points of participation meet.
    #[error(
        "demand has no slope at participation {shares:.4?}: fixed points of participation meet there; \
         use smaller externalities or other prices"
    )]
    NoSlope {
        /// Participation, platform by platform.
        shares: Vec<f64>,
    },
}

/// Fails for the first number that is not finite, at a place that is made only then.
pub(super) fn check_finite(value: f64, place: impl FnOnce() -> String) -> Result<(), MarketError> {
    match value.is_finite() {
        true => Ok(()),
        false => Err(MarketError::NotFinite {
            place: place(),
            value,
        }),
    }
}

/// Fails for a list of the wrong length.
pub(super) fn check_length(
    found: usize,
    expected: usize,
    what: &'static str,
    place: impl FnOnce() -> String,
) -> Result<(), MarketError> {
    match found == expected {
        true => Ok(()),
        false => Err(MarketError::Length {
            place: place(),
            what,
            expected,
            found,
        }),
    }
}

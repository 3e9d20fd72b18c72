/// An invalid market, or a quantity that does not exist for it.
///
/// Positions are given as in a market file, counted from 0: `cost[1][0]` is the cost of platform 1
/// on side 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketError {
    /// There are no platforms or no sides.
    #[error("a market with 0 {what}: give at least 1")]
    None {
        /// Platforms or sides.
        what: &'static str,
    },
    /// The product of platforms and sides is too large for dense matrices.
    #[error(
        "{platforms} platforms with {sides} sides: the model solves dense systems, so platforms \
         times sides must be at most {limit}"
    )]
    TooMany {
        /// Number of platforms.
        platforms: usize,
        /// Number of sides.
        sides: usize,
        /// Largest product.
        limit: usize,
    },
    /// A list has a length other than the number of platforms or sides.
    #[error("{place} has {found} entries, but needs {expected}, one for each of the {what}")]
    Length {
        /// Name of the list.
        place: String,
        /// What the entries stand for.
        what: &'static str,
        /// Required length.
        expected: usize,
        /// Actual length.
        found: usize,
    },
    /// A number is NaN or infinite.
    #[error("{place} is {value}: give a finite number")]
    NotFinite {
        /// Position of the number.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A heterogeneity is not positive.
    #[error(
        "heterogeneity[{side}] is {value}: it is the scale of users' tastes and must be above 0, \
         for example 0.25"
    )]
    Heterogeneity {
        /// The side.
        side: usize,
        /// The value.
        value: f64,
    },
    /// A file is not a valid market file.
    #[error("not a market file: {reason}")]
    File {
        /// Position and reason, on one line.
        reason: String,
    },
    /// A setting of demand shocks is out of range.
    #[error("demand.{setting} is {value}: give a number {range}")]
    Demand {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: f64,
        /// Valid range.
        range: &'static str,
    },
    /// A platform does not exist.
    #[error("there is no platform {platform}: the market has {platforms}, counted from 0")]
    NoSuchPlatform {
        /// Requested platform.
        platform: usize,
        /// Number of platforms.
        platforms: usize,
    },
    /// No fixed point of participation was found.
    #[error(
        "no participation found at prices {prices:.4?}: no method converged, with a smallest \
         residual of {residual:.1e}; externalities are large or heterogeneity is small; \
         `Market::fixed_points` searches from many starts"
    )]
    NotSettled {
        /// The prices, platform by platform.
        prices: Vec<f64>,
        /// Largest difference between a share and the choice of users who expect these shares.
        residual: f64,
    },
    /// No finite prices lead to the participation.
    #[error(
        "no finite price gives {place} = {value}: participation must be above 0, and below 1 in \
         total on each side"
    )]
    Unreachable {
        /// The share, or the outside share.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A share is not in the valid range.
    #[error(
        "invalid shares: {place} is {value}; shares must be at least 0, and at most 1 in total on \
         each side"
    )]
    NoShare {
        /// The share, or the total of a side.
        place: String,
        /// Its value.
        value: f64,
    },
    /// Demand has no slope: fixed points of participation merge in a fold.
    #[error(
        "demand has no slope at participation {shares:.4?}: fixed points of participation merge \
         there; use smaller externalities or other prices"
    )]
    NoSlope {
        /// Participation, platform by platform.
        shares: Vec<f64>,
    },
}

/// Checks that a number is finite; `place` is evaluated only on failure.
pub(super) fn check_finite(value: f64, place: impl FnOnce() -> String) -> Result<(), MarketError> {
    match value.is_finite() {
        true => Ok(()),
        false => Err(MarketError::NotFinite {
            place: place(),
            value,
        }),
    }
}

/// Checks the length of a list.
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

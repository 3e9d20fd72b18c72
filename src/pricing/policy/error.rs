use crate::pricing::game::{GameError, NormalFormError};

/// Settings of a policy are out of range or do not fit the market.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The weight of a penalty is negative or not finite.
    #[error("lambda is {value}: give a finite penalty weight of at least 0")]
    Weight {
        /// The weight.
        value: f64,
    },
    /// A cap is NaN.
    #[error("the price cap of side {side} is NaN: give a price, or inf for no cap on that side")]
    CapNotANumber {
        /// The side.
        side: usize,
    },
    /// The number of caps is not the number of sides.
    #[error("{found} price caps, but the market has {sides} sides: give one for each")]
    Caps {
        /// Number of caps.
        found: usize,
        /// Number of sides.
        sides: usize,
    },
    /// A cap excludes all prices of a grid.
    #[error(
        "a price cap of {cap} on side {side} excludes all prices of platform {platform}: its \
         lowest is {lowest}; raise the cap or extend the grid"
    )]
    NothingRemains {
        /// Cap.
        cap: f64,
        /// The side.
        side: usize,
        /// The platform.
        platform: usize,
        /// Lowest price of the platform.
        lowest: f64,
    },
    /// The position of a cap between the benchmarks is not finite.
    #[error(
        "share is {value}: give a finite number, 0 for the competitive price, 1 for the collusive"
    )]
    Share {
        /// The value.
        value: f64,
    },
    /// The settings are invalid for the kind.
    #[error("policy: {reason}")]
    Settings {
        /// Position and reason, on one line.
        reason: String,
    },
    /// The kind of policy is unknown.
    #[error(
        "policy {kind:?} is unknown: use \"none\", \"penalty\", \"price_cap\", \"benchmark_cap\", \
         \"hidden_prices\" or a kind registered with `register_policy` ({registered:?})"
    )]
    Unknown {
        /// Name of the kind.
        kind: String,
        /// Registered user-defined kinds.
        registered: Vec<String>,
    },
    /// The policy has no field that can be varied.
    #[error("the policy {kind:?} has no weight to vary: remove the axis or choose another policy")]
    NoWeight {
        /// The kind.
        kind: String,
    },
    /// The benchmarks belong to another market.
    #[error("benchmarks of {found} prices for a market of {expected}: solve them for this market")]
    Benchmarks {
        /// Number of prices of the benchmarks.
        found: usize,
        /// Number of prices of the market.
        expected: usize,
    },
    /// The game with the policy is invalid.
    #[error(transparent)]
    Game(#[from] GameError),
    /// The rewards with the policy are invalid.
    #[error(transparent)]
    Rewards(#[from] NormalFormError),
    /// An error of a user-defined policy.
    #[error("{0}")]
    Other(String),
}

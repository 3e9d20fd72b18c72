use crate::pricing::game::{GameError, NormalFormError};

/// Settings of a policy that are out of range, or do not fit the market.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The weight of a penalty is no number, or pays for collusion.
    #[error("lambda is {value}: give a finite weight of the penalty of at least 0")]
    Weight {
        /// The weight.
        value: f64,
    },
    /// A cap that is no number.
    #[error("the price cap of side {side} is NaN: give a price, or inf for no cap on that side")]
    CapNotANumber {
        /// The side.
        side: usize,
    },
    /// Caps for another number of sides.
    #[error("{found} price caps, but the market has {sides} sides: give one for each")]
    Caps {
        /// How many caps there are.
        found: usize,
        /// The number of sides.
        sides: usize,
    },
    /// No price of a grid is allowed.
    #[error(
        "a price cap of {cap} on side {side} leaves platform {platform} no price: its lowest is \
         {lowest}; raise the cap or extend the grid"
    )]
    NothingRemains {
        /// The cap.
        cap: f64,
        /// The side.
        side: usize,
        /// The platform.
        platform: usize,
        /// Its lowest price.
        lowest: f64,
    },
    /// The place of a cap between the benchmarks is not a finite number.
    #[error(
        "share is {value}: give a finite number, 0 for the competitive price, 1 for the collusive"
    )]
    Share {
        /// The value.
        value: f64,
    },
    /// Settings that the kind does not take.
    #[error("policy: {reason}")]
    Settings {
        /// Where and why, on one line.
        reason: String,
    },
    /// A kind of policy that is not known.
    #[error(
        "policy {kind:?} is unknown: use \"none\", \"penalty\", \"price_cap\", \"benchmark_cap\", \
         \"hidden_prices\" or one that `register_policy` has made known ({registered:?})"
    )]
    Unknown {
        /// The name.
        kind: String,
        /// The kinds of one's own that are registered.
        registered: Vec<String>,
    },
    /// A policy without a field that can be varied.
    #[error(
        "the policy {kind:?} has no weight to vary: leave the axis out or choose another policy"
    )]
    NoWeight {
        /// The kind.
        kind: String,
    },
    /// Benchmarks of another market.
    #[error("benchmarks of {found} prices for a market of {expected}: solve them for this market")]
    Benchmarks {
        /// Prices of the benchmarks.
        found: usize,
        /// Prices of the market.
        expected: usize,
    },
    /// The game with the policy is invalid.
    #[error(transparent)]
    Game(#[from] GameError),
    /// The rewards with the policy are invalid.
    #[error(transparent)]
    Rewards(#[from] NormalFormError),
    /// An error of a policy that is not of this crate.
    #[error("{0}")]
    Other(String),
}

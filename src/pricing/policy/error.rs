use crate::pricing::{
    analysis::AnalysisError,
    game::{GameError, NormalFormError},
    session::SessionError,
};

/// A policy that cannot be, or cannot be tried.
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
    /// Benchmarks of another market.
    #[error("benchmarks of {found} prices for a market of {expected}: solve them for this market")]
    Benchmarks {
        /// Prices of the benchmarks.
        found: usize,
        /// Prices of the market.
        expected: usize,
    },
    /// The game with the policy cannot be.
    #[error(transparent)]
    Game(#[from] GameError),
    /// The rewards with the policy cannot be.
    #[error(transparent)]
    Rewards(#[from] NormalFormError),
    /// Sessions with the policy failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Sessions with the policy cannot be measured.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
}

use crate::pricing::market::MarketError;

/// An invalid grid or game.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GameError {
    /// Participation was not found at some prices of the grid.
    #[error("joint action {joint}: {cause}")]
    Market {
        /// The joint action.
        joint: usize,
        /// Cause of the failure.
        cause: MarketError,
    },
    /// A grid has no prices.
    #[error("a price grid with 0 prices: give at least 1")]
    EmptyGrid,
    /// A price, or an end of a range, is NaN or infinite.
    #[error("{place} is {value}: give a finite number")]
    NotFinite {
        /// Name of the number or position in the list.
        place: String,
        /// The value.
        value: f64,
    },
    /// Prices are not increasing.
    #[error(
        "prices[{index}] = {price} is not above prices[{}] = {before}: list prices in ascending \
         order, each once",
        index - 1
    )]
    NotAscending {
        /// Position of the price that is too small.
        index: usize,
        /// That price.
        price: f64,
        /// Previous price.
        before: f64,
    },
    /// A range has no width.
    #[error(
        "{points} prices from {low} to {high}: the range is too narrow for distinct prices; give \
         other ends, a list of prices, or 1 price"
    )]
    NoWidth {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
        /// Number of prices requested.
        points: usize,
    },
    /// A grid has more prices than a game can enumerate.
    #[error("a price grid with {points} prices: give at most {limit}")]
    TooManyPoints {
        /// Number of prices requested.
        points: usize,
        /// Largest number of prices.
        limit: usize,
    },
    /// A margin xi shrinks the range to nothing.
    #[error("xi is {xi}: the range grows by xi on both ends, so it must be finite and above -0.5")]
    Margin {
        /// The value.
        xi: f64,
    },
    /// Grids have another number of platforms or sides.
    #[error("{found} {what}, but there are {expected}: give one for each")]
    Count {
        /// The items counted: lists of grids for platforms, or grids for sides.
        what: String,
        /// Number required by the market.
        expected: usize,
        /// Number given.
        found: usize,
    },
    /// The game has more joint actions than fit into memory.
    #[error(
        "{platforms} platforms with {actions:?} actions have {joint_actions:.3e} joint actions, \
         and their profits take {bytes:.3e} bytes, above the limit of {limit}: use fewer prices \
         per side"
    )]
    TooLarge {
        /// Number of platforms.
        platforms: usize,
        /// Actions of each platform; saturates on overflow.
        actions: Vec<usize>,
        /// Number of joint actions.
        joint_actions: f64,
        /// Bytes of the table of profits.
        bytes: f64,
        /// Limit in bytes.
        limit: usize,
    },
}

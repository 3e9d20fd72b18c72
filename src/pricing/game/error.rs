use crate::pricing::market::MarketError;

/// An invalid grid or game.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GameError {
    /// Participation failed at some prices of the grid.
    #[error("joint action {joint}: {cause}")]
    Market {
        /// The joint action.
        joint: usize,
        /// Why.
        cause: MarketError,
    },
    /// A grid without prices.
    #[error("a price grid with 0 prices: give at least 1")]
    EmptyGrid,
    /// A price, or an end of a range, that is NaN or infinite.
    #[error("{place} is {value}: give a finite number")]
    NotFinite {
        /// Its name or place in the list.
        place: String,
        /// The value.
        value: f64,
    },
    /// Prices that do not rise.
    #[error(
        "prices[{index}] = {price} is not above prices[{}] = {before}: list prices in ascending order, \
         each once",
        index - 1
    )]
    NotAscending {
        /// The place of the price that is too small.
        index: usize,
        /// That price.
        price: f64,
        /// The price before.
        before: f64,
    },
    /// A range without width.
    #[error(
        "{points} prices from {low} to {high}: the range is too narrow to hold them apart; give other \
         ends, a list of prices, or 1 price"
    )]
    NoWidth {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
        /// The number of prices asked for.
        points: usize,
    },
    /// More prices on a grid than a game could enumerate.
    #[error("a price grid with {points} prices: give at most {limit}")]
    TooManyPoints {
        /// The number of prices asked for.
        points: usize,
        /// The most prices.
        limit: usize,
    },
    /// A margin xi that takes away more than the range.
    #[error("xi is {xi}: the range grows by xi on both ends, so it must be finite and above -0.5")]
    Margin {
        /// The value.
        xi: f64,
    },
    /// Grids for another number of platforms or sides.
    #[error("{found} {what}, but there are {expected}: give one for each")]
    Count {
        /// Lists of grids for platforms, or grids for sides.
        what: String,
        /// How many the market asks for.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// More joint actions than fit into memory.
    #[error(
        "{platforms} platforms with {actions:?} actions have {joint_actions:.3e} joint actions, and \
         their profits take {bytes:.3e} bytes, above the limit of {limit}: use fewer prices per side"
    )]
    TooLarge {
        /// The number of platforms.
        platforms: usize,
        /// Actions of each platform; a number that overflows is the largest there is.
        actions: Vec<usize>,
        /// The number of joint actions.
        joint_actions: f64,
        /// Bytes of the table of profits.
        bytes: f64,
        /// The most bytes.
        limit: usize,
    },
}

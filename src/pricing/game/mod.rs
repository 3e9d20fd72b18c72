//! Prices on grids: the game that learning platforms play.

mod error;
mod grid;
mod grid_rule;
mod market_game;
mod market_grids;
mod normal_form;
mod pure_nash;

#[cfg(test)]
mod tests;

pub use error::GameError;
pub use grid::PriceGrid;
pub use grid_rule::GridRule;
pub use market_game::MarketGame;
pub use market_grids::MarketGrids;
pub use normal_form::{NormalFormError, NormalFormGame};

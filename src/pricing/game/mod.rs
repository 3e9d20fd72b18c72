//! The one-shot games that platforms repeat: price grids, and payoffs of every joint action.

mod demand_games;
mod grid;
mod grid_rule;
mod market_game;
mod market_grids;
mod normal_form;
mod pure_nash;

#[cfg(test)]
mod tests;

pub use demand_games::DemandGames;
pub use grid::PriceGrid;
pub use grid_rule::GridRule;
pub use market_game::MarketGame;
pub use market_grids::MarketGrids;
pub use normal_form::NormalFormGame;

//! Pricing algorithms in two-sided markets: do they learn to collude, why, and what stops it?
//!
//! The market model with several sides is our derivation from logit demand and rational
//! expectations; with one side it is the market of Calvano, Calzolari, Denicolò and Pastorello
//! (American Economic Review, 2020).
//!
//! | module | content |
//! |---|---|
//! | [`market`] | platforms, sides and users: participation, demand, profits, consumer surplus |
//! | [`equilibrium`] | competition, collusion, monopoly, best replies, the grim-trigger threshold |
//! | [`game`] | prices on grids, and the game of all their combinations |

pub mod equilibrium;
pub mod game;
pub mod market;
mod numerics;

//! Pricing algorithms in two-sided markets: do they learn to collude, why, and what stops it?
//!
//! The page `src/pricing/README.md` explains the model, what is derived here, and the results.
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
//! | [`environment`] | the environments in which agents act, and a conformance check for your own |
//! | [`learner`] | Q-learning, and the learners that it is compared with |
//! | [`session`] | one learning run until convergence |
//! | [`policy`] | penalties, price caps, hidden prices, and their effects |
//! | [`scenario`] | the description of an experiment: market, grids, policy, learners |
//! | [`analysis`] | learned behavior: outcomes, equilibrium tests, responses to deviations |
//! | [`collusion`] | whether high prices are collusion: control experiments |
//! | [`records`] | tables of sessions as files, with a schema |
//! | [`sweep`] | many sessions over many parameters, on one machine or a cluster |
//! | [`anchor`] | the exact replay of Calvano et al. |
//!
//! Functions that can fail return a [`PricingError`], those of [`sweep`] a
//! [`SweepError`](sweep::SweepError).

pub mod analysis;
pub mod anchor;
mod checks;
pub mod collusion;
pub mod environment;
pub mod equilibrium;
mod error;
pub mod game;
pub mod learner;
pub mod market;
mod numerics;
pub mod policy;
pub mod records;
pub mod scenario;
pub mod session;
pub mod sweep;
mod table_size;
mod toml_text;

pub use error::PricingError;

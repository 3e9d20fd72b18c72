//! The anchor: the sessions of Calvano, Calzolari, Denicolò and Pastorello (2020), American Economic
//! Review 110(10), replayed bit for bit.
//!
//! The authors' program draws from its own generator in a fixed order, and its benchmarks enter
//! rounded. Replayed like this, each session ends in the period, on the cycle and with the profits of
//! the original; so whatever else this crate computes with the same rules can be trusted. Everything
//! new uses [`SessionPlan`](super::session::SessionPlan), whose generator is better and faster.
//!
//! ```no_run
//! use fireweed::pricing::anchor::{Replay, Summary};
//!
//! // About two minutes on two cores.
//! let sessions = Replay::baseline()?.run_many(1..=1000, &|| false)?;
//! let summary = Summary::new(&sessions);
//! println!("{:.6} {:.6}", summary.profit_gain, summary.profit_gain_spread);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod baseline;
mod lecuyer;
mod replay;
mod summary;

pub use baseline::{
    COLLUSION_PRICE, COMPETITION_PRICE, EPISODE, PRICES, baseline_game, benchmark_profits,
    price_grid,
};
pub use lecuyer::LEcuyer;
pub use replay::Replay;
pub use summary::Summary;

#[cfg(test)]
mod tests;

//! The anchor: an exact replay of the sessions of Calvano, Calzolari, Denicolò and Pastorello
//! (2020), American Economic Review 110(10).
//!
//! The authors' program draws from its own generator in a fixed order, and uses rounded benchmarks.
//! Replayed in this way, each session ends in the same period, on the same cycle and with the same
//! profits as the original. This validates the learning rules that the rest of the crate shares.
//! New work uses [`SessionPlan`](super::session::SessionPlan), whose generator is better and
//! faster.
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

pub use baseline::baseline_game;
pub use replay::Replay;
pub use summary::Summary;

#[cfg(test)]
mod tests;

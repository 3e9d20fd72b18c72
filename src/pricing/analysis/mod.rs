//! What was learned: outcomes on the limit cycle, whether strategies are an equilibrium, and how they
//! answer to a deviation.
//!
//! Learned strategies are deterministic and so is the repeated game, so every path ends in a cycle
//! and every discounted sum is computed exactly, up to rounding. Where platforms observe demand that
//! varies, paths and sums are expectations over its chain. Nothing here is simulated.

mod best_reply;
mod deviation;
mod discounted;
mod equilibrium_test;
mod error;
mod estimate;
mod impulse_response;
mod price_path;
mod response_estimate;
mod session_measures;
mod strategies;
mod sums;
mod t_quantile;

#[cfg(test)]
mod tests;

pub use best_reply::DynamicBestReply;
pub use deviation::{Deviation, DeviationAction, DeviationLength, Deviators};
pub use equilibrium_test::{Continuation, EquilibriumTest};
pub use error::AnalysisError;
pub use estimate::{Estimate, MeasureRange};
pub use impulse_response::{DeviationGain, ImpulseResponse, ResponsePeriod};
pub use price_path::{PricePath, PricePathEstimate};
pub use response_estimate::ResponseEstimate;
pub use session_measures::SessionMeasures;
pub use strategies::Strategies;

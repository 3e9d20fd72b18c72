//! Analysis of learned strategies: outcomes on the limit cycle, tests for equilibrium, and
//! responses to deviations.
//!
//! Learned strategies and the repeated game are deterministic, so every path ends in a cycle and
//! every discounted sum is exact up to rounding. If platforms observe varying demand, paths and
//! sums are expectations over its Markov chain. Nothing is simulated.

mod best_reply;
mod checks;
mod deviation;
mod discounted;
mod equilibrium_test;
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
pub use estimate::{Estimate, MeasureRange};
pub use impulse_response::{DeviationGain, ImpulseResponse, ResponsePeriod};
pub use price_path::{PricePath, PricePathEstimate};
pub use response_estimate::ResponseEstimate;
pub use session_measures::SessionMeasures;
pub use strategies::Strategies;

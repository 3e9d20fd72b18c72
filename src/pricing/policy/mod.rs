//! Policies against learned collusion, and what they do to profit, prices, participation and consumer
//! surplus.

mod comparison;
mod error;
mod penalty;
mod price_cap;
mod rule;

#[cfg(test)]
mod tests;

pub use comparison::{PolicyComparison, PolicyOutcome, PolicyStudy};
pub use error::PolicyError;
pub use penalty::{Penalty, PenaltyForm};
pub use price_cap::PriceCap;
pub use rule::{Policy, Treatment};

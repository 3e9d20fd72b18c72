//! Policies against learned collusion, and their effects on profit, prices, participation and
//! consumer surplus.

mod any_policy;
mod comparison;
mod interface;
mod penalty;
mod price_cap;
mod simple;

#[cfg(test)]
mod tests;

pub use any_policy::{AnyPolicy, register_policy};
pub use comparison::{PolicyComparison, PolicyOutcome, PolicyStudy};
pub use interface::Policy;
pub use penalty::{Penalty, PenaltyForm};
pub use price_cap::PriceCap;
pub use simple::{BenchmarkCap, HiddenPrices, NoPolicy};

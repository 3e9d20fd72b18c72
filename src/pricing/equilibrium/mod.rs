//! Benchmarks of a market: competition, collusion, monopoly, and the gains from deviating.
//!
//! [`competition()`] is the one-shot Nash equilibrium in prices, [`collusion()`] the maximum of
//! joint profit. Both are solved in participation instead of prices, where inverse demand is
//! explicit and no inner fixed point is needed. [`best_reply()`] then checks competition by plain
//! maximization in prices. The formulas for several sides are our derivation.

mod asymmetric;
mod benchmarks;
mod best_reply;
mod collusion;
mod competition;
mod constructors;
mod continuation;
mod first_order;
mod grim_trigger;
mod joint_maximum;
mod log_odds;
mod logit;
mod position;
mod result;
mod second_order;
mod symmetric;
mod under_shocks;
mod verdict;
mod warning;

#[cfg(test)]
mod tests;

pub use asymmetric::asymmetric_competition;
pub use benchmarks::Benchmarks;
pub use best_reply::{BestReply, best_reply};
pub use collusion::{collusion, monopoly};
pub use competition::competition;
pub use grim_trigger::{GrimTrigger, Temptation, grim_trigger};
pub use joint_maximum::joint_maximum;
pub use result::Equilibrium;
pub use second_order::SecondOrder;
pub use symmetric::symmetric_competition;
pub use verdict::Verdict;
pub use warning::Warning;

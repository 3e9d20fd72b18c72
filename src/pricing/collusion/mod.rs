//! Tests for collusion. High prices of learners are collusion only if strategies reward and punish;
//! they may also be a failure to learn. A report compares the results with control experiments.
//!
//! Sources: Calvano, Calzolari, Denicolò and Pastorello (2023), Algorithmic collusion: genuine or
//! spurious?, International Journal of Industrial Organization 90; Epivent and Lambin (2024), On
//! algorithmic collusion and reward-punishment schemes, Economics Letters 237; Asker, Fershtman and
//! Pakes (2024), The impact of artificial intelligence design on pricing, Journal of Economics and
//! Management Strategy 33.

mod punishment;
mod report;

#[cfg(test)]
mod tests;

pub use punishment::Punishment;
pub use report::{CollusionReport, Control, Trial};

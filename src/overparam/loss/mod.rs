//! The losses of Guo, Li, Lerman (2024). Each is a **sum** over samples, not a mean: step sizes
//! depend on it.

mod cross_entropy_sum;
mod reweighted;
mod sum_squared;

pub use cross_entropy_sum::CrossEntropySumLoss;
pub use reweighted::{ReweightedLoss, ReweightedLossConfig};
pub use sum_squared::SumSquaredLoss;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

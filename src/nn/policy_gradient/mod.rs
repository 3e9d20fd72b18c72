//! The policy-gradient loss: how a model learns from samples that have a reward but no gradient.

mod baseline;
mod config;
mod loss;

pub use baseline::Baseline;
pub use config::{ReinforceConfigError, ReinforceLossConfig};
pub use loss::ReinforceLoss;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

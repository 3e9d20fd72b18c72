//! The policy-gradient loss, for training on samples that have a reward but no gradient.

mod baseline;
mod config;
mod loss;

pub use baseline::Baseline;
pub use config::ReinforceLossConfig;
pub use loss::ReinforceLoss;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! Training by policy gradient in Burn's `Learner`.
//!
//! Three parts meet in [`PolicyGradientTrainer`]: a [`Policy`], any module that draws samples and knows
//! the logarithm of their probability; a [`Reward`], any function of the samples; and the
//! [`ReinforceLoss`]. Randomness comes with the batch: [`SeededLoader`] gives each batch a generator
//! that depends on the seed, the epoch and the batch's place alone, so that stop and resume equal not
//! stopping.

mod metrics;
mod output;
mod policy;
mod seeded_loader;
mod trainer;

pub use crate::nn::{Baseline, ReinforceConfigError, ReinforceLoss, ReinforceLossConfig};
pub use metrics::{
    LogProbInput, LogProbMetric, MeanMetric, RewardInput, RewardMetric, SampleValue,
};
pub use output::PolicyGradientOutput;
pub use policy::{Policy, Reward, Sampled};
pub use seeded_loader::{SeededBatch, SeededLoader};
pub use trainer::PolicyGradientTrainer;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! Adversarial training of a graph generator, in Burn's Learner.
//!
//! One batch of the loader is one optimizer step of one phase: the critic's, the generator's by the
//! gradient of its features, or the structure's by policy gradient. [`Gan`] holds all parts. Each
//! phase returns only the gradients of its part, so Burn's strategies, checkpoints and metrics work
//! unchanged. An epoch is a number of iterations, after which a sample of graphs is evaluated.

mod batch;
mod config;
mod histogram_reward;
mod loader;
mod loss;
mod model;
mod report;
mod step;

pub use batch::{GanBatch, GanPhase};
pub use config::GanConfig;
pub use histogram_reward::HistogramReward;
pub use loader::GanLoader;
pub use loss::GanLoss;
pub use model::Gan;
pub use report::GanMetric;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! Adversarial training of a graph generator, in Burn's Learner.
//!
//! One batch of the loader is one optimiser step of one phase: the critic's, the generator's by the
//! gradient of its features, or the structure's by policy gradient. [`Gan`] holds all parts, and
//! each phase returns the gradients of its part alone, so that Burn's strategies, checkpoints and
//! metrics work unchanged. An epoch is a number of iterations, after which graphs are sampled and
//! judged.

mod batch;
mod config;
mod histogram_reward;
mod loader;
mod loss;
mod model;
mod report;
mod step;

pub use batch::{GanBatch, GanPhase};
pub use config::{GanConfig, GanConfigError};
pub use histogram_reward::HistogramReward;
pub use loader::GanLoader;
pub use loss::GanLoss;
pub use model::Gan;
pub use report::GanMetric;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

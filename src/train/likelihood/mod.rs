//! Maximum likelihood training of an [`UnpoolingModel`](crate::generative::likelihood::UnpoolingModel),
//! in Burn's Learner.
//!
//! One batch of [`LikelihoodLoader`] is one step: for each of its graphs a new random chain, and of
//! it one phase for each network. [`LikelihoodTrainer`] computes the gradients of the two networks
//! side by side and keeps a moving average of the weights. After every epoch the average is judged:
//! −log probability of held-out graphs, and whatever a [`GraphJudge`](crate::train::GraphJudge) measures of a sample.

mod config;
mod gradients;
mod loader;
mod model;

pub use config::{LikelihoodConfig, LikelihoodConfigError, LikelihoodOptimizer};
pub use loader::{LikelihoodLoader, LikelihoodStep};
pub use model::LikelihoodTrainer;

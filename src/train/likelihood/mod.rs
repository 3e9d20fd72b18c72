//! Maximum likelihood training of an
//! [`UnpoolingModel`](crate::generative::likelihood::UnpoolingModel), in Burn's Learner.
//!
//! One batch of [`LikelihoodLoader`] is one step: for each of its graphs a new random chain, and
//! one phase of it for each network. [`LikelihoodTrainer`] computes the gradients of the networks
//! in parallel and keeps a moving average of the weights. After every epoch the average is
//! evaluated by the −log probability of held-out graphs and the metrics of a
//! [`GraphJudge`](crate::train::GraphJudge).

mod config;
mod gradients;
mod loader;
mod model;

pub use config::{LikelihoodConfig, LikelihoodOptimizer};
pub use loader::{LikelihoodLoader, LikelihoodStep};
pub use model::LikelihoodTrainer;

//! Critics, and their input gradients as differentiable expressions.

mod body;
mod config;
mod model;
mod penalty;
mod pullback;
mod trivial;

pub use config::{CriticConfig, CriticNorm, TrivialFeatures};
pub use model::{Critic, Criticism};
pub use penalty::GradientPenalty;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

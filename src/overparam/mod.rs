//! Overparameterised networks with rescaled leaky ReLUs: models, losses and theory of chapter 2.
//!
//! [`advisor`] says which slope, step and length of training to use; it builds on [`theory`], the
//! bounds of the chapter, and on [`infinite_width`], training in closed form.

pub mod advisor;
pub mod infinite_width;
mod input_map;
pub mod loss;
mod mlp;
pub mod theory;

pub use input_map::InputMap;
pub use mlp::{OverparamMlp, OverparamMlpConfig};

#[cfg(test)]
#[cfg(feature = "flex")]
mod descent_tests;

//! Overparameterised networks with rescaled leaky ReLUs: models, losses and theory of chapter 2.
//!
//! [`theory`] has the bounds of the chapter, [`infinite_width`] training in closed form.

pub mod infinite_width;
mod input_map;
pub mod loss;
mod mlp;
pub mod theory;

pub use input_map::InputMap;
pub use mlp::{OverparamMlp, OverparamMlpConfig};

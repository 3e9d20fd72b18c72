//! Overparameterised networks with rescaled leaky ReLUs: models and losses of chapter 2.

mod input_map;
pub mod loss;
mod mlp;

pub use input_map::InputMap;
pub use mlp::{OverparamMlp, OverparamMlpConfig};

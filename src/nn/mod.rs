//! Layers to embed in any Burn module.

mod leaky_relu_rescaled;
mod rescaled_init;

pub use leaky_relu_rescaled::{AlphaError, LeakyReluRescaled, LeakyReluRescaledConfig};
pub use rescaled_init::RescaledInit;

//! A transformer encoder for tokens.

mod block;
mod config;
mod network;

pub use block::EncoderBlock;
pub use config::OverparamTransformerConfig;
pub use network::OverparamTransformer;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! The unpooling layer, which generates larger graphs from graphs.
//!
//! | item | purpose |
//! |---|---|
//! | [`UnpoolingLayer`] | splits nodes and draws the structure of the larger graph |
//! | [`InitialGraph`] | generates graphs of three nodes from latent vectors |
//! | [`NodeSelection`], [`NodeRole`] | which nodes are split |
//!
//! The choices of the layer, without probabilities, are in
//! [`graph::unpooling`](crate::graph::unpooling). The inverse operation is
//! [`graph::pooling`](crate::graph::pooling).

mod config;
mod draw;
mod initial;
mod layer;
mod networks;
mod score;
mod scorer;
mod selection;

use burn::tensor::Tensor;

pub use config::UnpoolingLayerConfig;
pub use initial::{Initial, InitialGraph, InitialGraphConfig, InitialStructure};
pub use layer::{Unpooled, UnpoolingLayer};
pub use selection::{NodeRole, NodeSelection};

/// Reads the values of a tensor back to the host.
fn read(values: Tensor<1>) -> Vec<f64> {
    let values = values.into_data().convert::<f64>();
    values.iter::<f64>().collect()
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! The unpooling layer, which makes larger graphs out of graphs.
//!
//! What it decides, without probabilities, is [`graph::unpooling`](crate::graph::unpooling); the
//! way back is [`graph::pooling`](crate::graph::pooling).

mod config;
mod draw;
mod initial;
mod layer;
mod networks;
mod score;
mod scorer;
mod selection;

use burn::tensor::Tensor;

pub use config::{UnpoolingConfigError, UnpoolingLayerConfig};
pub use initial::{Initial, InitialGraph, InitialGraphConfig, InitialStructure};
pub use layer::{Unpooled, UnpoolingLayer};
pub use selection::{NodeRole, NodeSelection};

/// Values of a tensor on the host.
fn read(values: Tensor<1>) -> Vec<f64> {
    let values = values.into_data().convert::<f64>();
    values.iter::<f64>().collect()
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

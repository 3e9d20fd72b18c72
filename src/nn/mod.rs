//! Layers to embed in any Burn module.
//!
//! | layer | purpose |
//! |---|---|
//! | [`LeakyReluRescaled`], [`RescaledInit`] | rescaled leaky ReLU and matching initialization |
//! | [`MpnnLayer`], [`GraphConv`], [`GcnConv`] | message passing and graph convolutions |
//! | [`EdgeMlp`], [`EdgeUpdateLayer`], [`EdgeUpdateNetwork`] | edge features |
//! | [`GatedReadout`] | one vector per graph |
//! | [`LatentSkip`] | adds a latent vector to the nodes of its graph |
//! | [`UnpoolingLayer`](unpooling::UnpoolingLayer) | splits nodes to generate larger graphs |
//! | [`ReinforceLoss`] | policy-gradient loss for sampled structures |
//!
//! Graph layers take a [`GraphBatch`](crate::graph::GraphBatch). Complete models of these layers
//! are in [`generative`](crate::generative).
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireweed::{graph::{GraphBatch, GraphTopology}, nn::{GatedReadoutConfig, MpnnLayerConfig}};
//!
//! let device = Device::flex();
//! let topology = GraphTopology::single(3, vec![[0, 1], [1, 2]])?;
//! let graphs = GraphBatch::new(topology, Tensor::ones([3, 8], &device), Tensor::ones([2, 4], &device))?;
//! let layer = MpnnLayerConfig::new(8, 4, 16).init(&device);
//! assert_eq!(layer.forward(&graphs).dims(), [3, 16]);
//! let readout = GatedReadoutConfig::new(8, 5).init(&device);
//! assert_eq!(readout.forward(&graphs).dims(), [1, 5]);
//! # Ok::<(), fireweed::graph::GraphError>(())
//! ```

pub(crate) mod dense;
mod graph;
mod leaky_relu_rescaled;
pub(crate) mod message_passing;
mod policy_gradient;
mod rescaled_init;
pub mod unpooling;

pub use graph::{
    Aggregation, EdgeMlp, EdgeMlpConfig, EdgeUpdateLayer, EdgeUpdateLayerConfig, EdgeUpdateNetwork,
    EdgeUpdateNetworkConfig, GatedReadout, GatedReadoutConfig, GcnConv, GcnConvConfig, GraphConv,
    GraphConvConfig, LatentSkip, LatentSkipConfig, MpnnLayer, MpnnLayerConfig,
};
pub use leaky_relu_rescaled::{LeakyReluRescaled, LeakyReluRescaledConfig};
pub use policy_gradient::{Baseline, ReinforceLoss, ReinforceLossConfig};
pub use rescaled_init::RescaledInit;
pub(crate) use rescaled_init::normal_tensor;

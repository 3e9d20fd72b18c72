//! Graph layers, which act on a [`GraphBatch`](crate::graph::GraphBatch).

mod aggregation;
mod conv;
mod edge_mlp;
mod edge_update;
mod gated_readout;
mod mpnn;
mod skip;

pub use aggregation::Aggregation;
pub use conv::{GcnConv, GcnConvConfig, GraphConv, GraphConvConfig};
pub use edge_mlp::{EdgeMlp, EdgeMlpConfig};
pub use edge_update::{
    EdgeUpdateLayer, EdgeUpdateLayerConfig, EdgeUpdateNetwork, EdgeUpdateNetworkConfig,
};
pub use gated_readout::{GatedReadout, GatedReadoutConfig};
pub use mpnn::{MpnnLayer, MpnnLayerConfig};
pub use skip::{LatentSkip, LatentSkipConfig};

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

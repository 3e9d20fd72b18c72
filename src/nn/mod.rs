//! Layers to embed in any Burn module.

pub(crate) mod dense;
mod graph;
mod leaky_relu_rescaled;
mod policy_gradient;
mod rescaled_init;
pub mod unpooling;

pub use graph::{
    Aggregation, EdgeMlp, EdgeMlpConfig, EdgeUpdateLayer, EdgeUpdateLayerConfig, EdgeUpdateNetwork,
    EdgeUpdateNetworkConfig, GatedReadout, GatedReadoutConfig, GcnConv, GcnConvConfig, GraphConv,
    GraphConvConfig, LatentSkip, LatentSkipConfig, MpnnLayer, MpnnLayerConfig,
};
pub use leaky_relu_rescaled::{AlphaError, LeakyReluRescaled, LeakyReluRescaledConfig};
pub use policy_gradient::{Baseline, ReinforceConfigError, ReinforceLoss, ReinforceLossConfig};
pub use rescaled_init::RescaledInit;
pub(crate) use rescaled_init::normal_tensor;

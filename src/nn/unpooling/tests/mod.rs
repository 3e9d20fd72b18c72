//! Tests of the unpooling layer.

mod connectivity;
mod expressivity;
mod invariance;
mod law;
mod layer;
mod policy_gradient;
mod replay;

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{DType, Device, Tensor},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    graph::{GraphBatch, GraphTopology},
    testing::{random_features, randomize},
};

/// Features between −1 and 1.
fn features(
    topology: &GraphTopology,
    [node, edge]: [usize; 2],
    seed: u64,
    device: &Device,
) -> GraphBatch {
    random_features(
        topology,
        node,
        edge,
        device,
        &mut ChaCha8Rng::seed_from_u64(seed),
    )
}

/// The same graph several times.
fn copies(graph: &GraphBatch, count: usize) -> GraphBatch {
    GraphBatch::disjoint_union(&vec![graph.clone(); count])
}

/// The layer with fixed weights, scaled by a factor. With factor 0 all draws are uniform; with a
/// factor above 1 some are likely and others are not.
fn scaled(layer: UnpoolingLayer, factor: f32) -> UnpoolingLayer {
    struct Zero;
    impl ModuleMapper for Zero {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|tensor| {
                let tracked = tensor.is_require_grad();
                tensor.zeros_like().set_require_grad(tracked)
            })
        }
    }
    if factor == 0.0 {
        return layer.map(&mut Zero);
    }
    randomize(layer, factor, &mut ChaCha8Rng::seed_from_u64(9))
}

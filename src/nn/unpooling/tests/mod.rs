//! Tests of the unpooling layer.

mod connectivity;
mod expressivity;
mod invariance;
mod law;
mod layer;
mod replay;

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{DType, Device, Tensor},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    graph::{GraphBatch, GraphTopology},
    testing::random_features,
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

/// The layer with every parameter multiplied by a number: 0 makes all draws uniform, more than 1
/// makes some draws likely and others not.
fn scaled(layer: UnpoolingLayer, factor: f64) -> UnpoolingLayer {
    struct Scale(f64);
    impl ModuleMapper for Scale {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let factor = self.0;
            param.map(|tensor| {
                let tracked = tensor.is_require_grad();
                let scaled = tensor.inner() * factor;
                if tracked {
                    scaled.autodiff().require_grad()
                } else {
                    scaled
                }
            })
        }
    }
    layer.map(&mut Scale(factor))
}

/// The graphs with features, in `f64`.
fn in_double(graphs: &GraphBatch) -> GraphBatch {
    GraphBatch::new(
        graphs.topology().clone(),
        graphs.nodes().cast(DType::F64),
        graphs.edges().cast(DType::F64),
    )
    .unwrap()
}

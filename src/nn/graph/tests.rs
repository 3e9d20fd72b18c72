//! Helpers shared by the tests of graph layers.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::{Device, Tensor},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    graph::{GraphBatch, GraphTopology},
    testing::{
        Output, assorted_graphs, barren_graphs, check_batch_independence,
        check_permutation_equivariance, random_features,
    },
};

pub(super) fn batch(topology: &GraphTopology, widths: [usize; 2], device: &Device) -> GraphBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    random_features(topology, widths[0], widths[1], device, &mut rng)
}

/// Equivariance, batch independence, and structures without edges or nodes.
pub(super) fn check_invariances(
    widths: [usize; 2],
    output: Output,
    layer: impl Fn(&GraphBatch) -> Tensor<2>,
) {
    let device = Device::flex();
    let graphs = batch(&assorted_graphs(), widths, &device);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    check_permutation_equivariance(&graphs, output, 1e-5, &mut rng, &layer).unwrap();
    check_batch_independence(&graphs, 1e-5, &layer).unwrap();
    for topology in barren_graphs() {
        let graphs = batch(&topology, widths, &device);
        let rows = match output {
            Output::Nodes => topology.node_count(),
            Output::Edges => topology.edge_count(),
            Output::Graphs => topology.graph_count(),
        };
        let result = layer(&graphs);
        assert_eq!(result.dims()[0], rows);
        assert!(data(result).iter().all(|value| value.is_finite()));
    }
}

/// Checks that every parameter gets a gradient from a batch of nodes without edges.
pub(super) fn check_gradients_without_edges<M: Module>(
    widths: [usize; 2],
    layer: &M,
    forward: impl Fn(&M, &GraphBatch) -> Tensor<2>,
) {
    struct Found<'a>(&'a GradientsParams, Vec<bool>);
    impl ModuleVisitor for Found<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1.push(self.0.get::<D>(param.id).is_some());
        }
    }
    let device = Device::flex().autodiff();
    let topology = GraphTopology::single(3, vec![]).unwrap();
    let output = forward(layer, &batch(&topology, widths, &device));
    let grads = GradientsParams::from_grads(output.square().sum().backward(), layer);
    let mut found = Found(&grads, Vec::new());
    layer.visit(&mut found);
    assert!(!found.1.is_empty());
    assert!(found.1.iter().all(|&found| found), "{:?}", found.1);
}

pub(super) fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

/// Draws fixed weights.
pub(super) fn seeded<M: Module>(module: M) -> M {
    crate::testing::randomize(module, 1.0, &mut ChaCha8Rng::seed_from_u64(4))
}

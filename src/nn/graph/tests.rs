//! What the tests of graph layers share.

use burn::tensor::{DType, Device, Tensor};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    graph::{
        GraphBatch, GraphTopology,
        generate::{complete, cycle, path, random_connected, star},
    },
    testing::{Output, check_batch_independence, check_permutation_equivariance, random_features},
};

/// Graphs of many sizes, among them none, one node, isolated nodes.
pub(super) fn ragged() -> GraphTopology {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let graphs = [
        star(7),
        path(1),
        GraphTopology::single(0, vec![]).unwrap(),
        complete(5),
        GraphTopology::single(4, vec![[1, 3]]).unwrap(),
        random_connected(15, 9, &mut rng).unwrap(),
        cycle(6).unwrap(),
    ];
    GraphTopology::disjoint_union(&graphs)
}

/// Structures without edges, without nodes, without graphs.
pub(super) fn barren() -> [GraphTopology; 3] {
    [vec![3, 0, 1], vec![0, 0], vec![]].map(|counts| GraphTopology::new(&counts, vec![]).unwrap())
}

pub(super) fn batch(topology: &GraphTopology, widths: [usize; 2], device: &Device) -> GraphBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    random_features(topology, widths[0], widths[1], device, &mut rng)
}

pub(super) fn in_double(graphs: &GraphBatch) -> GraphBatch {
    let (nodes, edges) = (graphs.nodes(), graphs.edges());
    GraphBatch::new(
        graphs.topology().clone(),
        nodes.cast(DType::F64),
        edges.cast(DType::F64),
    )
    .unwrap()
}

/// Equivariance, batch independence, and structures without edges or nodes.
pub(super) fn check_invariances(
    widths: [usize; 2],
    output: Output,
    layer: impl Fn(&GraphBatch) -> Tensor<2>,
) {
    let device = Device::flex();
    let graphs = batch(&ragged(), widths, &device);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    check_permutation_equivariance(&graphs, output, 1e-5, &mut rng, &layer).unwrap();
    check_batch_independence(&graphs, 1e-5, &layer).unwrap();
    for topology in barren() {
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

pub(super) fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

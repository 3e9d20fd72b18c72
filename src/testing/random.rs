use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, RngExt};

use crate::graph::{GraphBatch, GraphTopology};

/// Graphs with features drawn uniformly between −1 and 1.
///
/// Consumes one uniform `f32` for each feature, nodes first.
///
/// # Shapes
/// - output: nodes `[|V|, node_features]`, edges `[|E|, edge_features]`
pub fn random_features(
    topology: &GraphTopology,
    node_features: usize,
    edge_features: usize,
    device: &Device,
    rng: &mut impl Rng,
) -> GraphBatch {
    let mut draw = |rows: usize, width: usize| -> Tensor<2> {
        let values = (0..rows * width).map(|_| rng.random_range(-1.0..1.0f32));
        Tensor::from_data(TensorData::new(values.collect(), [rows, width]), device)
    };
    let nodes = draw(topology.node_count(), node_features);
    let edges = draw(topology.edge_count(), edge_features);
    GraphBatch::new(topology.clone(), nodes, edges)
        .unwrap_or_else(|error| unreachable!("one row for each node and edge: {error}"))
}

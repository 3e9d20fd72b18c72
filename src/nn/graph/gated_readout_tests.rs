use super::*;
use crate::{
    nn::graph::tests::{batch, check_invariances, data, seeded},
    testing::{Output, assorted_graphs, check_gradients},
};

/// Σ σ(a) tanh(c) over the nodes of each graph, with plain loops; 0 for no nodes.
#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    let topology = assorted_graphs();
    let layer = GatedReadoutConfig::new(3, 4).init(&device);
    let graphs = batch(&topology, [3, 0], &device);
    let gate = data(layer.gate.forward(graphs.nodes()));
    let value = data(layer.value.forward(graphs.nodes()));
    let output = layer.forward(&graphs);
    assert_eq!(output.dims(), [topology.graph_count(), 4]);
    for (place, found) in data(output).into_iter().enumerate() {
        let (graph, o) = (place / 4, place % 4);
        let nodes = topology.nodes_of(graph);
        let expected: f64 = nodes
            .map(|node| value[node * 4 + o].tanh() / (1.0 + (-gate[node * 4 + o]).exp()))
            .sum();
        assert!((found - expected).abs() < 1e-5);
    }
}

#[test]
fn order_batches_gradients_and_records() {
    let device = Device::flex();
    for aggregation in [Aggregation::Sum, Aggregation::Mean, Aggregation::Max] {
        let config = GatedReadoutConfig::new(3, 4).with_aggregation(aggregation);
        let layer = config.init(&device);
        check_invariances([3, 0], Output::Graphs, |graphs| layer.forward(graphs));
        let tracked = device.clone().autodiff();
        let graphs = batch(&assorted_graphs(), [3, 0], &tracked).cast(burn::tensor::DType::F64);
        check_gradients(&seeded(config.init(&tracked)), 10, 1e-6, |layer| {
            layer.forward(&graphs).square().sum()
        })
        .unwrap();
        let bytes = layer.clone().into_record().into_bytes().unwrap();
        let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
        let loaded = config.init(&device).load_record(record);
        let graphs = batch(&assorted_graphs(), [3, 0], &device);
        assert_eq!(data(layer.forward(&graphs)), data(loaded.forward(&graphs)));
    }
    assert_eq!(
        GatedReadoutConfig::new(3, 4).init(&device).to_string(),
        "GatedReadout {node_features: 3, output_features: 4, aggregation: Sum, params: 32}"
    );
}

/// Extreme gate inputs neither overflow nor become NaN.
#[test]
fn large_values() {
    let device = Device::flex();
    let layer = GatedReadoutConfig::new(3, 4).init(&device);
    let graphs = batch(&assorted_graphs(), [3, 0], &device);
    let nodes = graphs.nodes() * 1e6;
    let output = layer.forward(&graphs.with_nodes(nodes));
    assert!(data(output).iter().all(|value| value.abs() <= 15.0));
}

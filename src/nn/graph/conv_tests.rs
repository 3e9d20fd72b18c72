use super::*;
use crate::{
    graph::GraphTopology,
    nn::graph::tests::{batch, check_gradients_without_edges, check_invariances, data, seeded},
    testing::{Output, assorted_graphs, check_gradients},
};

const AGGREGATIONS: [Aggregation; 3] = [Aggregation::Sum, Aggregation::Mean, Aggregation::Max];

fn matrix(linear: &Linear) -> impl Fn(usize, usize) -> f64 + use<> {
    let [_, outputs] = linear.weight.dims();
    let values = data(linear.weight.val());
    move |i, o| values[i * outputs + o]
}

fn bias(linear: &Linear) -> Vec<f64> {
    data(linear.bias.as_ref().unwrap().val())
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
    }
}

/// W₁ x_i + W₂ AGG x_j + b with plain loops.
#[test]
fn graph_conv_matches_the_definition() {
    let device = Device::flex();
    let topology = assorted_graphs();
    for [inputs, outputs] in [[3, 5], [5, 3]] {
        for aggregation in AGGREGATIONS {
            let layer = GraphConvConfig::new(inputs, outputs)
                .with_aggregation(aggregation)
                .init(&device);
            let graphs = batch(&topology, [inputs, 0], &device);
            let x = data(graphs.nodes());
            let (own, neighbors, bias) = (
                matrix(&layer.root),
                matrix(&layer.neighbors),
                bias(&layer.root),
            );
            let mut expected = Vec::new();
            for node in 0..topology.node_count() {
                let combined: Vec<f64> = (0..inputs)
                    .map(|i| {
                        let values = topology.neighbors(node).map(|j| x[j * inputs + i]);
                        let degree = topology.degree(node).max(1) as f64;
                        match aggregation {
                            Aggregation::Sum => values.sum(),
                            Aggregation::Mean => values.sum::<f64>() / degree,
                            Aggregation::Max => values.reduce(f64::max).unwrap_or(0.0),
                        }
                    })
                    .collect();
                for (o, bias) in bias.iter().enumerate() {
                    let terms = (0..inputs)
                        .map(|i| own(i, o) * x[node * inputs + i] + neighbors(i, o) * combined[i]);
                    expected.push(bias + terms.sum::<f64>());
                }
            }
            assert_close(&data(layer.forward(&graphs)), &expected);
            check_invariances([inputs, 0], Output::Nodes, |graphs| layer.forward(graphs));
        }
    }
}

/// D^{-1/2} (A + I) D^{-1/2} X W + b with plain loops.
#[test]
fn gcn_conv_matches_the_definition() {
    let device = Device::flex();
    let topology = assorted_graphs();
    for [inputs, outputs] in [[3, 5], [5, 3]] {
        let layer = GcnConvConfig::new(inputs, outputs).init(&device);
        let graphs = batch(&topology, [inputs, 0], &device);
        let x = data(graphs.nodes());
        let (weights, bias) = (matrix(&layer.linear), bias(&layer.linear));
        let d = |node: usize| topology.degree(node) as f64 + 1.0;
        let mut expected = Vec::new();
        for node in 0..topology.node_count() {
            for (o, bias) in bias.iter().enumerate() {
                let from = topology.neighbors(node).chain([node]);
                let terms = from.map(|j| {
                    let projected: f64 =
                        (0..inputs).map(|i| x[j * inputs + i] * weights(i, o)).sum();
                    projected / (d(node) * d(j)).sqrt()
                });
                expected.push(bias + terms.sum::<f64>());
            }
        }
        assert_close(&data(layer.forward(&graphs)), &expected);
        check_invariances([inputs, 0], Output::Nodes, |graphs| layer.forward(graphs));
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    for [inputs, outputs] in [[3, 5], [5, 3]] {
        let graphs = batch(&assorted_graphs(), [inputs, 0], &device).cast(burn::tensor::DType::F64);
        let layer = GcnConvConfig::new(inputs, outputs).init(&device);
        check_gradients(&seeded(layer), 10, 1e-6, |layer| {
            layer.forward(&graphs).square().sum()
        })
        .unwrap();
        for aggregation in AGGREGATIONS {
            let layer = GraphConvConfig::new(inputs, outputs)
                .with_aggregation(aggregation)
                .init(&device);
            check_gradients(&seeded(layer), 10, 1e-6, |layer| {
                layer.forward(&graphs).square().sum()
            })
            .unwrap();
        }
    }
}

/// On a regular graph with equal features the average is the feature.
#[test]
fn gcn_keeps_constants_on_regular_graphs() {
    let device = Device::flex();
    let cycle = GraphTopology::single(4, vec![[0, 1], [1, 2], [2, 3], [0, 3]]).unwrap();
    let graphs = GraphBatch::without_edge_features(cycle, Tensor::ones([4, 2], &device)).unwrap();
    let layer = GcnConvConfig::new(2, 3).with_bias(false).init(&device);
    let expected = data(layer.linear.weight.val().sum_dim(0)).repeat(4);
    assert_close(&data(layer.forward(&graphs)), &expected);
}

#[test]
fn display() {
    let device = Device::flex();
    assert_eq!(
        GraphConvConfig::new(3, 5).init(&device).to_string(),
        "GraphConv {node_features: 3, output_features: 5, aggregation: Sum, params: 35}"
    );
    assert_eq!(
        GcnConvConfig::new(3, 5).init(&device).to_string(),
        "GcnConv {node_features: 3, output_features: 5, params: 20}"
    );
}

#[test]
fn record_round_trip() {
    let device = Device::flex();
    let graphs = batch(&assorted_graphs(), [3, 0], &device);
    let config = GraphConvConfig::new(3, 4);
    let (saved, fresh) = (config.init(&device), config.init(&device));
    let bytes = saved.clone().into_record().into_bytes().unwrap();
    let loaded = fresh.load_record(burn::store::ModuleRecord::from_bytes(bytes).unwrap());
    assert_eq!(data(saved.forward(&graphs)), data(loaded.forward(&graphs)));
    let config = GcnConvConfig::new(3, 4);
    let (saved, fresh) = (config.init(&device), config.init(&device));
    let bytes = saved.clone().into_record().into_bytes().unwrap();
    let loaded = fresh.load_record(burn::store::ModuleRecord::from_bytes(bytes).unwrap());
    assert_eq!(data(saved.forward(&graphs)), data(loaded.forward(&graphs)));
}

#[test]
fn a_batch_without_edges_gives_all_parameters_gradients() {
    let device = Device::flex().autodiff();
    let layer = GraphConvConfig::new(3, 2).init(&device);
    check_gradients_without_edges([3, 2], &layer, |layer, graphs| layer.forward(graphs));
    let layer = GcnConvConfig::new(3, 2).init(&device);
    check_gradients_without_edges([3, 2], &layer, |layer, graphs| layer.forward(graphs));
}

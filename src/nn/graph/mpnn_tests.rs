use burn::tensor::DType;

use super::*;
use crate::{
    nn::graph::tests::{batch, check_gradients_without_edges, check_invariances, data, seeded},
    testing::{Output, assorted_graphs, check_gradients},
};

const AGGREGATIONS: [Aggregation; 3] = [Aggregation::Sum, Aggregation::Mean, Aggregation::Max];

/// Widths that make the layer multiply by the weights after and before messages are combined.
const WIDTHS: [[usize; 3]; 4] = [[3, 2, 5], [5, 2, 3], [4, 0, 4], [4, 0, 2]];

/// The definition with plain loops, Θ(w) formed for every edge.
#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    let topology = assorted_graphs();
    for [inputs, width, outputs] in WIDTHS {
        for aggregation in AGGREGATIONS {
            let layer = MpnnLayerConfig::new(inputs, width, outputs)
                .with_aggregation(aggregation)
                .init(&device);
            let graphs = batch(&topology, [inputs, width], &device);
            let (x, w) = (data(graphs.nodes()), data(graphs.edges()));
            let weights = data(layer.messages.val());
            let slice = |k: usize, i: usize, o: usize| weights[(k * inputs + i) * outputs + o];
            let root = data(layer.root.weight.val());
            let bias = data(layer.root.bias.as_ref().unwrap().val());
            let theta = |edge: usize, i: usize, o: usize| -> f64 {
                let by_edge = (0..width).map(|k| w[edge * width + k] * slice(k, i, o));
                slice(width, i, o) + by_edge.sum::<f64>()
            };
            let mut expected = Vec::new();
            for node in 0..topology.node_count() {
                for o in 0..outputs {
                    let messages = topology.ends_at(node).iter().map(|&end| -> f64 {
                        let other = topology.other(end);
                        let terms =
                            (0..inputs).map(|i| theta(end.edge, i, o) * x[other * inputs + i]);
                        terms.sum()
                    });
                    let degree = topology.degree(node).max(1) as f64;
                    let combined = match aggregation {
                        Aggregation::Sum => messages.sum(),
                        Aggregation::Mean => messages.sum::<f64>() / degree,
                        Aggregation::Max => messages.reduce(f64::max).unwrap_or(0.0),
                    };
                    let own = (0..inputs).map(|i| x[node * inputs + i] * root[i * outputs + o]);
                    expected.push(own.sum::<f64>() + bias[o] + combined);
                }
            }
            let output = layer.forward(&graphs);
            assert_eq!(output.dims(), [topology.node_count(), outputs]);
            for (found, expected) in data(output).iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-4, "{found} and {expected}");
            }
        }
    }
}

#[test]
fn order_batches_and_graphs_without_edges() {
    for [inputs, width, outputs] in WIDTHS {
        for aggregation in AGGREGATIONS {
            let layer = MpnnLayerConfig::new(inputs, width, outputs)
                .with_aggregation(aggregation)
                .init(&Device::flex());
            check_invariances([inputs, width], Output::Nodes, |graphs| {
                layer.forward(graphs)
            });
        }
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    for [inputs, width, outputs] in WIDTHS {
        for aggregation in AGGREGATIONS {
            let layer = MpnnLayerConfig::new(inputs, width, outputs)
                .with_aggregation(aggregation)
                .init(&device);
            let graphs =
                batch(&assorted_graphs(), [inputs, width], &device).cast(burn::tensor::DType::F64);
            let report = check_gradients(&seeded(layer), 12, 1e-6, |layer| {
                layer.forward(&graphs).square().sum()
            })
            .unwrap();
            assert_eq!(report.compared.len(), 3);
        }
    }
}

/// Gradients reach node and edge features in both ways of computing.
#[test]
fn input_gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    let graphs = batch(&assorted_graphs(), [3, 2], &device).cast(burn::tensor::DType::F64);
    for outputs in [2, 5] {
        let layer = MpnnLayerConfig::new(3, 2, outputs).init(&device);
        /// Features as parameters, so that they can be checked like weights.
        #[derive(Module, Debug)]
        struct Inputs {
            nodes: Param<Tensor<2>>,
            edges: Param<Tensor<2>>,
        }
        let inputs = Inputs {
            nodes: Param::from_tensor(graphs.nodes()),
            edges: Param::from_tensor(graphs.edges()),
        };
        let double = |p: Tensor<3>| Param::from_tensor(p.inner().cast(DType::F64).autodiff());
        let root = layer.root.weight.val().inner().cast(DType::F64).autodiff();
        let layer = MpnnLayer {
            root: burn::nn::Linear {
                weight: Param::from_tensor(root),
                bias: None,
            },
            messages: double(layer.messages.val()),
            aggregation: layer.aggregation,
        };
        check_gradients(&inputs, 20, 1e-6, |inputs| {
            let graphs = graphs
                .clone()
                .with_nodes(inputs.nodes.val())
                .with_edges(inputs.edges.val());
            layer.forward(&graphs).square().sum()
        })
        .unwrap();
    }
}

/// Without edge features the weights of all messages are B.
#[test]
fn constant_edge_features_equal_no_edge_features() {
    let device = Device::flex();
    let topology = assorted_graphs();
    let layer = MpnnLayerConfig::new(3, 1, 4).init(&device);
    let graphs = batch(&topology, [3, 0], &device);
    let ones = graphs
        .clone()
        .with_edges(Tensor::ones([topology.edge_count(), 1], &device));
    let plain = MpnnLayer {
        messages: Param::from_tensor(layer.messages.val().sum_dim(0)),
        ..layer.clone()
    };
    for (a, b) in data(layer.forward(&ones))
        .iter()
        .zip(data(plain.forward(&graphs)))
    {
        assert!((a - b).abs() < 1e-5);
    }
}

#[test]
fn records_and_display() {
    let device = Device::flex();
    let config = MpnnLayerConfig::new(3, 2, 5).with_aggregation(Aggregation::Mean);
    let (saved, fresh) = (config.init(&device), config.init(&device));
    let graphs = batch(&assorted_graphs(), [3, 2], &device);
    let bytes = saved.clone().into_record().into_bytes().unwrap();
    let loaded = fresh.load_record(burn::store::ModuleRecord::from_bytes(bytes).unwrap());
    assert_eq!(data(saved.forward(&graphs)), data(loaded.forward(&graphs)));
    assert_eq!(
        saved.to_string(),
        "MpnnLayer {node_features: 3, edge_features: 2, output_features: 5, aggregation: Mean, params: 65}"
    );
}

#[test]
#[should_panic(expected = "was made for 2 edge features, and was given 1")]
fn edge_features_of_another_width_are_rejected() {
    let device = Device::flex();
    let layer = MpnnLayerConfig::new(3, 2, 5).init(&device);
    layer.forward(&batch(&assorted_graphs(), [3, 1], &device));
}

#[test]
#[should_panic(expected = "node_features = 0: a MpnnLayer needs at least 1")]
fn zero_features_are_rejected() {
    MpnnLayerConfig::new(0, 2, 5).init(&Device::flex());
}

/// The pullback equals the input gradient of automatic differentiation, and is differentiable.
#[test]
fn pullback() {
    let device = Device::flex().autodiff();
    for [inputs, width, outputs] in WIDTHS {
        for aggregation in [Aggregation::Sum, Aggregation::Mean] {
            let layer = seeded(
                MpnnLayerConfig::new(inputs, width, outputs)
                    .with_aggregation(aggregation)
                    .init(&device),
            );
            let graphs = batch(&assorted_graphs(), [inputs, width], &device);
            let (x, w) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
            let graphs = graphs.with_nodes(x.clone()).with_edges(w.clone());
            let output = layer.forward(&graphs);
            let cotangent = output.clone().detach().sin();
            let (to_nodes, to_edges) = layer.pull_back(&graphs, cotangent.clone());
            let grads = (output * cotangent).sum().backward();
            let expected = [x.grad(&grads), w.grad(&grads)];
            for (found, expected) in [to_nodes, to_edges].into_iter().zip(expected) {
                let Some(expected) = expected else {
                    assert_eq!(width, 0, "only absent features have no gradient");
                    continue;
                };
                for (found, expected) in data(found).iter().zip(data(expected)) {
                    assert!((found - expected).abs() < 1e-4, "{found} and {expected}");
                }
            }
            let graphs = batch(&assorted_graphs(), [inputs, width], &device).cast(DType::F64);
            check_gradients(&layer, 10, 1e-6, |layer| {
                let cotangent = layer.forward(&graphs);
                let (to_nodes, to_edges) = layer.pull_back(&graphs, cotangent);
                to_nodes.square().sum() + to_edges.square().sum()
            })
            .unwrap();
        }
    }
}

#[test]
fn a_batch_without_edges_gives_all_parameters_gradients() {
    let device = Device::flex().autodiff();
    for [inputs, width, outputs] in WIDTHS {
        let layer = MpnnLayerConfig::new(inputs, width, outputs).init(&device);
        check_gradients_without_edges([inputs, width], &layer, |layer, graphs| {
            layer.forward(graphs)
        });
    }
}

use super::*;
use crate::{
    nn::graph::tests::{batch, check_invariances, data, seeded},
    testing::{Output, assorted_graphs, check_gradients},
};

/// MLP(y_k + y_l) for each edge alone, with the sum made first.
#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    let topology = assorted_graphs();
    let layer = EdgeMlpConfig::new(3, 4).with_hidden(Some(6)).init(&device);
    let graphs = batch(&topology, [3, 0], &device);
    let output = layer.forward(&graphs);
    assert_eq!(output.dims(), [topology.edge_count(), 4]);
    let found = data(output);
    for (edge, &[k, l]) in topology.edges().iter().enumerate() {
        let row = |node: usize| graphs.nodes().slice(node..node + 1);
        let leaky = |x: Tensor<2>| burn::tensor::activation::leaky_relu(x, 0.05);
        let hidden = leaky(layer.nodes.forward(row(k) + row(l)));
        let hidden = leaky(layer.hidden.linear.forward(hidden));
        let expected = data(leaky(layer.output.linear.forward(hidden)));
        for (found, expected) in found[edge * 4..][..4].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5);
        }
    }
}

#[test]
fn order_batches_gradients_and_records() {
    let device = Device::flex();
    let config = EdgeMlpConfig::new(3, 4);
    let layer = config.init(&device);
    check_invariances([3, 0], Output::Edges, |graphs| layer.forward(graphs));
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
    assert_eq!(
        layer.to_string(),
        "EdgeMlp {node_features: 3, edge_features: 4, hidden: 4, params: 56}"
    );
}

/// Running statistics stay finite where a batch has no edges.
#[test]
fn no_edges_under_batch_normalization() {
    let device = Device::flex().autodiff();
    let layer = EdgeMlpConfig::new(3, 4)
        .with_batch_norm(true)
        .with_input_norm(true)
        .init(&device);
    for topology in crate::testing::barren_graphs() {
        let output = layer.forward(&batch(&topology, [3, 0], &device));
        assert_eq!(output.dims(), [0, 4]);
    }
    let output = layer
        .valid()
        .forward(&batch(&assorted_graphs(), [3, 0], &Device::flex()));
    assert!(data(output).iter().all(|value| value.is_finite()));
}

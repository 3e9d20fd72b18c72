use burn::{module::Module, store::ModuleRecord, tensor::DType};

use super::{
    super::tests::{batch, check_gradients_without_edges, check_invariances, data, seeded},
    *,
};
use crate::testing::{Output, assorted_graphs, check_gradients};

fn layer(device: &Device) -> EdgeUpdateLayer {
    seeded(EdgeUpdateLayerConfig::new(6, 4).init(device))
}

fn network(device: &Device) -> EdgeUpdateNetwork {
    let config = EdgeUpdateNetworkConfig::new(3, 2)
        .with_node_features(6)
        .with_edge_features(4)
        .with_layers(2);
    seeded(config.init(device))
}

#[test]
fn nodes_and_edges_are_equivariant_and_graphs_independent() {
    let device = Device::flex();
    let (layer, network) = (layer(&device), network(&device));
    check_invariances([6, 4], Output::Nodes, |g| layer.forward(g.clone()).nodes());
    check_invariances([6, 4], Output::Edges, |g| layer.forward(g.clone()).edges());
    check_invariances([3, 2], Output::Nodes, |g| {
        network.forward(g.clone()).nodes()
    });
    check_invariances([3, 2], Output::Edges, |g| {
        network.forward(g.clone()).edges()
    });
}

/// Against a plain loop over edges in `f64`.
#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    let layer = EdgeUpdateLayerConfig::new(2, 2)
        .with_initializer(Initializer::Constant { value: 0.5 })
        .init(&device);
    let graphs = batch(&assorted_graphs(), [2, 2], &device);
    let out = layer.forward(graphs.clone());
    let n = |row: &[f64]| {
        let mean = (row[0] + row[1]) / 2.0;
        let variance = ((row[0] - mean).powi(2) + (row[1] - mean).powi(2)) / 2.0;
        [0, 1].map(|k| (row[k] - mean) / (variance + 1e-5).sqrt())
    };
    let silu = |x: f64| x / (1.0 + (-x).exp());
    let topology = graphs.topology();
    let (h, e) = (data(graphs.nodes()), data(graphs.edges()));
    let bias = |linear: &Linear| data(linear.bias.as_ref().unwrap().val())[0];
    // All weights are 0.5, so a map is half the sum of its inputs; biases are constant too.
    let half = |row: &[f64]| 0.5 * row.iter().sum::<f64>();
    let (found_h, found_e) = (data(out.nodes()), data(out.edges()));
    let rows: Vec<[f64; 2]> = h.chunks(2).map(n).collect();
    let gate = |edge: usize| {
        let [i, j] = topology.edges()[edge];
        let b = bias(&layer.gates);
        silu(half(&rows[i]) + half(&rows[j]) + 2.0 * b + half(&n(&e[2 * edge..2 * edge + 2])))
    };
    for edge in 0..topology.edge_count() {
        let expected = e[2 * edge] + half(&[gate(edge); 2]) + bias(&layer.edge_output);
        assert!((found_e[2 * edge] - expected).abs() < 1e-5);
    }
    for (node, &graph) in topology.graph_of_nodes().iter().enumerate() {
        let received: f64 = topology
            .ends_at(node)
            .iter()
            .map(|&end| {
                let value = half(&rows[topology.other(end)]) + bias(&layer.values);
                gate(end.edge) * value
            })
            .sum();
        let hidden = half(&rows[node]) + bias(&layer.hidden_of_nodes) + half(&[received; 2]);
        let members = topology.nodes_of(graph);
        let mean =
            |k: usize| members.clone().map(|i| rows[i][k]).sum::<f64>() / members.len() as f64;
        let expected = h[2 * node]
            + half(&[silu(hidden); 4])
            + bias(&layer.node_output)
            + half(&[mean(0), mean(1)]);
        assert!((found_h[2 * node] - expected).abs() < 1e-4, "node {node}");
    }
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    let graphs = batch(&assorted_graphs(), [3, 2], &device).cast(DType::F64);
    check_gradients(&network(&device), 6, 1e-6, |network| {
        let out = network.forward(graphs.clone());
        let weights = Tensor::arange(1..7, &device).float().cast(DType::F64) / 6.0;
        (out.nodes() * weights.unsqueeze()).square().sum() + out.edges().powi_scalar(3).sum()
    })
    .unwrap();
}

#[test]
fn records_and_display() {
    let device = Device::flex();
    let network = network(&device);
    let graphs = batch(&assorted_graphs(), [3, 2], &device);
    let record: ModuleRecord = network.clone().into_record();
    let again = EdgeUpdateNetworkConfig::new(3, 2)
        .with_node_features(6)
        .with_edge_features(4)
        .with_layers(2)
        .init(&device)
        .load_record(record);
    assert_eq!(
        data(network.forward(graphs.clone()).nodes()),
        data(again.forward(graphs).nodes())
    );
    let text = format!("{network}");
    assert!(
        text.contains("layers: 2") && text.contains("node_features: 6"),
        "{text}"
    );
}

#[test]
#[should_panic(expected = "made for 3 node features, and was given 4")]
fn other_widths_panic() {
    let device = Device::flex();
    let graphs = batch(&assorted_graphs(), [4, 2], &device);
    network(&device).forward(graphs);
}

#[test]
fn a_batch_without_edges_gives_all_parameters_gradients() {
    let device = Device::flex().autodiff();
    check_gradients_without_edges([6, 4], &layer(&device), |layer, graphs| {
        layer.forward(graphs.clone()).nodes()
    });
    check_gradients_without_edges([3, 2], &network(&device), |network, graphs| {
        network.forward(graphs.clone()).nodes()
    });
}

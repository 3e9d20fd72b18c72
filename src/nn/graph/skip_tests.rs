use super::*;
use crate::{
    graph::generate::{complete, path},
    nn::graph::tests::{batch, data, seeded},
    testing::check_gradients,
};

fn graphs(device: &Device) -> GraphBatch {
    let topology = crate::graph::GraphTopology::disjoint_union([&path(3), &complete(1), &path(2)]);
    batch(&topology, [2, 0], device)
}

fn latent(device: &Device) -> Tensor<2> {
    Tensor::from_floats([[0.1, -0.5], [0.7, 0.2], [-0.3, 0.9]], device)
}

/// The t-th node of a graph gets row t of its own latent vector, behind its features.
#[test]
fn rows_go_to_places() {
    let device = Device::flex();
    let layer = LatentSkipConfig::new(2, 3, 4).init(&device);
    let graphs = graphs(&device);
    let output = layer.forward(latent(&device), &graphs);
    assert_eq!(output.nodes().dims(), [6, 5]);
    let rows = data(layer.rows.forward(layer.hidden.forward(latent(&device))));
    let (found, before) = (data(output.nodes()), data(graphs.nodes()));
    for (node, (graph, place)) in [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1)]
        .into_iter()
        .enumerate()
    {
        assert_eq!(found[node * 5..][..2], before[node * 2..][..2]);
        assert_eq!(
            found[node * 5 + 2..][..3],
            rows[graph * 12 + place * 3..][..3]
        );
    }
    assert_eq!(
        layer.to_string(),
        "LatentSkip {latent: 2, features: 3, max_nodes: 4, params: 462}"
    );
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    let layer = LatentSkipConfig::new(2, 3, 4).init(&device);
    let graphs = graphs(&device).cast(burn::tensor::DType::F64);
    let latent = latent(&device).cast(burn::tensor::DType::F64);
    check_gradients(&seeded(layer), 10, 1e-6, |layer| {
        layer
            .forward(latent.clone(), &graphs)
            .nodes()
            .square()
            .sum()
    })
    .unwrap();
}

#[test]
#[should_panic(expected = "graph 0 has 3 nodes and the layer was made for 2")]
fn larger_graphs_are_rejected() {
    let device = Device::flex();
    let layer = LatentSkipConfig::new(2, 3, 2).init(&device);
    layer.forward(latent(&device), &graphs(&device));
}

#[test]
#[should_panic(expected = "one latent vector for each graph")]
fn too_few_latent_vectors_are_rejected() {
    let device = Device::flex();
    let layer = LatentSkipConfig::new(2, 3, 4).init(&device);
    layer.forward(latent(&device).slice(0..2), &graphs(&device));
}

#[test]
fn graphs_alone_no_graphs_and_records() {
    let device = Device::flex();
    let config = LatentSkipConfig::new(2, 3, 4);
    let layer = config.init(&device);
    let graphs = graphs(&device);
    let together = layer.forward(latent(&device), &graphs).unbatch();
    for (graph, alone) in graphs.unbatch().iter().enumerate() {
        let z = latent(&device).slice(graph..graph + 1);
        let alone = data(layer.forward(z, alone).nodes());
        for (a, b) in alone.iter().zip(data(together[graph].nodes())) {
            assert!((a - b).abs() < 1e-6);
        }
    }
    let [_, _, none] = crate::testing::barren_graphs();
    let none = batch(&none, [2, 0], &device);
    let nodes = layer.forward(Tensor::zeros([0, 2], &device), &none).nodes();
    assert_eq!(nodes.dims(), [0, 5]);

    let bytes = layer.clone().into_record().into_bytes().unwrap();
    let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
    let loaded = config.init(&device).load_record(record);
    let output = |layer: &LatentSkip| data(layer.forward(latent(&device), &graphs).nodes());
    assert_eq!(output(&layer), output(&loaded));
}

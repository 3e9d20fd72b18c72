use super::*;
use crate::{
    graph::{
        generate::random_connected,
        pooling::{Pooling, pool, pool_chain},
        unpooling::{Additional, Impossible, Inherit, UnpoolingChoices, UnpoolingError},
    },
    testing::connected_graphs,
};

/// Replays all poolings as one batch; the output graphs must be the given ones.
fn round_trip(cases: &[(GraphTopology, Pooling)]) {
    let device = Device::flex();
    let layer = UnpoolingLayerConfig::new(8, 0)
        .with_selection(NodeSelection::AllRandom)
        .init(&device);
    for some in cases.chunks(500) {
        let parents = some.iter().map(|(_, pooling)| &pooling.parent);
        let batch = GraphTopology::disjoint_union(parents);
        let parts = some.iter().map(|(_, p)| (&p.parent, &p.choices));
        let choices = UnpoolingChoices::concat(parts).unwrap();
        let graphs = features(&batch, [8, 0], 0, &device);
        let output = layer.replay(&graphs, &choices).unwrap();
        assert!(read(output.log_prob).iter().all(|p| p.is_finite()));
        let outputs = output.graphs.topology().graphs();
        for ((graph, pooling), again) in some.iter().zip(outputs) {
            let mut edges: Vec<_> = again
                .edges()
                .iter()
                .map(|edge| {
                    let mut edge = edge.map(|node| pooling.origin[node]);
                    edge.sort_unstable();
                    edge
                })
                .collect();
            let mut expected = graph.edges().to_vec();
            edges.sort_unstable();
            expected.sort_unstable();
            assert_eq!(edges, expected);
            assert_eq!(again.node_count(), graph.node_count());
        }
    }
}

/// Theorem 3.1 for all connected graphs with up to 7 nodes, through the layer with random weights.
#[test]
fn every_connected_graph_is_reached() {
    let mut cases = Vec::new();
    for nodes in 2..=7usize {
        for graph in connected_graphs(nodes) {
            for size in nodes.div_ceil(2)..nodes {
                let pooling = pool(&graph, size).unwrap();
                cases.push((graph.clone(), pooling));
            }
        }
    }
    assert_eq!(cases.len(), 2952);
    round_trip(&cases);
}

#[test]
fn random_graphs_are_reached() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut cases = Vec::new();
    for _ in 0..1000 {
        let nodes = rng.random_range(8..39);
        let room = nodes * (nodes - 1) / 2 - (nodes - 1);
        let extra = rng.random_range(0..=room.min(2 * nodes));
        let graph = random_connected(nodes, extra, &mut rng).unwrap();
        let size = rng.random_range(nodes.div_ceil(2)..nodes);
        let pooling = pool(&graph, size).unwrap();
        cases.push((graph, pooling));
    }
    round_trip(&cases);
}

/// A chain of layers, from three nodes.
#[test]
fn a_chain_of_layers_reaches_a_graph() {
    let device = Device::flex();
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for nodes in [5, 9, 23, 38] {
        let graph = random_connected(nodes, nodes / 2, &mut rng).unwrap();
        let chain = pool_chain(&graph, 3).unwrap();
        assert_eq!(
            chain.layers.len(),
            (nodes as f64 / 3.0).log2().ceil() as usize
        );
        let mut width = 32;
        let mut current = features(&chain.start, [width, 0], 1, &device);
        for choices in &chain.layers {
            let config =
                UnpoolingLayerConfig::new(width, 0).with_selection(NodeSelection::AllRandom);
            let output = config.init(&device).replay(&current, choices).unwrap();
            width = config.output_node_features();
            current = output.graphs;
        }
        let mut edges: Vec<_> = current
            .topology()
            .edges()
            .iter()
            .map(|edge| {
                let mut edge = edge.map(|node| chain.origin[node]);
                edge.sort_unstable();
                edge
            })
            .collect();
        edges.sort_unstable();
        assert_eq!(edges, graph.edges());
    }
}

/// The families {a, b}, {c, d} with the edges ac, bc, ad cannot be generated: no choices over their
/// one edge lead to it, and the closest ones are rejected.
#[test]
fn the_counter_example_is_impossible() {
    let device = Device::flex();
    let layer = UnpoolingLayerConfig::new(8, 0).init(&device);
    let edge = GraphTopology::single(2, vec![[0, 1]]).unwrap();
    let graphs = features(&edge, [8, 0], 0, &device);
    let nearest = UnpoolingChoices {
        unpooled: vec![true; 2],
        intra_link: vec![false; 2],
        common_edge: vec![Some(0); 2],
        inherit: vec![[Some(Inherit::Both), Some(Inherit::First)]],
        additional: vec![Additional::To(crate::graph::unpooling::Child::First)],
    };
    assert_eq!(
        layer.replay(&graphs, &nearest).unwrap_err(),
        UnpoolingError::Edge {
            edge: 0,
            reason: Impossible::CommonEdgeNotShared
        }
    );
}

use proptest::prelude::*;

use super::*;
use crate::graph::{
    generate::{complete, cycle, erdos_renyi, largest_components, path, random_tree},
    unpooling::{Additional, Inherit, UnpoolingChoices},
};

/// Trees, cycles, cliques and random graphs, all connected.
fn graph(kind: u8, nodes: usize, seed: u64) -> GraphTopology {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    match kind {
        0 => random_tree(nodes, &mut rng).unwrap(),
        1 => cycle(nodes.max(3)).unwrap(),
        2 => complete(nodes),
        _ => largest_components(&erdos_renyi(nodes, 0.3, &mut rng).unwrap()).0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn every_output_is_connected(
        kinds in prop::collection::vec((0u8..4, 2usize..21), 1..6),
        seed in any::<u64>(),
        factor in prop_oneof![Just(0.0), Just(1.0), Just(30.0)],
        selection in prop_oneof![
            (0usize..4, 0usize..4).prop_map(|(kept, random)| NodeSelection::ByPosition { kept, random }),
            Just(NodeSelection::AllRandom),
        ],
        preference in any::<bool>(),
        additional in any::<bool>(),
    ) {
        let graphs: Vec<_> = kinds.iter().enumerate().map(|(k, &(kind, nodes))| {
            graph(kind, nodes, seed.wrapping_add(k as u64))
        }).collect();
        let topology = GraphTopology::disjoint_union(&graphs);
        let device = Device::flex();
        let layer = UnpoolingLayerConfig::new(8, 2)
            .with_selection(selection)
            .with_preference(preference)
            .with_additional_edge(additional)
            .init(&device);
        let layer = scaled(layer, factor);
        let batch = features(&topology, [8, 2], seed, &device);
        let roles = layer.roles(&topology);
        let output = layer.forward(&batch, &mut ChaCha8Rng::seed_from_u64(seed));
        let larger = output.graphs.topology();

        // `GraphTopology` itself rejects loops, duplicates and edges between graphs.
        prop_assert!(larger.is_connected());
        prop_assert!(read(output.log_prob.clone()).iter().all(|p| p.is_finite() && *p <= 1e-6));
        prop_assert_eq!(output.graphs.nodes().dims(), [larger.node_count(), 6]);
        prop_assert_eq!(output.graphs.edges().dims(), [larger.edge_count(), 2]);
        for graph in 0..topology.graph_count() {
            let nodes = topology.nodes_of(graph);
            let splits = output.choices.unpooled[nodes.clone()].iter().filter(|&&u| u).count();
            prop_assert_eq!(larger.nodes_of(graph).len(), nodes.len() + splits);
            for (place, node) in nodes.clone().enumerate() {
                let first = larger.nodes_of(graph).start + place;
                prop_assert_eq!(output.parents[first], node);
                prop_assert!(!output.is_second[first]);
                match roles[node] {
                    NodeRole::Kept => prop_assert!(!output.choices.unpooled[node]),
                    NodeRole::Unpooled => prop_assert!(output.choices.unpooled[node]),
                    NodeRole::Random => {}
                }
            }
            // Edges join the families of neighbors, and no others.
            for edge in larger.edges_of(graph) {
                let [a, b] = larger.edges()[edge].map(|node| output.parents[node]);
                prop_assert!(a == b || topology.neighbors(a).any(|node| node == b));
            }
        }
    }
}

/// Two unlinked pairs of children over one edge: each pair shares the edge with both children.
#[test]
fn one_edge_without_intra_links_gives_k22() {
    let choices = UnpoolingChoices {
        unpooled: vec![true; 2],
        intra_link: vec![false; 2],
        common_edge: vec![Some(0); 2],
        inherit: vec![[Some(Inherit::Both); 2]],
        additional: vec![Additional::Absent],
    };
    let device = Device::flex();
    let layer = UnpoolingLayerConfig::new(8, 2).init(&device);
    let edge = features(&path(2), [8, 2], 0, &device);
    let output = layer.replay(&edge, &choices).unwrap();
    // Nodes 0 and 2 are the children of node 0, 1 and 3 those of node 1.
    assert_eq!(output.parents, [0, 1, 0, 1]);
    let mut edges = output.graphs.topology().edges().to_vec();
    edges.sort_unstable();
    assert_eq!(edges, [[0, 1], [0, 3], [1, 2], [2, 3]]);
    // No intra-link on either side gives exactly this graph for all draws.
    for seed in 0..200 {
        let output = layer.forward(&edge, &mut ChaCha8Rng::seed_from_u64(seed));
        if output.choices.intra_link == [false; 2] {
            assert_eq!(output.choices, choices);
        }
    }
}

/// A node without edges: its children are linked, without a draw.
#[test]
fn one_node_gives_one_edge() {
    let device = Device::flex().autodiff();
    let layer = UnpoolingLayerConfig::new(8, 2).init(&device);
    let lonely = features(&path(1), [8, 2], 0, &device);
    let output = layer.forward(&lonely, &mut ChaCha8Rng::seed_from_u64(0));
    assert_eq!(output.graphs.topology().edges(), [[0, 1]]);
    assert_eq!(read(output.log_prob), [0.0]);
    assert_eq!(output.graphs.edges().dims(), [1, 2]);
}

/// Disconnected graphs keep their number of components.
#[test]
fn components_stay() {
    let device = Device::flex();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for seed in 0..30 {
        let topology = erdos_renyi(12, 0.1, &mut rng).unwrap();
        let layer = UnpoolingLayerConfig::new(8, 2)
            .with_selection(NodeSelection::AllRandom)
            .init(&device);
        let graphs = features(&topology, [8, 2], seed, &device);
        let output = layer.forward(&graphs, &mut rng);
        assert_eq!(
            output.graphs.topology().component_counts(),
            topology.component_counts()
        );
    }
}

use proptest::prelude::*;

use super::*;

fn batch() -> GraphTopology {
    GraphTopology::new(
        &[3, 0, 1, 4],
        vec![[1, 0], [2, 1], [4, 5], [6, 5], [4, 7], [7, 5]],
    )
    .unwrap()
}

#[test]
fn topology_describes_each_graph() {
    let batch = batch();
    assert_eq!(batch.graph_count(), 4);
    assert_eq!((batch.node_count(), batch.edge_count()), (8, 6));
    assert_eq!(batch.node_counts().collect::<Vec<_>>(), [3, 0, 1, 4]);
    assert_eq!(batch.edge_counts().collect::<Vec<_>>(), [2, 0, 0, 4]);
    assert_eq!(batch.nodes_of(3), 4..8);
    assert_eq!(batch.edges_of(3), 2..6);
    assert_eq!(batch.graph_of_nodes(), [0, 0, 0, 2, 3, 3, 3, 3]);
    assert_eq!(batch.graph_of_edges(), [0, 0, 3, 3, 3, 3]);
    assert_eq!(
        batch.edges(),
        [[0, 1], [1, 2], [4, 5], [5, 6], [4, 7], [5, 7]]
    );
    assert_eq!(batch.neighbors(5).collect::<Vec<_>>(), [4, 6, 7]);
    assert_eq!(batch.degree(3), 0);
    assert_eq!(batch.component_counts(), [1, 0, 1, 1]);
    assert_eq!(
        batch.check_connected(),
        Err(GraphError::Disconnected {
            graph: 1,
            components: 0
        })
    );
}

#[test]
fn edge_ends_are_the_two_nodes() {
    let batch = batch();
    assert_eq!(batch.ends().len(), 12);
    for node in 0..batch.node_count() {
        for &end in batch.ends_at(node) {
            assert_eq!(batch.head(end), node);
            let pair = [node.min(batch.other(end)), node.max(batch.other(end))];
            assert_eq!(batch.edges()[end.edge], pair);
        }
    }
}

#[test]
fn union_and_graphs_are_inverse() {
    let batch = batch();
    let graphs: Vec<_> = batch.graphs().collect();
    assert_eq!(graphs[3].edges(), [[0, 1], [1, 2], [0, 3], [1, 3]]);
    assert_eq!(GraphTopology::disjoint_union(&graphs), batch);
    assert_eq!(
        GraphTopology::disjoint_union([]),
        GraphTopology::new(&[], vec![]).unwrap()
    );
}

#[test]
fn invalid_graphs_are_rejected() {
    use GraphError::*;
    let new = |counts: &[usize], edges: &[[usize; 2]]| {
        GraphTopology::new(counts, edges.to_vec()).unwrap_err()
    };
    assert_eq!(
        new(&[2, 1], &[[0, 1], [1, 3]]),
        NodeOutOfRange {
            edge: 1,
            node: 3,
            nodes: 3
        }
    );
    assert_eq!(new(&[2], &[[1, 1]]), Loop { edge: 0, node: 1 });
    assert_eq!(
        new(&[4], &[[2, 3], [0, 1], [1, 2], [1, 0], [3, 2]]),
        DuplicateEdge {
            first: 1,
            second: 3,
            nodes: [0, 1]
        }
    );
    assert_eq!(
        new(&[2, 2], &[[2, 1]]),
        BetweenGraphs {
            edge: 0,
            nodes: [1, 2],
            graphs: [0, 1]
        }
    );
    assert_eq!(
        new(&[2, 2], &[[2, 3], [0, 1]]),
        EdgesOutOfOrder {
            edge: 1,
            graph: 0,
            after: 1
        }
    );
    for error in [new(&[2], &[[1, 1]]), new(&[2, 2], &[[2, 1]])] {
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[test]
fn edge_index_of_one_or_both_directions() {
    // Columns: graph 1's edge comes before graph 0's, one edge is listed in one direction only.
    let sources = [3, 0, 1, 4, 2];
    let targets = [4, 1, 0, 3, 1];
    let batch = [0, 0, 0, 1, 1];
    let (topology, columns) = GraphTopology::from_edge_index([&sources, &targets], &batch).unwrap();
    assert_eq!(topology.edges(), [[0, 1], [1, 2], [3, 4]]);
    assert_eq!(columns, [1, 4, 0]);

    let error = |edge_index: [&[usize]; 2], batch: &[usize]| {
        GraphTopology::from_edge_index(edge_index, batch).unwrap_err()
    };
    assert_eq!(
        error([&[0, 0], &[1, 1]], &[0, 0]),
        GraphError::DuplicateEdge {
            first: 0,
            second: 1,
            nodes: [0, 1]
        }
    );
    assert_eq!(
        error([&[0], &[1, 1]], &[0, 0]),
        GraphError::UnevenEdgeIndex { lengths: [1, 2] }
    );
    assert_eq!(
        error([&[], &[]], &[0, 1, 0]),
        GraphError::NodesOutOfOrder {
            node: 2,
            graph: 0,
            after: 1
        }
    );
    assert_eq!(
        error([&[], &[]], &[0, usize::MAX]),
        GraphError::GraphOutOfRange {
            node: 1,
            graph: usize::MAX,
            graphs: 2
        }
    );
    let [sources, targets] = topology.to_edge_index();
    assert_eq!(
        (sources, targets),
        (vec![0, 1, 1, 2, 3, 4], vec![1, 0, 2, 1, 4, 3])
    );
    let [sources, targets] = topology.to_edge_index();
    let again = GraphTopology::from_edge_index([&sources, &targets], &batch).unwrap();
    assert_eq!(again, (topology, vec![0, 2, 4]));
    assert!(matches!(
        error([&[0], &[2]], &[0, 0]),
        GraphError::NodeOutOfRange { node: 2, .. }
    ));
}

#[test]
fn petgraph_keeps_numbers() {
    let batch = batch();
    let graph = batch.to_petgraph();
    assert_eq!(graph.node_weight(5.into()), Some(&3));
    assert_eq!(graph.edge_count(), 6);
    let one = batch.graph(3);
    assert_eq!(GraphTopology::from_petgraph(&one.to_petgraph()), Ok(one));
    let mut parallel = graph.clone();
    parallel.add_edge(1.into(), 0.into(), ());
    assert!(matches!(
        GraphTopology::from_petgraph(&parallel),
        Err(GraphError::DuplicateEdge { .. })
    ));
}

#[test]
fn reordering_is_checked() {
    let batch = batch();
    let order = [2, 0, 1, 3, 7, 6, 5, 4];
    let reordered = batch.reordered(&order).unwrap();
    for (edge, pair) in reordered.edges().iter().enumerate() {
        let mut old = pair.map(|node| order[node]);
        old.sort_unstable();
        assert_eq!(old, batch.edges()[edge]);
    }
    for (wrong, position, node) in [
        ([0, 1, 1, 3, 4, 5, 6, 7], 2, 1),
        ([0, 1, 4, 3, 2, 5, 6, 7], 2, 4),
        ([0, 1, 2, 3, 4, 5, 6, 8], 7, 8),
    ] {
        assert_eq!(
            batch.reordered(&wrong),
            Err(GraphError::NotAPermutation { position, node })
        );
    }
    assert!(matches!(
        batch.reordered(&[0]),
        Err(GraphError::Rows { .. })
    ));
}

proptest! {
    /// Any list of pairs is either accepted and kept, or rejected for a valid reason.
    #[test]
    fn accepts_exactly_simple_graphs(
        counts in prop::collection::vec(0usize..4, 1..4),
        edges in prop::collection::vec([0usize..9, 0usize..9], 0..5),
    ) {
        let nodes: usize = counts.iter().sum();
        let mut owner = Vec::new();
        for (graph, &count) in counts.iter().enumerate() {
            owner.extend(vec![graph; count]);
        }
        let mut pairs = edges.clone();
        pairs.iter_mut().for_each(|pair| pair.sort_unstable());
        let mut distinct = pairs.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let fine = distinct.len() == pairs.len()
            && pairs.iter().all(|&[i, j]| i != j && j < nodes && owner[i] == owner[j])
            && pairs.windows(2).all(|two| owner[two[0][0]] <= owner[two[1][0]]);
        let result = GraphTopology::new(&counts, edges);
        prop_assert_eq!(result.is_ok(), fine, "{:?}", result);
        if let Ok(topology) = result {
            prop_assert_eq!(topology.edges(), &pairs);
            let record = serde_json::to_string(&topology).unwrap();
            let read: GraphTopology = serde_json::from_str(&record).unwrap();
            prop_assert_eq!(read, topology);
        }
    }
}

use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::graph::generate::{
    Waxman, complete, complete_bipartite, cycle, erdos_renyi, grid, path, random_connected,
    random_tree, star,
};

fn of(graph: &GraphTopology) -> f64 {
    average_node_connectivity(graph)[0]
}

/// By Menger's theorem: the size of the smallest set of other nodes whose removal leaves no path,
/// found by trying all sets. An edge between the two nodes counts as a separate path.
fn smallest_cut(graph: &GraphTopology, from: usize, to: usize) -> u32 {
    let nodes = graph.node_count();
    let edge = u32::from(graph.neighbors(from).any(|other| other == to));
    let separates = |removed: u32| {
        let mut reached = 1u32 << from;
        for _ in 0..nodes {
            for &[i, j] in graph.edges() {
                for [a, b] in [[i, j], [j, i]] {
                    let direct = [a, b] == [from, to];
                    if reached & (1 << a) != 0 && removed & (1 << b) == 0 && !direct {
                        reached |= 1 << b;
                    }
                }
            }
        }
        reached & (1 << to) == 0
    };
    let others = (0..1u32 << nodes).filter(|set| set & (1 << from | 1 << to) == 0);
    let cuts = others.filter(|&set| separates(set)).map(u32::count_ones);
    edge + cuts.min().unwrap()
}

fn by_cuts(graph: &GraphTopology) -> f64 {
    let nodes = graph.node_count();
    let pairs: Vec<[usize; 2]> = complete(nodes).edges().to_vec();
    let sum: u32 = pairs.iter().map(|&[i, j]| smallest_cut(graph, i, j)).sum();
    mean(f64::from(sum), pairs.len())
}

#[test]
fn special_cases_are_exact() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    assert_eq!(of(&path(0)), 0.0);
    assert_eq!(of(&path(1)), 0.0);
    assert_eq!(of(&GraphTopology::single(4, vec![]).unwrap()), 0.0);
    assert_eq!(
        of(&GraphTopology::single(4, vec![[1, 3]]).unwrap()),
        1.0 / 6.0
    );
    assert_eq!(of(&star(6)), 1.0);
    assert_eq!(of(&random_tree(30, &mut rng).unwrap()), 1.0);
    assert_eq!(of(&cycle(12).unwrap()), 2.0);
    for nodes in 2..9 {
        assert_eq!(of(&complete(nodes)), (nodes - 1) as f64);
    }
    // κ is 4 for two of the left nodes, 3 for any other pair.
    assert_eq!(
        of(&complete_bipartite(3, 4)),
        (3.0 * 4.0 + 18.0 * 3.0) / 21.0
    );
    // κ is 3 for the pair in the middle of a grid of 2 × 3 nodes, 2 for the others.
    assert_eq!(of(&grid(2, 3)), (3.0 + 14.0 * 2.0) / 15.0);
}

#[test]
fn each_graph_of_a_batch_has_its_own_value() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut graphs = vec![path(0), path(1), complete(5), path(4)];
    graphs.extend((0..20).map(|extra| random_connected(10, extra, &mut rng).unwrap()));
    let one_by_one: Vec<f64> = graphs.iter().map(of).collect();
    let batch = GraphTopology::disjoint_union(&graphs);
    assert_eq!(average_node_connectivity(&batch), one_by_one);
    assert!(average_node_connectivity(&GraphTopology::disjoint_union([])).is_empty());
}

#[test]
fn agrees_with_all_cuts_of_waxman_graphs() {
    let waxman = Waxman::new().with_nodes(9).with_s(0.6);
    for graph in waxman.dataset(0, 0..40, 3).unwrap() {
        assert_eq!(of(graph.topology()), by_cuts(graph.topology()));
    }
}

/// All 1024 graphs on five labeled nodes.
#[test]
fn agrees_with_all_cuts_of_all_graphs_of_five_nodes() {
    let pairs = complete(5).edges().to_vec();
    for chosen in 0..1u32 << pairs.len() {
        let edges = pairs.iter().enumerate();
        let edges = edges
            .filter(|(k, _)| chosen & (1 << k) != 0)
            .map(|(_, &pair)| pair);
        let graph = GraphTopology::single(5, edges.collect()).unwrap();
        assert_eq!(of(&graph), by_cuts(&graph), "{:?}", graph.edges());
    }
}

proptest! {
    #[test]
    fn agrees_with_all_cuts(nodes in 0usize..9, p in 0.0..1.0, seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let graph = erdos_renyi(nodes, p, &mut rng).unwrap();
        prop_assert_eq!(of(&graph), by_cuts(&graph));
    }

    #[test]
    fn does_not_depend_on_the_numbering(nodes in 1usize..16, p in 0.0..1.0, seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let graph = erdos_renyi(nodes, p, &mut rng).unwrap();
        let reversed: Vec<usize> = (0..nodes).rev().collect();
        prop_assert_eq!(of(&graph), of(&graph.reordered(&reversed).unwrap()));
    }
}

use rayon::prelude::*;

use super::mean;
use crate::graph::GraphTopology;

/// Returns the average clustering coefficient of each graph.
///
/// ```text
/// c_v = 2 · triangles at v / (deg v · (deg v − 1)),   0 where deg v < 2
/// C   = Σ_v c_v / n
/// ```
///
/// Nodes with fewer than two neighbors count as 0, as in networkx's `average_clustering` with
/// `count_zeros=True`. 0 for a graph without nodes.
///
/// Complexity: O(n + m^1.5) for a graph with n nodes and m edges.
///
/// Reference: D. J. Watts and S. H. Strogatz, Collective dynamics of 'small-world' networks, 1998.
pub fn average_clustering(graphs: &GraphTopology) -> Vec<f64> {
    (0..graphs.graph_count())
        .into_par_iter()
        .map(|graph| clustering(&graphs.graph(graph)))
        .collect()
}

fn clustering(graph: &GraphTopology) -> f64 {
    let shares = triangles(graph).into_iter().enumerate();
    let sum: f64 = shares
        .filter(|&(_, triangles)| triangles > 0)
        .map(|(node, triangles)| {
            let degree = graph.degree(node) as f64;
            2.0 * triangles as f64 / (degree * (degree - 1.0))
        })
        .sum();
    mean(sum, graph.node_count())
}

/// The number of triangles at each node.
fn triangles(graph: &GraphTopology) -> Vec<usize> {
    let nodes = graph.node_count();
    // Edges are directed to the end of larger degree, so at most √(2m) edges leave any node.
    let rank = |node: usize| (graph.degree(node), node);
    let later: Vec<Vec<usize>> = (0..nodes)
        .map(|node| {
            let neighbors = graph.neighbors(node);
            neighbors
                .filter(|&other| rank(other) > rank(node))
                .collect()
        })
        .collect();
    let mut counts = vec![0; nodes];
    let mut reached_from = vec![usize::MAX; nodes];
    for first in 0..nodes {
        later[first]
            .iter()
            .for_each(|&node| reached_from[node] = first);
        for &second in &later[first] {
            for &third in &later[second] {
                if reached_from[third] == first {
                    for node in [first, second, third] {
                        counts[node] += 1;
                    }
                }
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::graph::generate::{complete, complete_bipartite, erdos_renyi, path};

    /// The definition: the pairs of neighbors, one by one.
    fn by_definition(graph: &GraphTopology) -> f64 {
        let joined = |a, b| graph.neighbors(a).any(|other| other == b);
        let coefficient = |node| {
            let neighbors: Vec<usize> = graph.neighbors(node).collect();
            let (mut closed, mut pairs) = (0, 0);
            for (k, &a) in neighbors.iter().enumerate() {
                for &b in &neighbors[..k] {
                    pairs += 1;
                    closed += usize::from(joined(a, b));
                }
            }
            mean(closed as f64, pairs)
        };
        let nodes = graph.node_count();
        mean((0..nodes).map(coefficient).sum(), nodes)
    }

    #[test]
    fn special_cases_are_exact() {
        // Two triangles that share node 0; the other four nodes have the share 1.
        let bow_tie = vec![[0, 1], [0, 2], [0, 3], [0, 4], [1, 2], [3, 4]];
        let graphs = [
            GraphTopology::single(5, bow_tie).unwrap(),
            path(0),
            path(1),
            path(7),
            complete(6),
            complete_bipartite(3, 4),
        ];
        let batch = GraphTopology::disjoint_union(&graphs);
        let expected = [(4.0 + 1.0 / 3.0) / 5.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        assert_eq!(average_clustering(&batch), expected);
        assert!(average_clustering(&GraphTopology::disjoint_union([])).is_empty());
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(nodes in 0usize..25, p in 0.0..1.0, seed: u64) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let graph = erdos_renyi(nodes, p, &mut rng).unwrap();
            let found = average_clustering(&graph)[0];
            prop_assert!((found - by_definition(&graph)).abs() < 1e-12);
            let reversed: Vec<usize> = (0..nodes).rev().collect();
            let renumbered = average_clustering(&graph.reordered(&reversed).unwrap())[0];
            prop_assert!((found - renumbered).abs() < 1e-12);
        }
    }
}

use rand::{Rng, RngExt};

use super::{GraphError, GraphTopology, simple};

/// Draws a random tree on labeled nodes; each of the `nodes^(nodes − 2)` trees is equally likely.
///
/// The tree is decoded from a Prüfer sequence of `nodes − 2` nodes drawn with replacement.
///
/// Consumes `nodes − 2` integers below `nodes`; none for one or two nodes. Complexity: O(nodes log
/// nodes), for sorting the edges.
///
/// Reference: H. Prüfer, Neuer Beweis eines Satzes über Permutationen, 1918.
///
/// # Errors
/// Returns [`GraphError::TooFewNodes`] if `nodes` is 0, since a tree is connected.
pub fn random_tree(nodes: usize, rng: &mut impl Rng) -> Result<GraphTopology, GraphError> {
    Ok(simple(&[nodes], tree_edges(nodes, rng)?))
}

pub(super) fn tree_edges(nodes: usize, rng: &mut impl Rng) -> Result<Vec<[usize; 2]>, GraphError> {
    GraphError::check_nodes("a tree", nodes, 1)?;
    let length = nodes.saturating_sub(2);
    let sequence: Vec<usize> = (0..length).map(|_| rng.random_range(0..nodes)).collect();
    Ok(decode(nodes, &sequence))
}

/// Decodes a Prüfer sequence: repeatedly, the smallest leaf is joined to the next node of the
/// sequence and removed.
fn decode(nodes: usize, sequence: &[usize]) -> Vec<[usize; 2]> {
    let mut degrees = vec![1; nodes];
    sequence.iter().for_each(|&node| degrees[node] += 1);
    let mut edges = Vec::with_capacity(nodes - 1);
    // Leaves below `scan` are used up, except `leaf`, which just became one.
    let mut scan = 0;
    let mut leaf = None;
    // The last node stays to the end, as if it closed the sequence.
    let last = (nodes > 1).then_some(nodes - 1);
    for &node in sequence.iter().chain(&last) {
        let next = leaf.take().unwrap_or_else(|| {
            while degrees[scan] != 1 {
                scan += 1;
            }
            scan += 1;
            scan - 1
        });
        edges.push([next.min(node), next.max(node)]);
        degrees[node] -= 1;
        leaf = (degrees[node] == 1 && node < scan).then_some(node);
    }
    edges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::graph::generate::law::assert_law;

    fn edges(nodes: usize, rng: &mut impl Rng) -> Vec<[usize; 2]> {
        random_tree(nodes, rng).unwrap().edges().to_vec()
    }

    #[test]
    fn reads_the_textbook_sequence() {
        let mut tree = decode(6, &[3, 3, 3, 4]);
        tree.sort_unstable();
        assert_eq!(tree, [[0, 3], [1, 3], [2, 3], [3, 4], [4, 5]]);
    }

    #[test]
    fn trees_of_four_nodes_are_uniform() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        // Cayley's formula: 4² trees.
        assert_law(16_000, || edges(4, &mut rng), |_| 1.0 / 16.0, 16);
    }

    #[test]
    fn draws_are_stable() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        assert_eq!(edges(8, &mut rng), STABLE_TREE);
        assert_eq!(rng.random_range(0..1_000_000), STABLE_NEXT);
    }

    #[test]
    fn the_smallest_trees_consume_nothing() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(edges(1, &mut rng), Vec::<[usize; 2]>::new());
        assert_eq!(edges(2, &mut rng), [[0, 1]]);
        assert_eq!(rng, ChaCha8Rng::seed_from_u64(1));
        let error = random_tree(0, &mut rng).unwrap_err();
        assert_eq!(error.to_string(), "nodes = 0: a tree has at least 1");
    }

    proptest! {
        #[test]
        fn has_no_cycle_and_one_component(nodes in 1usize..40, seed: u64) {
            let tree = random_tree(nodes, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap();
            prop_assert_eq!(tree.edge_count(), nodes - 1);
            prop_assert!(tree.is_connected());
        }
    }

    /// Drawn once with rand 0.10.4; a change here changes every seeded run.
    const STABLE_TREE: [[usize; 2]; 7] = [[0, 1], [1, 2], [1, 3], [1, 4], [1, 6], [2, 5], [5, 7]];
    const STABLE_NEXT: u32 = 36105;
}

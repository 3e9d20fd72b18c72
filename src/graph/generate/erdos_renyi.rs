use rand::{Rng, RngExt};

use super::{GraphError, GraphTopology, simple};
use crate::SettingError;

/// Returns the random graph G(n, p): each pair of nodes is joined with probability `p`,
/// independently.
///
/// Pairs are visited in lexicographic order. Those without an edge are skipped in one step, since
/// the number of pairs up to the next edge is geometric.
///
/// Consumes one `f64` per edge and one more, or none for p = 0 and p = 1. Complexity: O(nodes +
/// edges).
///
/// Reference: V. Batagelj and U. Brandes, Efficient generation of large random networks, 2005.
///
/// # Errors
/// Returns [`GraphError::Setting`] if `p` is not in [0, 1].
pub fn erdos_renyi(nodes: usize, p: f64, rng: &mut impl Rng) -> Result<GraphTopology, GraphError> {
    if !(0.0..=1.0).contains(&p) {
        return Err(SettingError::new("p", p, "a number from 0 to 1").into());
    }
    let mut edges = Vec::new();
    // The next pair; while `column` exceeds the row, it stands for a pair in a later row.
    let (mut row, mut column) = (0, 1usize.saturating_add(gap(p, rng)));
    while row + 1 < nodes {
        if column < nodes {
            edges.push([row, column]);
            column = column.saturating_add(1).saturating_add(gap(p, rng));
        } else {
            row += 1;
            column = column - nodes + row + 1;
        }
    }
    Ok(simple(&[nodes], edges))
}

/// The number of pairs without an edge before the next one with an edge.
fn gap(p: f64, rng: &mut impl Rng) -> usize {
    if p == 0.0 {
        return usize::MAX;
    }
    if p == 1.0 {
        return 0;
    }
    // 1 − u is in (0, 1]; if the quotient is too large, `as` saturates.
    let u: f64 = rng.random();
    ((-u).ln_1p() / (-p).ln_1p()) as usize
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::graph::generate::{complete, law::assert_law};

    #[test]
    fn graphs_of_four_nodes_have_their_probabilities() {
        for p in [0.3, 0.8f64] {
            let mut rng = ChaCha8Rng::seed_from_u64(3);
            assert_law(
                64_000,
                || erdos_renyi(4, p, &mut rng).unwrap().edges().to_vec(),
                |edges| p.powi(edges.len() as i32) * (1.0 - p).powi(6 - edges.len() as i32),
                64,
            );
        }
    }

    #[test]
    fn the_mean_number_of_edges_is_p_times_the_pairs() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for (nodes, p, graphs) in [(50, 0.1, 400), (2000, 1e-3, 50), (2000, 1e-9, 50)] {
            let counts = (0..graphs).map(|_| erdos_renyi(nodes, p, &mut rng).unwrap().edge_count());
            let edges = counts.sum::<usize>() as f64;
            let pairs = (graphs * nodes * (nodes - 1) / 2) as f64;
            // Five standard errors of a binomial, and one edge.
            let allowed = 5.0 * (pairs * p * (1.0 - p)).sqrt() + 1.0;
            assert!((edges - pairs * p).abs() < allowed, "{nodes}, {p}: {edges}");
        }
    }

    #[test]
    fn certain_cases_consume_nothing() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(erdos_renyi(9, 0.0, &mut rng).unwrap().edge_count(), 0);
        assert_eq!(erdos_renyi(9, 1.0, &mut rng).unwrap(), complete(9));
        assert_eq!(rng, ChaCha8Rng::seed_from_u64(1));
        for (nodes, p) in [(0, 0.5), (1, 0.5), (0, 1.0), (1000, f64::MIN_POSITIVE)] {
            let graph = erdos_renyi(nodes, p, &mut rng).unwrap();
            assert_eq!((graph.node_count(), graph.edge_count()), (nodes, 0));
        }
    }

    #[test]
    fn rejects_probabilities_out_of_range() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for p in [-0.1, 1.5, f64::NAN, f64::INFINITY] {
            let message = erdos_renyi(3, p, &mut rng).unwrap_err().to_string();
            assert!(
                message.starts_with(&format!("p = {p} is out of range")),
                "{message}"
            );
        }
    }

    #[test]
    fn draws_are_stable() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let graph = erdos_renyi(6, 0.4, &mut rng).unwrap();
        assert_eq!(graph.edges(), STABLE_EDGES);
        // One draw for each edge, and one that leads beyond the last pair.
        let mut other = ChaCha8Rng::seed_from_u64(7);
        for _ in 0..=graph.edge_count() {
            let _: f64 = other.random();
        }
        assert_eq!(rng, other);
    }

    /// Drawn once with rand 0.10.4; a change here changes every seeded run.
    const STABLE_EDGES: [[usize; 2]; 7] = [[0, 1], [0, 2], [0, 5], [1, 4], [2, 3], [2, 4], [2, 5]];
}

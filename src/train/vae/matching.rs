//! Matching of the nodes of two graphs, as in the published training on molecules.

use pathfinding::{kuhn_munkres::kuhn_munkres, matrix::Matrix};

/// Rounds of max-pooling matching.
const ROUNDS: usize = 75;

/// Similarities of the nodes and edges of two graphs.
pub(super) struct Similarities<'a> {
    /// `[nodes of the first][nodes of the second]`.
    pub(super) nodes: &'a [Vec<f64>],
    /// For each node of the first graph, its neighbors and the edges to them.
    pub(super) first: &'a [Vec<(usize, usize)>],
    /// Same for the second graph.
    pub(super) second: &'a [Vec<(usize, usize)>],
    /// `[edges of the first][edges of the second]`.
    pub(super) edges: &'a [Vec<f64>],
}

/// Returns, for each node of the second graph, the node of the first that it is matched with.
///
/// ```text
/// x_ia ← x_ia S_iaia + Σ_{j≠i} max_b x_jb S_ijab,   x ← x / ‖x‖
/// ```
///
/// starting from equal entries, followed by the assignment with the largest sum of x.
///
/// Reference: Cho et al., "Finding Matches in a Haystack: A Max-Pooling Strategy for Graph
/// Matching" (2014), algorithm 1.
pub(super) fn match_nodes(similar: &Similarities<'_>) -> Vec<Option<usize>> {
    let (n, m) = (similar.first.len(), similar.second.len());
    let mut x = vec![vec![1.0; m]; n];
    for _ in 0..ROUNDS {
        let mut next = vec![vec![0.0; m]; n];
        for i in 0..n {
            for a in 0..m {
                let mut sum = x[i][a] * similar.nodes[i][a];
                for &(j, e) in &similar.first[i] {
                    let pooled = similar.second[a].iter();
                    let pooled = pooled.map(|&(b, f)| x[j][b] * similar.edges[e][f]);
                    sum += pooled.fold(0.0, f64::max);
                }
                next[i][a] = sum;
            }
        }
        let norm = next.iter().flatten().map(|v| v * v).sum::<f64>().sqrt();
        if !(norm > 0.0 && norm.is_finite()) {
            break;
        }
        next.iter_mut().flatten().for_each(|v| *v /= norm);
        x = next;
    }
    // Integers, since the assignment needs an ordered type; entries are at most 1.
    let size = n.max(m);
    let weight = |i: usize, a: usize| match i < n && a < m {
        true => (x[i][a] * 1e12) as i64,
        false => 0,
    };
    let weights = Matrix::from_fn(size, size, |(i, a)| weight(i, a));
    let (_, assigned) = kuhn_munkres(&weights);
    let mut matched = vec![None; m];
    for (i, &a) in assigned.iter().enumerate() {
        if i < n && a < m {
            matched[a] = Some(i);
        }
    }
    matched
}

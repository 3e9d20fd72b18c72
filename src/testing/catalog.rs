use crate::graph::GraphTopology;

/// Returns every connected graph with the given number of nodes, once up to isomorphism.
///
/// There are 1, 1, 2, 6, 21, 112, 853 of them for 1 to 7 nodes, enough to test a claim about all
/// small graphs.
///
/// Complexity: every labeled graph is visited, and the `nodes!` relabelings of one in each class
/// are marked; 7 nodes take less than a second.
///
/// # Panics
/// Panics if `nodes` is above 7.
pub fn connected_graphs(nodes: usize) -> Vec<GraphTopology> {
    assert!(
        nodes <= 7,
        "{nodes} nodes: the list is limited to 7 (there are 11,117 graphs with 8)"
    );
    let pairs: Vec<[usize; 2]> = (0..nodes)
        .flat_map(|j| (0..j).map(move |i| [i, j]))
        .collect();
    let place = |i: usize, j: usize| {
        let (i, j) = (i.min(j), i.max(j));
        j * (j - usize::from(j > 0)) / 2 + i
    };
    // The image of each pair under each relabeling.
    let moves: Vec<Vec<usize>> = permutations(nodes)
        .into_iter()
        .map(|p| pairs.iter().map(|&[i, j]| place(p[i], p[j])).collect())
        .collect();
    let mut seen = vec![false; 1 << pairs.len()];
    let mut graphs = Vec::new();
    for code in 0..seen.len() {
        if seen[code] {
            continue;
        }
        let present: Vec<usize> = (0..pairs.len()).filter(|&k| code >> k & 1 == 1).collect();
        for to in &moves {
            let moved = present.iter().fold(0, |moved, &k| moved | 1 << to[k]);
            seen[moved] = true;
        }
        let edges = present.iter().map(|&k| pairs[k]).collect();
        let graph = GraphTopology::single(nodes, edges)
            .unwrap_or_else(|error| unreachable!("distinct pairs: {error}"));
        if graph.is_connected() {
            graphs.push(graph);
        }
    }
    graphs
}

/// All permutations of `0..n`.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    (0..n).fold(vec![Vec::new()], |shorter, next| {
        let inserted = |p: Vec<usize>| {
            (0..=p.len()).map(move |at| {
                let mut p = p.clone();
                p.insert(at, next);
                p
            })
        };
        shorter.into_iter().flat_map(inserted).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The On-Line Encyclopedia of Integer Sequences, A001349.
    #[test]
    fn numbers_of_graphs_match_known_counts() {
        for (nodes, count) in [1, 1, 2, 6, 21, 112, 853].into_iter().enumerate() {
            assert_eq!(connected_graphs(nodes + 1).len(), count, "{nodes} + 1");
        }
    }
}

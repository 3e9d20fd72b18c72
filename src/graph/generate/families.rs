use super::{GraphError, GraphTopology, simple};

/// Returns a path: `nodes` nodes in a row, each joined to the next.
///
/// Complexity: O(nodes).
pub fn path(nodes: usize) -> GraphTopology {
    simple(&[nodes], (1..nodes).map(|node| [node - 1, node]).collect())
}

/// Returns a cycle: a path whose ends are joined.
///
/// Complexity: O(nodes).
///
/// # Errors
/// Returns [`GraphError::TooFewNodes`] if `nodes` is below 3.
pub fn cycle(nodes: usize) -> Result<GraphTopology, GraphError> {
    GraphError::check_nodes("a cycle", nodes, 3)?;
    let edges = (0..nodes).map(|node| [node.min((node + 1) % nodes), node.max((node + 1) % nodes)]);
    Ok(simple(&[nodes], edges.collect()))
}

/// Returns a star: node 0, joined to each of `leaves` further nodes.
///
/// Complexity: O(leaves).
pub fn star(leaves: usize) -> GraphTopology {
    complete_bipartite(1, leaves)
}

/// Returns the complete graph: every pair of nodes is joined.
///
/// Complexity: O(nodes²).
pub fn complete(nodes: usize) -> GraphTopology {
    let edges = (0..nodes).flat_map(|i| (i + 1..nodes).map(move |j| [i, j]));
    simple(&[nodes], edges.collect())
}

/// Returns the complete bipartite graph: the first `left` nodes are each joined to each of the
/// `right` nodes after them.
///
/// Complexity: O(left · right).
pub fn complete_bipartite(left: usize, right: usize) -> GraphTopology {
    let nodes = left + right;
    let edges = (0..left).flat_map(|i| (left..nodes).map(move |j| [i, j]));
    simple(&[nodes], edges.collect())
}

/// Returns a rectangular grid: node `row · columns + column` is joined to its neighbors to the
/// right and below.
///
/// Complexity: O(rows · columns).
pub fn grid(rows: usize, columns: usize) -> GraphTopology {
    let nodes = rows * columns;
    let right = move |node: usize| (node % columns + 1 < columns).then_some([node, node + 1]);
    let below = move |node: usize| (node + columns < nodes).then_some([node, node + columns]);
    let edges = (0..nodes).flat_map(|node| right(node).into_iter().chain(below(node)));
    simple(&[nodes], edges.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes, edges, components and the sorted degrees.
    fn shape(graph: &GraphTopology) -> (usize, usize, usize, Vec<usize>) {
        let mut degrees: Vec<usize> = (0..graph.node_count()).map(|v| graph.degree(v)).collect();
        degrees.sort_unstable();
        let components = graph.component_counts()[0];
        (graph.node_count(), graph.edge_count(), components, degrees)
    }

    #[test]
    fn families_have_their_edges() {
        assert_eq!(path(4).edges(), [[0, 1], [1, 2], [2, 3]]);
        assert_eq!(cycle(4).unwrap().edges(), [[0, 1], [0, 3], [1, 2], [2, 3]]);
        assert_eq!(star(3).edges(), [[0, 1], [0, 2], [0, 3]]);
        assert_eq!(complete(3).edges(), [[0, 1], [0, 2], [1, 2]]);
        assert_eq!(complete(3), cycle(3).unwrap());
        let bipartite = [[0, 2], [0, 3], [0, 4], [1, 2], [1, 3], [1, 4]];
        assert_eq!(complete_bipartite(2, 3).edges(), bipartite);
        let grid_edges = [[0, 1], [0, 3], [1, 2], [1, 4], [2, 5], [3, 4], [4, 5]];
        assert_eq!(grid(2, 3).edges(), grid_edges);
    }

    #[test]
    fn families_have_their_shape() {
        assert_eq!(shape(&path(6)), (6, 5, 1, vec![1, 1, 2, 2, 2, 2]));
        assert_eq!(shape(&cycle(5).unwrap()), (5, 5, 1, vec![2; 5]));
        assert_eq!(shape(&complete(7)), (7, 21, 1, vec![6; 7]));
        assert_eq!(shape(&grid(1, 6)), shape(&path(6)));
        assert_eq!(shape(&grid(6, 1)), shape(&path(6)));
        assert_eq!(shape(&grid(4, 5)).1, 4 * 4 + 5 * 3);
    }

    #[test]
    fn the_smallest_of_each_family() {
        let empty = (0, 0, 0, vec![]);
        let one = (1, 0, 1, vec![0]);
        for graph in [
            path(0),
            complete(0),
            complete_bipartite(0, 0),
            grid(0, 3),
            grid(3, 0),
        ] {
            assert_eq!(shape(&graph), empty);
            assert_eq!(graph.graph_count(), 1);
        }
        for graph in [path(1), complete(1), star(0), grid(1, 1)] {
            assert_eq!(shape(&graph), one);
        }
        assert_eq!(shape(&complete_bipartite(0, 3)), (3, 0, 3, vec![0; 3]));
        let error = cycle(2).unwrap_err();
        assert_eq!(error.to_string(), "nodes = 2: a cycle has at least 3");
    }
}

use super::{GraphTopology, simple};

/// The largest connected component of every graph of a batch; of several that are as large, the one
/// with the smallest node. A graph without nodes stays one.
///
/// Returned with the batch: for each of its nodes, the node of `graphs` that it was, ascending, to
/// pick features by. Edges come in lexicographic order.
///
/// Complexity: O(|V| + |E| log |E|).
///
/// ```
/// use fireweed::graph::{GraphTopology, generate};
///
/// let graphs = GraphTopology::new(&[5], vec![[0, 3], [2, 4], [1, 4]])?;
/// let (largest, kept) = generate::largest_components(&graphs);
/// assert_eq!((largest.edges(), kept), ([[0, 2], [1, 2]].as_slice(), vec![1, 2, 4]));
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
pub fn largest_components(graphs: &GraphTopology) -> (GraphTopology, Vec<usize>) {
    let mut kept = Vec::new();
    let mut node_counts = Vec::with_capacity(graphs.graph_count());
    let mut seen = vec![false; graphs.node_count()];
    for graph in 0..graphs.graph_count() {
        let mut largest = Vec::new();
        for start in graphs.nodes_of(graph) {
            let component = component(graphs, start, &mut seen);
            if component.len() > largest.len() {
                largest = component;
            }
        }
        largest.sort_unstable();
        node_counts.push(largest.len());
        kept.append(&mut largest);
    }
    let mut new_number = vec![None; graphs.node_count()];
    kept.iter()
        .enumerate()
        .for_each(|(new, &node)| new_number[node] = Some(new));
    let edges = graphs.edges().iter();
    let edges = edges.filter_map(|&[i, j]| Some([new_number[i]?, new_number[j]?]));
    (simple(&node_counts, edges.collect()), kept)
}

/// The nodes that are joined to `start` by a path and not yet seen; itself first.
fn component(graphs: &GraphTopology, start: usize, seen: &mut [bool]) -> Vec<usize> {
    if std::mem::replace(&mut seen[start], true) {
        return Vec::new();
    }
    let mut found = vec![start];
    let mut next = 0;
    while let Some(&node) = found.get(next) {
        next += 1;
        for neighbor in graphs.neighbors(node) {
            if !std::mem::replace(&mut seen[neighbor], true) {
                found.push(neighbor);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generate::{complete, path};

    #[test]
    fn keeps_one_component_of_each_graph() {
        let no_nodes = path(0);
        let two_paths = GraphTopology::single(4, vec![[1, 3], [0, 2]]).unwrap();
        let lonely = GraphTopology::single(3, vec![]).unwrap();
        let triangle = complete(3);
        let batch = GraphTopology::disjoint_union([&two_paths, &no_nodes, &lonely, &triangle]);
        let (largest, kept) = largest_components(&batch);
        let expected = GraphTopology::disjoint_union([&path(2), &no_nodes, &path(1), &triangle]);
        assert_eq!(largest, expected);
        assert_eq!(kept, [0, 2, 4, 7, 8, 9]);
    }

    #[test]
    fn a_connected_graph_stays_as_it_is() {
        let graph = complete(5);
        assert_eq!(largest_components(&graph), (graph, (0..5).collect()));
    }
}

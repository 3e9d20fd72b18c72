use super::{GraphTopology, simple};

/// Returns the largest connected component of every graph of a batch. Of several equally large
/// ones, it is the one with the smallest node. A graph without nodes does not change.
///
/// The second output maps each node to its node in `graphs`, ascending, to select features by.
/// Edges come in lexicographic order.
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
    let component_of = graphs.components();
    let mut kept = Vec::new();
    let mut node_counts = Vec::with_capacity(graphs.graph_count());
    for graph in 0..graphs.graph_count() {
        let nodes = graphs.nodes_of(graph);
        let mut sizes = vec![0usize; nodes.len()];
        component_of[nodes.clone()]
            .iter()
            .for_each(|&component| sizes[component] += 1);
        // The first of the largest; `max_by_key` would give the last.
        let largest = (0..sizes.len())
            .rev()
            .max_by_key(|&component| sizes[component]);
        let before = kept.len();
        kept.extend(nodes.filter(|&node| Some(component_of[node]) == largest));
        node_counts.push(kept.len() - before);
    }
    let mut new_number = vec![None; graphs.node_count()];
    kept.iter()
        .enumerate()
        .for_each(|(new, &node)| new_number[node] = Some(new));
    let edges = graphs.edges().iter();
    let edges = edges.filter_map(|&[i, j]| Some([new_number[i]?, new_number[j]?]));
    (simple(&node_counts, edges.collect()), kept)
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

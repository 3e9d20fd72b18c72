use super::mean;
use crate::graph::GraphTopology;

/// Number of possible edges that an edge density refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DensityConvention {
    /// The pairs of distinct nodes: 2m/(n(n − 1)), between 0 and 1, as in networkx.
    Simple,
    /// All entries of the adjacency matrix, its diagonal included: 2m/n².
    ///
    /// The mean of that matrix, which published comparisons of generated graphs report as the
    /// density. At most (n − 1)/n.
    WithDiagonal,
}

/// Returns the share of possible edges that each graph has; 0 if no edge is possible.
///
/// Complexity: O(1) per graph.
pub fn edge_density(graphs: &GraphTopology, convention: DensityConvention) -> Vec<f64> {
    let sizes = graphs.node_counts().zip(graphs.edge_counts());
    let density = sizes.map(|(nodes, edges)| {
        let possible = match convention {
            DensityConvention::Simple => nodes * nodes.saturating_sub(1),
            DensityConvention::WithDiagonal => nodes * nodes,
        };
        mean(2.0 * edges as f64, possible)
    });
    density.collect()
}

/// Returns the mean degree of each graph, 2m/n; 0 for a graph without nodes.
///
/// Complexity: O(1) per graph.
pub fn average_degree(graphs: &GraphTopology) -> Vec<f64> {
    let sizes = graphs.node_counts().zip(graphs.edge_counts());
    let degree = sizes.map(|(nodes, edges)| mean(2.0 * edges as f64, nodes));
    degree.collect()
}

/// Returns, for each graph, the number of nodes of degree 0, 1, and so on up to its largest degree.
///
/// Empty for a graph without nodes. Complexity: O(n) for a graph.
pub fn degree_histogram(graphs: &GraphTopology) -> Vec<Vec<usize>> {
    let histogram = |graph| {
        let mut counts = Vec::new();
        for degree in graphs.nodes_of(graph).map(|node| graphs.degree(node)) {
            if counts.len() <= degree {
                counts.resize(degree + 1, 0);
            }
            counts[degree] += 1;
        }
        counts
    };
    (0..graphs.graph_count()).map(histogram).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generate::{complete, path, star};

    #[test]
    fn each_graph_of_a_batch_has_its_own_value() {
        let graphs = [path(0), path(1), star(3), complete(4)];
        let batch = GraphTopology::disjoint_union(&graphs);
        let simple = edge_density(&batch, DensityConvention::Simple);
        assert_eq!(simple, [0.0, 0.0, 0.5, 1.0]);
        let with_diagonal = edge_density(&batch, DensityConvention::WithDiagonal);
        assert_eq!(with_diagonal, [0.0, 0.0, 0.375, 0.75]);
        assert_eq!(average_degree(&batch), [0.0, 0.0, 1.5, 3.0]);
        let histograms = [vec![], vec![1], vec![0, 3, 0, 1], vec![0, 0, 0, 4]];
        assert_eq!(degree_histogram(&batch), histograms);
    }

    #[test]
    fn a_batch_without_graphs_has_no_values() {
        let none = GraphTopology::disjoint_union([]);
        assert!(edge_density(&none, DensityConvention::Simple).is_empty());
        assert!(average_degree(&none).is_empty());
        assert!(degree_histogram(&none).is_empty());
    }
}

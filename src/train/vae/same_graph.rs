use petgraph::{algo::is_isomorphic_matching, graph::UnGraph};

use crate::generative::SampledGraph;

/// Returns whether two graphs have the same structure, categories and kinds of edges, up to the
/// order of their nodes. Real features are not compared.
///
/// Complexity: exponential in the worst case, like all known tests of isomorphism, but fast for
/// molecules and small random graphs.
pub fn same_graph(a: &SampledGraph, b: &SampledGraph) -> bool {
    let sizes = |graph: &SampledGraph| (graph.topology.node_count(), graph.topology.edge_count());
    if sizes(a) != sizes(b) {
        return false;
    }
    is_isomorphic_matching(&labeled(a), &labeled(b), |x, y| x == y, |x, y| x == y)
}

fn labeled(graph: &SampledGraph) -> UnGraph<Vec<usize>, usize> {
    let mut labeled = UnGraph::default();
    let nodes: Vec<_> = (0..graph.topology.node_count())
        .map(|node| labeled.add_node(graph.categories.get(node).cloned().unwrap_or_default()))
        .collect();
    for (&[i, j], &kind) in graph.topology.edges().iter().zip(&graph.kinds) {
        labeled.add_edge(nodes[i], nodes[j], kind);
    }
    labeled
}

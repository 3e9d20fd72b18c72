//! Conversions to and from petgraph.

use petgraph::{
    graph::{IndexType, NodeIndex, UnGraph},
    visit::EdgeRef,
};

use super::{GraphError, GraphTopology};

impl GraphTopology {
    /// Returns the whole batch as one petgraph graph, with the graph of each node as its weight.
    ///
    /// Nodes and edges keep their numbers.
    pub fn to_petgraph(&self) -> UnGraph<usize, ()> {
        let mut graph = UnGraph::with_capacity(self.node_count(), self.edge_count());
        for index in self.graph_of_nodes() {
            graph.add_node(index);
        }
        for &[i, j] in self.edges() {
            graph.add_edge(NodeIndex::new(i), NodeIndex::new(j), ());
        }
        graph
    }

    /// Converts one graph from petgraph. Weights are dropped. Nodes and edges keep their numbers.
    ///
    /// The [`to_petgraph`](Self::to_petgraph) form of a batch is read as one graph, with as many
    /// components.
    ///
    /// # Errors
    /// Returns [`GraphError`] if the graph has a loop or parallel edges.
    pub fn from_petgraph<N, E, Ix: IndexType>(
        graph: &UnGraph<N, E, Ix>,
    ) -> Result<Self, GraphError> {
        let edges = graph
            .edge_references()
            .map(|edge| [edge.source().index(), edge.target().index()]);
        Self::single(graph.node_count(), edges.collect())
    }
}

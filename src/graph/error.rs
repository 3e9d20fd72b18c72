/// Error for an invalid batch of graphs, or one that an operation does not support.
///
/// Nodes, edges and graphs are counted from 0, in the numbering of the whole batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// An edge has a node that is not in the batch.
    #[error(
        "edge {edge} has node {node}, but there are only {nodes} nodes, counted from 0 through \
         all graphs of the batch"
    )]
    NodeOutOfRange {
        /// The edge.
        edge: usize,
        /// The missing node.
        node: usize,
        /// The number of nodes.
        nodes: usize,
    },
    /// An edge joins a node to itself.
    #[error(
        "edge {edge} is a loop at node {node}, but graphs must be simple: put the information \
         into the node's features"
    )]
    Loop {
        /// The edge.
        edge: usize,
        /// Its only node.
        node: usize,
    },
    /// Two edges join the same pair of nodes.
    #[error(
        "edges {first} and {second} both join nodes {} and {}: list each edge once (only \
         `GraphTopology::from_edge_index` takes both directions, each once)",
        nodes[0], nodes[1]
    )]
    DuplicateEdge {
        /// The edge listed first.
        first: usize,
        /// The edge listed again.
        second: usize,
        /// The nodes they join, the smaller first.
        nodes: [usize; 2],
    },
    /// An edge joins nodes of two graphs.
    #[error(
        "edge {edge} joins node {} of graph {} and node {} of graph {}: an edge belongs to one graph",
        nodes[0], graphs[0], nodes[1], graphs[1]
    )]
    BetweenGraphs {
        /// The edge.
        edge: usize,
        /// Its nodes.
        nodes: [usize; 2],
        /// The graphs of these nodes.
        graphs: [usize; 2],
    },
    /// Edges are not listed graph by graph.
    #[error(
        "edge {edge} belongs to graph {graph} but comes after an edge of graph {after}: \
         list the edges graph by graph"
    )]
    EdgesOutOfOrder {
        /// The edge.
        edge: usize,
        /// Its graph.
        graph: usize,
        /// The later graph that an earlier edge belongs to.
        after: usize,
    },
    /// Nodes are not numbered graph by graph.
    #[error(
        "node {node} belongs to graph {graph} but comes after a node of graph {after}: \
         number the nodes graph by graph"
    )]
    NodesOutOfOrder {
        /// The node.
        node: usize,
        /// Its graph.
        graph: usize,
        /// The later graph that an earlier node belongs to.
        after: usize,
    },
    /// There are more graphs than nodes.
    #[error(
        "node {node} belongs to graph {graph}, but there are only {graphs} nodes: \
         number the graphs 0, 1, …"
    )]
    GraphOutOfRange {
        /// The node.
        node: usize,
        /// Its graph.
        graph: usize,
        /// The number of nodes, which is the largest number of graphs.
        graphs: usize,
    },
    /// The two rows of an edge list differ in length.
    #[error("the edge index has {} sources but {} targets: it needs one of each for every edge", lengths[0], lengths[1])]
    UnevenEdgeIndex {
        /// The lengths of the two rows.
        lengths: [usize; 2],
    },
    /// A tensor or list has the wrong number of rows.
    #[error("{what}: {found} rows, but the graphs need {expected}")]
    Rows {
        /// Name of the tensor or list.
        what: &'static str,
        /// Required number of rows.
        expected: usize,
        /// Actual number of rows.
        found: usize,
    },
    /// A numbering is not a permutation of the nodes inside each graph.
    #[error(
        "the new order is not a permutation of the nodes: position {position} has node {node}, \
         which is missing, listed twice or of another graph"
    )]
    NotAPermutation {
        /// The position in the new numbering.
        position: usize,
        /// The node at this position.
        node: usize,
    },
    /// A graph is not connected.
    #[error(
        "graph {graph} has {components} connected components, but exactly 1 is required; \
         `generate::largest_components` keeps one of each graph"
    )]
    Disconnected {
        /// The graph.
        graph: usize,
        /// Number of its connected components; 0 for a graph without nodes.
        components: usize,
    },
    /// An operation on one graph was given another number of graphs.
    #[error(
        "one graph is required, but the batch holds {found}: select one with `GraphTopology::graph`"
    )]
    NotOneGraph {
        /// Number of graphs in the batch.
        found: usize,
    },
}

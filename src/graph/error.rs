/// A batch of graphs that cannot be, or that an operation cannot take.
///
/// Nodes, edges and graphs are counted from 0, in the numbering of the whole batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// An edge names a node that the batch does not have.
    #[error(
        "edge {edge} names node {node}, but there are only {nodes} nodes, counted from 0 through \
         all graphs of the batch"
    )]
    NodeOutOfRange {
        /// The edge.
        edge: usize,
        /// The node it names.
        node: usize,
        /// The number of nodes.
        nodes: usize,
    },
    /// An edge joins a node to itself.
    #[error(
        "edge {edge} is a loop at node {node}: these graphs are simple, put what the loop \
         says into the node's features"
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
    /// More graphs than nodes.
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
    /// An edge list whose two rows differ in length.
    #[error("the edge index has {} sources but {} targets: it needs one of each for every edge", lengths[0], lengths[1])]
    UnevenEdgeIndex {
        /// The lengths of the two rows.
        lengths: [usize; 2],
    },
    /// A tensor, or list, with a number of rows that does not fit.
    #[error("{what}: {found} rows, and the graphs need {expected}")]
    Rows {
        /// What the rows are.
        what: &'static str,
        /// Rows that are needed.
        expected: usize,
        /// Rows that were given.
        found: usize,
    },
    /// A numbering that is not a permutation of the nodes inside each graph.
    #[error(
        "not a new numbering of the nodes: position {position} takes node {node}, which is \
         missing, taken twice or of another graph"
    )]
    NotAPermutation {
        /// The position in the new numbering.
        position: usize,
        /// The node it takes.
        node: usize,
    },
    /// A graph whose nodes are not all joined by paths.
    #[error(
        "graph {graph} has {components} connected components, and exactly 1 is needed; \
         `generate::largest_components` keeps one of each graph"
    )]
    Disconnected {
        /// The graph.
        graph: usize,
        /// Its connected components; 0 for a graph without nodes.
        components: usize,
    },
    /// Something is asked of one graph, and the batch holds another number.
    #[error(
        "one graph is needed, and the batch holds {found}: take one with `GraphTopology::graph`"
    )]
    NotOneGraph {
        /// Graphs in the batch.
        found: usize,
    },
}

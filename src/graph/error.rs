use crate::SettingError;

/// Error for graphs or attributes that are invalid, that an operation does not support, or that do
/// not exist.
///
/// Nodes, edges and graphs are counted from 0, in the numbering of the whole batch.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
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
    // Attributes of nodes and edges. Graphs of a set are counted from 0.
    /// A member of the set is not one graph.
    #[error("graph {graph}: {reason}")]
    InSet {
        /// The graph.
        graph: usize,
        /// The reason.
        reason: Box<GraphError>,
    },
    /// Two attributes have the same name.
    #[error("two attributes of {what} are named {name}: rename one")]
    DuplicateAttribute {
        /// Nodes or edges.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A graph has more or fewer attributes than the set.
    #[error("graph {graph}, {what}: {found} attributes, but the set has {expected}")]
    AttributeCount {
        /// The graph.
        graph: usize,
        /// Numbers or kinds of nodes or edges.
        what: &'static str,
        /// Number of attributes of the set.
        expected: usize,
        /// Number of attributes of the graph.
        found: usize,
    },
    /// An attribute has more or fewer values than there are nodes or edges.
    #[error("graph {graph}, attribute {name}: {found} values for {expected} {what}")]
    AttributeLength {
        /// The graph.
        graph: usize,
        /// Nodes or edges.
        what: &'static str,
        /// The attribute.
        name: String,
        /// Number of nodes or edges of the graph.
        expected: usize,
        /// Number of values of the attribute.
        found: usize,
    },
    /// A number is not finite.
    #[error("graph {graph}, attribute {name}: {value} is not a finite number")]
    AttributeNotFinite {
        /// The graph.
        graph: usize,
        /// The attribute.
        name: String,
        /// The rejected value.
        value: f64,
    },
    /// A kind has no name.
    #[error("graph {graph}, attribute {name}: {kind} is not one of the {count} kinds, from 0")]
    AttributeKind {
        /// The graph.
        graph: usize,
        /// The attribute.
        name: String,
        /// The rejected kind.
        kind: usize,
        /// Number of kinds.
        count: usize,
    },
    /// Nodes have no coordinates.
    #[error(
        "nodes need {dimensions} coordinates: attributes named {wanted}, or exactly \
         {dimensions} numeric attributes; there are {found}"
    )]
    NoCoordinates {
        /// Number of coordinates.
        dimensions: usize,
        /// Names of coordinates.
        wanted: String,
        /// Names of the numeric attributes.
        found: String,
    },
    // Graphs to generate.
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Too few nodes for such a graph.
    #[error("nodes = {nodes}: {what} has at least {least}")]
    TooFewNodes {
        /// The requested kind of graph.
        what: &'static str,
        /// The rejected number of nodes.
        nodes: usize,
        /// The smallest number of nodes.
        least: usize,
    },
    /// There are more edges than pairs of nodes.
    #[error(
        "extra edges = {extra}: a tree of {nodes} nodes has room for {room} more edges at most"
    )]
    TooManyEdges {
        /// The rejected number of edges beyond those of a tree.
        extra: usize,
        /// The number of nodes.
        nodes: usize,
        /// The largest number of edges beyond those of a tree.
        room: usize,
    },
}

impl GraphError {
    /// Checks a number of nodes.
    pub(super) fn check_nodes(what: &'static str, nodes: usize, least: usize) -> Result<(), Self> {
        if nodes < least {
            return Err(Self::TooFewNodes { what, nodes, least });
        }
        Ok(())
    }
}

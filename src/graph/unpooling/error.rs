use crate::graph::GraphError;

/// Error for choices that no unpooling layer can make for the given graphs, or a graph that cannot
/// be pooled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UnpoolingError {
    /// A list of choices has the wrong length.
    #[error(
        "`{what}` has {found} entries, but the graphs need {expected}: check that the choices are for these graphs"
    )]
    Length {
        /// The list.
        what: &'static str,
        /// Required number of entries.
        expected: usize,
        /// Actual number of entries.
        found: usize,
    },
    /// An impossible choice at a node.
    #[error("impossible choice at node {node}: {reason}")]
    Node {
        /// The node, in the numbering of the batch.
        node: usize,
        /// The reason.
        reason: Impossible,
    },
    /// An impossible choice at an edge.
    #[error("impossible choice at edge {edge}: {reason}")]
    Edge {
        /// The edge, in the numbering of the batch.
        edge: usize,
        /// The reason.
        reason: Impossible,
    },
    // Pooling, which finds choices for a graph.
    /// The batch is not one connected graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The requested size of a pooled graph cannot be reached by one layer.
    #[error(
        "{nodes} nodes cannot be pooled to {parent_nodes}: one layer at most doubles a graph and \
         adds at least one node; choose {} to {}, or use `pool_chain` for several layers",
        nodes.div_ceil(2), nodes.saturating_sub(1)
    )]
    LayerSize {
        /// Number of nodes of the given graph.
        nodes: usize,
        /// Requested number of nodes.
        parent_nodes: usize,
    },
    /// The graph to pool has a single node.
    #[error("a graph with one node cannot be pooled")]
    SingleNode,
    /// The requested size is 0 or larger than the graph.
    #[error("{nodes} nodes cannot be pooled to {smallest}: choose 1 to {nodes}")]
    ChainSize {
        /// Number of nodes of the given graph.
        nodes: usize,
        /// Requested number of nodes.
        smallest: usize,
    },
    /// The families are not a partition of the nodes into single nodes and pairs.
    #[error("family {family} is not a single node or a pair of nodes, each taken once: {nodes:?}")]
    Families {
        /// The family.
        family: usize,
        /// Its nodes.
        nodes: Vec<usize>,
    },
    /// No choices of one layer regenerate the graph from these families.
    #[error(
        "no choices of one layer regenerate the graph from these families: {reason} (families {} and {})",
        families[0], families[1]
    )]
    Unreachable {
        /// The families concerned; twice the same if there is only one.
        families: [usize; 2],
        /// The reason.
        reason: &'static str,
    },
}

/// Reason why a choice is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Impossible {
    /// Choices are set for the children of a kept node.
    #[error("the node is kept and has no children to link")]
    ChildrenOfKept,
    /// A common edge is set in addition to an intra-link.
    #[error("its children are linked, so no common edge is drawn")]
    LinkAndCommonEdge,
    /// The children of a split node without edges are not linked.
    #[error("it has no edges, so its children must be linked")]
    FallsApart,
    /// There is neither an intra-link nor a common edge.
    #[error("its children are not linked and share no edge")]
    NoCommonEdge,
    /// The common edge belongs to another node.
    #[error("the edge that its children share is not one of its edges")]
    ForeignCommonEdge,
    /// Heirs are set at a kept node, or missing at an unpooled one.
    #[error("heirs must be chosen at unpooled nodes and only there")]
    Heirs,
    /// A common edge is not inherited by both children.
    #[error("it is the common edge of a node, so both children inherit it")]
    CommonEdgeNotShared,
    /// An additional edge is set, but the layer draws none.
    #[error("the layer draws no additional edges")]
    AdditionalOff,
    /// An additional edge does not fit the heirs.
    #[error(
        "an additional edge needs two unpooled ends and must fit their heirs: between the other \
         children if both ends have one heir, to a child if one end has two"
    )]
    Additional,
    /// A block is impossible.
    #[error(
        "the edges between the children are impossible: they need children that do not exist, or leave a common edge unshared"
    )]
    Block,
    /// The layer keeps a node that the choices split.
    #[error("the layer keeps this node, but the choices split it")]
    Kept,
    /// The layer splits a node that the choices keep.
    #[error("the layer splits this node, but the choices keep it")]
    Unpooled,
}

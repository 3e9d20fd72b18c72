/// Error for choices that no unpooling layer can make for the given graphs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
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

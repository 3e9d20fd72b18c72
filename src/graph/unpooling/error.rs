/// Choices that no unpooling layer can make for the given graphs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// A list of choices that is too short or too long.
    #[error(
        "`{what}` has {found} entries, and the graphs need {expected}: are these the choices for other graphs?"
    )]
    Length {
        /// The list.
        what: &'static str,
        /// Entries that are needed.
        expected: usize,
        /// Entries that are there.
        found: usize,
    },
    /// An impossible choice at a node.
    #[error("impossible choice at node {node}: {reason}")]
    Node {
        /// The node, in the numbering of the batch.
        node: usize,
        /// Why.
        reason: Impossible,
    },
    /// An impossible choice at an edge.
    #[error("impossible choice at edge {edge}: {reason}")]
    Edge {
        /// The edge, in the numbering of the batch.
        edge: usize,
        /// Why.
        reason: Impossible,
    },
}

/// Why a choice is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Impossible {
    /// Choices about the children of a node that has none.
    #[error("the node is kept and has no children to link")]
    ChildrenOfKept,
    /// A common edge beside an intra-link.
    #[error("its children are linked, so no common edge is drawn")]
    LinkAndCommonEdge,
    /// A split node without edges whose children are not linked.
    #[error("it has no edges, so its children must be linked")]
    FallsApart,
    /// Neither an intra-link nor a common edge.
    #[error("its children are not linked and share no edge")]
    NoCommonEdge,
    /// A common edge of another node.
    #[error("the edge that its children share is not one of its edges")]
    ForeignCommonEdge,
    /// Heirs at a kept node, or none at an unpooled one.
    #[error("heirs must be chosen at unpooled nodes and only there")]
    Heirs,
    /// A common edge that not both children inherit.
    #[error("it is the common edge of a node, so both children inherit it")]
    CommonEdgeNotShared,
    /// An additional edge where the layer draws none.
    #[error("the layer draws no additional edges")]
    AdditionalOff,
    /// An additional edge that does not fit the heirs.
    #[error(
        "an additional edge needs two unpooled ends and must fit their heirs: between the other \
         children where both ends have one heir, to a child where one end has two"
    )]
    Additional,
    /// A block that cannot be reached.
    #[error(
        "the edges between the children cannot be drawn: they need children that do not exist, or leave a common edge unshared"
    )]
    Block,
    /// A node that the layer keeps.
    #[error("the layer keeps this node and the choices split it")]
    Kept,
    /// A node that the layer splits.
    #[error("the layer splits this node and the choices keep it")]
    Unpooled,
}

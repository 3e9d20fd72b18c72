use crate::graph::GraphError;

/// Error for attributes that do not fit their graphs. Graphs are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// A member of the set is not one graph.
    #[error("graph {graph}: {reason}")]
    Graph {
        /// The graph.
        graph: usize,
        /// The reason.
        reason: GraphError,
    },
    /// Two attributes have the same name.
    #[error("two attributes of {what} are named {name}: rename one")]
    SameName {
        /// Nodes or edges.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A graph has more or fewer attributes than the set.
    #[error("graph {graph}, {what}: {found} attributes, but the set has {expected}")]
    Count {
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
    Length {
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
    NotFinite {
        /// The graph.
        graph: usize,
        /// The attribute.
        name: String,
        /// The rejected value.
        value: f64,
    },
    /// A kind has no name.
    #[error("graph {graph}, attribute {name}: {kind} is not one of the {count} kinds, from 0")]
    Kind {
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
    NoPlaces {
        /// Number of coordinates.
        dimensions: usize,
        /// Names of coordinates.
        wanted: String,
        /// Names of the numeric attributes.
        found: String,
    },
}

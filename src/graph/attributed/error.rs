use crate::graph::GraphError;

/// Attributes that do not fit their graphs. Graphs are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// A member of the set that is not one graph.
    #[error("graph {graph}: {reason}")]
    Graph {
        /// The graph.
        graph: usize,
        /// What is wrong.
        reason: GraphError,
    },
    /// Two attributes of the same name.
    #[error("two attributes of {what} are called {name}: rename one")]
    SameName {
        /// Nodes or edges.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A graph with more or fewer attributes than the set.
    #[error("graph {graph}, {what}: {found} attributes, and the set has {expected}")]
    Count {
        /// The graph.
        graph: usize,
        /// Numbers or kinds of nodes or edges.
        what: &'static str,
        /// Attributes of the set.
        expected: usize,
        /// Attributes of the graph.
        found: usize,
    },
    /// An attribute with more or fewer values than there are nodes or edges.
    #[error("graph {graph}, attribute {name}: {found} values for {expected} {what}")]
    Length {
        /// The graph.
        graph: usize,
        /// Nodes or edges.
        what: &'static str,
        /// The attribute.
        name: String,
        /// Nodes or edges of the graph.
        expected: usize,
        /// Values of the attribute.
        found: usize,
    },
    /// A number that is not finite.
    #[error("graph {graph}, attribute {name}: {value} is not a finite number")]
    NotFinite {
        /// The graph.
        graph: usize,
        /// The attribute.
        name: String,
        /// The rejected value.
        value: f64,
    },
    /// A kind that has no name.
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
    /// Nodes that have no places.
    #[error(
        "{dimensions} coordinates are needed at nodes: attributes called {wanted}, or exactly \
         {dimensions} that are numbers; there are {found}"
    )]
    NoPlaces {
        /// Number of coordinates.
        dimensions: usize,
        /// Names of coordinates.
        wanted: String,
        /// Names of the attributes that are numbers.
        found: String,
    },
}

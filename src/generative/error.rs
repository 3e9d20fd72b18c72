use super::likelihood::ValueBounds;
use crate::{SettingError, graph::GraphError};

/// Error for a generator or a critic that cannot be built, or for graphs or choices that a generator
/// cannot generate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerativeError {
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Generator and critic are for different features.
    #[error("the generator has {generator} {what} features, but the critic has {critic}")]
    Widths {
        /// Nodes or edges.
        what: &'static str,
        /// Number of features of the generator.
        generator: usize,
        /// Number of features of the critic.
        critic: usize,
    },
    /// A layer of a generator cannot be built, or cannot make given choices.
    #[error("unpooling layer {layer}: {reason}")]
    Layer {
        /// The layer, from 1.
        layer: usize,
        /// The reason.
        reason: String,
    },
    /// A graph or a chain of choices has the wrong number of entries.
    #[error("{object} has {found} {what}, but {expected} are required")]
    Count {
        /// The object, such as `a chain`.
        object: &'static str,
        /// Name of the counted entries.
        what: &'static str,
        /// Actual number.
        found: usize,
        /// Required number.
        expected: usize,
    },
    /// A category does not exist.
    #[error("{what}: {category} is not one of the {count} categories, counted from 0")]
    Category {
        /// Name of the list.
        what: &'static str,
        /// The category.
        category: usize,
        /// Number of categories.
        count: usize,
    },
    /// A batch is not one connected graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Real features have the wrong number or are out of bounds.
    #[error(
        "node {node} has the real features {value:?}: they must be from {:?} to {:?}",
        bounds.low, bounds.high
    )]
    Value {
        /// The node, counted from 0.
        node: usize,
        /// Its real features.
        value: Vec<f32>,
        /// The bounds of the model.
        bounds: ValueBounds,
    },
    /// A graph is larger than the model allows.
    #[error("a graph of {nodes} nodes is too large for this model, which allows up to {most}")]
    TooLarge {
        /// Number of nodes of the graph.
        nodes: usize,
        /// Number of nodes of the largest graph that the model allows.
        most: usize,
    },
    /// Unpooling layers cannot generate this number of nodes.
    #[error(
        "these unpooling layers generate graphs of {least} to {most} nodes from 3, not of {nodes}"
    )]
    UnreachableSize {
        /// Number of nodes of the graph.
        nodes: usize,
        /// Number of nodes of the smallest graph that the layers generate.
        least: usize,
        /// Number of nodes of the largest.
        most: usize,
    },
    /// No pooling was found in which the layers' kept nodes are those of the graph.
    #[error(
        "found no order of this graph's {nodes} nodes that the layers' selections allow; use \
         `NodeSelection::AllRandom`"
    )]
    NoOrder {
        /// Number of nodes of the graph.
        nodes: usize,
    },
}

impl GenerativeError {
    pub(super) fn setting(
        name: &'static str,
        value: impl std::fmt::Display,
        expected: &'static str,
    ) -> Self {
        SettingError::new(name, value, expected).into()
    }
}

use serde::{Deserialize, Serialize};

/// Kinds of features of the nodes of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeFeatures {
    /// Concatenated one-hot blocks, with the number of categories of each block. Atoms of QM9 have
    /// 4 elements, 3 charges and 3 kinds of chirality.
    Categorical(Vec<usize>),
    /// Real numbers, such as coordinates, with their count.
    Continuous(usize),
}

impl NodeFeatures {
    /// Returns the number of columns.
    pub fn width(&self) -> usize {
        match self {
            Self::Categorical(blocks) => blocks.iter().sum(),
            Self::Continuous(width) => *width,
        }
    }
}

/// Kinds of features of the graphs of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphFeatures {
    /// The features of nodes.
    pub nodes: NodeFeatures,
    /// Number of kinds of edges, one-hot; 0 if edges have no features.
    pub edge_kinds: usize,
}

impl GraphFeatures {
    /// Creates the features of graphs with categories of nodes and edges, such as molecules.
    pub fn categorical(node_blocks: Vec<usize>, edge_kinds: usize) -> Self {
        Self {
            nodes: NodeFeatures::Categorical(node_blocks),
            edge_kinds,
        }
    }

    /// Creates the features of graphs with real numbers at nodes and no edge features, such as
    /// points in a plane.
    pub fn continuous(node_width: usize) -> Self {
        Self {
            nodes: NodeFeatures::Continuous(node_width),
            edge_kinds: 0,
        }
    }
}

use serde::{Deserialize, Serialize};

/// What the features of the nodes of a data set are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeFeatures {
    /// Blocks of one-hot vectors, side by side; the number of categories of each block. Atoms of
    /// QM9 have 4 elements, 3 charges and 3 kinds of chirality.
    Categorical(Vec<usize>),
    /// Real numbers, such as coordinates; how many.
    Continuous(usize),
}

impl NodeFeatures {
    /// The number of columns.
    pub fn width(&self) -> usize {
        match self {
            Self::Categorical(blocks) => blocks.iter().sum(),
            Self::Continuous(width) => *width,
        }
    }
}

/// What the features of the graphs of a data set are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphFeatures {
    /// The features of nodes.
    pub nodes: NodeFeatures,
    /// The number of kinds of edges, one-hot; 0 where edges have no features.
    pub edge_kinds: usize,
}

impl GraphFeatures {
    /// Graphs with categories at nodes and edges, such as molecules.
    pub fn categorical(node_blocks: Vec<usize>, edge_kinds: usize) -> Self {
        Self {
            nodes: NodeFeatures::Categorical(node_blocks),
            edge_kinds,
        }
    }

    /// Graphs with real numbers at nodes and nothing at edges, such as points of a plane.
    pub fn continuous(node_width: usize) -> Self {
        Self {
            nodes: NodeFeatures::Continuous(node_width),
            edge_kinds: 0,
        }
    }
}

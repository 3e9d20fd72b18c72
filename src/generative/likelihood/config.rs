use serde::{Deserialize, Serialize};

use super::{graph::GraphKinds, sizes::SizeLaw};
use crate::generative::GenerativeError;

/// Sizes of one of the two networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// Features of a node.
    pub node_features: usize,
    /// Features of an edge.
    pub edge_features: usize,
    /// Number of layers.
    pub layers: usize,
}

impl Default for NetworkConfig {
    /// 96 and 48 features, 4 layers.
    fn default() -> Self {
        Self {
            node_features: 96,
            edge_features: 48,
            layers: 4,
        }
    }
}

/// Configuration of an [`UnpoolingModel`](super::UnpoolingModel).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnpoolingModelConfig {
    /// Categories of nodes and edges.
    pub kinds: GraphKinds,
    /// Sizes and start graphs of the training data.
    pub sizes: SizeLaw,
    /// The network of the structure.
    pub structure: NetworkConfig,
    /// The network of kinds and marks.
    pub types: NetworkConfig,
}

impl UnpoolingModelConfig {
    /// A model with networks of the default sizes.
    pub fn new(kinds: GraphKinds, sizes: SizeLaw) -> Self {
        Self {
            kinds,
            sizes,
            structure: NetworkConfig::default(),
            types: NetworkConfig::default(),
        }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`GenerativeError::Setting`] names the first that is out of range.
    pub fn validate(&self) -> Result<(), GenerativeError> {
        if self.sizes.is_empty() {
            return Err(GenerativeError::setting(
                "sizes",
                "empty",
                "at least one graph of training data",
            ));
        }
        for (name, network) in [("structure", &self.structure), ("types", &self.types)] {
            if network.node_features == 0 || network.edge_features == 0 {
                return Err(GenerativeError::setting(
                    name,
                    format!("{network:?}"),
                    "at least 1 feature of nodes and of edges",
                ));
            }
        }
        if let Some(capacities) = &self.kinds.capacities {
            let found = [capacities.nodes.len(), capacities.edges.len()];
            let expected = [self.kinds.nodes, self.kinds.edges];
            if found != expected {
                return Err(GenerativeError::setting(
                    "capacities",
                    format!("{found:?} entries"),
                    "one for each kind of node and of edge",
                ));
            }
        }
        Ok(())
    }
}

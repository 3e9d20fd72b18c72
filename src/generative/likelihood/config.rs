use serde::{Deserialize, Serialize};

use super::{
    graph::{GraphKinds, ValueBounds},
    sizes::SizeLaw,
};
use crate::generative::GenerativeError;

/// Sizes of one of the two networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge.
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
    /// Bounds of the real features of nodes; `None` if nodes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<ValueBounds>,
    /// The network of real features.
    #[serde(default)]
    pub values: NetworkConfig,
}

impl UnpoolingModelConfig {
    /// Creates a configuration with networks of the default sizes.
    pub fn new(kinds: GraphKinds, sizes: SizeLaw) -> Self {
        Self {
            kinds,
            sizes,
            structure: NetworkConfig::default(),
            types: NetworkConfig::default(),
            bounds: None,
            values: NetworkConfig::default(),
        }
    }

    /// Adds real features of nodes.
    pub fn with_values(mut self, bounds: ValueBounds) -> Self {
        self.bounds = Some(bounds);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] with the first setting that is out of range.
    pub fn validate(&self) -> Result<(), GenerativeError> {
        if self.sizes.is_empty() {
            return Err(GenerativeError::setting(
                "sizes",
                "empty",
                "at least one graph of training data",
            ));
        }
        let networks = [
            ("structure", &self.structure),
            ("types", &self.types),
            ("values", &self.values),
        ];
        for (name, network) in networks {
            if network.node_features == 0 || network.edge_features == 0 {
                return Err(GenerativeError::setting(
                    name,
                    format!("{network:?}"),
                    "at least 1 feature of nodes and of edges",
                ));
            }
        }
        if let Some(bounds) = &self.bounds {
            let widths = bounds.low.iter().zip(&bounds.high);
            let is_wide = |(low, high): (&f32, &f32)| low < high && (high - low).is_finite();
            let fits = bounds.low.len() == bounds.high.len() && !bounds.low.is_empty();
            if !fits || !widths.clone().all(is_wide) {
                return Err(GenerativeError::setting(
                    "bounds",
                    format!("{:?} to {:?}", bounds.low, bounds.high),
                    "for each feature a smallest value that is below its largest",
                ));
            }
            if bounds.rotated && bounds.width() != 3 {
                return Err(GenerativeError::setting(
                    "bounds",
                    format!("{} features that are rotated", bounds.width()),
                    "three coordinates",
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

use serde::{Deserialize, Serialize};

use super::{
    graph::{GraphKinds, TypedGraph},
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

/// Bounds of the real features of nodes, such as coordinates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueBounds {
    /// The smallest value of each feature.
    pub low: Vec<f32>,
    /// The largest value of each feature.
    pub high: Vec<f32>,
    /// Whether graphs have no orientation. If so, the three coordinates of a graph are rotated
    /// about the origin, by a new random rotation each time in training.
    pub rotated: bool,
}

impl ValueBounds {
    /// Creates bounds from the smallest and largest values of graphs.
    pub fn of<'a>(graphs: impl IntoIterator<Item = &'a TypedGraph>) -> Self {
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for value in graphs.into_iter().flat_map(|graph| &graph.values) {
            low.resize(value.len(), f32::INFINITY);
            high.resize(value.len(), f32::NEG_INFINITY);
            for (axis, &value) in value.iter().enumerate() {
                low[axis] = value.min(low[axis]);
                high[axis] = value.max(high[axis]);
            }
        }
        Self {
            low,
            high,
            rotated: false,
        }
    }

    /// Creates the bounds of graphs without orientation: the ball around the origin that contains
    /// all coordinates.
    pub fn rotated<'a>(graphs: impl IntoIterator<Item = &'a TypedGraph>) -> Self {
        let values = graphs.into_iter().flat_map(|graph| &graph.values);
        let squares = values.map(|value| value.iter().map(|x| x * x).sum::<f32>());
        let radius = squares.fold(0.0, f32::max).sqrt();
        Self {
            low: vec![-radius; 3],
            high: vec![radius; 3],
            rotated: true,
        }
    }

    /// Returns the number of features of a node.
    pub fn width(&self) -> usize {
        self.low.len()
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

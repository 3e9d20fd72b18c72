use burn::{config::Config, nn::Initializer, tensor::Device};

use super::{
    NodeSelection, UnpoolingLayer,
    networks::{Networks, NodeHead, PreferenceHead, split},
    scorer::EdgeScorer,
};
use crate::{
    SettingError,
    nn::{
        EdgeMlpConfig,
        dense::{DenseStyle, linear_initializer},
    },
};

/// Configuration of an [`UnpoolingLayer`].
///
/// The defaults are the settings of the authors' GAN experiments, without batch normalization.
#[derive(Config, Debug)]
pub struct UnpoolingLayerConfig {
    /// Number of features of an input node, at least 3. About half of them go to both children, and
    /// a quarter to each child alone.
    pub node_features: usize,
    /// Number of features of an input edge; may be 0.
    pub edge_features: usize,
    /// Number of features of an output edge. `Some(0)` computes none, for example if a skip
    /// connection and an [`EdgeMlp`](crate::nn::EdgeMlp) follow. Default: as the input.
    #[config(default = "None")]
    pub output_edge_features: Option<usize>,
    /// Which nodes are unpooled. Default: all.
    #[config(default = "NodeSelection::ByPosition { kept: 0, random: 0 }")]
    pub selection: NodeSelection,
    /// Whether the score of an edge competes with that of inheriting no edge, so that one child
    /// does not inherit every edge. Default: `true`.
    #[config(default = true)]
    pub preference: bool,
    /// Whether an additional edge may be added between the children of two unpooled neighbors (step
    /// 2d). Without it, some connected graphs cannot be generated. Default: `true`.
    #[config(default = true)]
    pub additional_edge: bool,
    /// Whether the network that decides about random nodes has a hidden layer instead of one linear
    /// map. Default: `false`.
    #[config(default = false)]
    pub deep_node_head: bool,
    /// Whether to apply batch normalization in the networks on nodes. Default: `false`.
    #[config(default = false)]
    pub batch_norm: bool,
    /// Whether to apply batch normalization in the networks that score edges. Default: `false`.
    #[config(default = false)]
    pub scorer_batch_norm: bool,
    /// Width to which a scorer maps a node, an edge and another node, each. Default: 16.
    #[config(default = 16)]
    pub scorer_hidden: usize,
    /// Number added to each probability of linking children and of choosing a common edge or heirs,
    /// before they are normalized again. Must be positive if `preference` is on. Default: 1e-4.
    #[config(default = 1e-4)]
    pub smoothing: f64,
    /// Same, for the probability to unpool a random node. Default: 0.005.
    #[config(default = 0.005)]
    pub node_smoothing: f64,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl UnpoolingLayerConfig {
    /// Returns the number of features of an output node, before any concatenation: the half that
    /// both children inherit and a quarter of their own, ¾ of the input if that is divisible by 4.
    pub fn output_node_features(&self) -> usize {
        let (shared, own) = split(self.node_features);
        shared + own
    }

    /// Creates the layer.
    ///
    /// # Errors
    /// Returns [`SettingError`] for fewer than 3 node features, a smoothing outside [0, 1],
    /// smoothing 0 with preference scores, a slope that is not finite, or no hidden units.
    pub fn try_init(&self, device: &Device) -> Result<UnpoolingLayer, SettingError> {
        let (nodes, edges) = (self.node_features, self.edge_features);
        if nodes < 3 {
            return Err(SettingError::new(
                "node_features",
                nodes,
                "at least 3, since children differ in about a quarter of them",
            ));
        }
        for (name, value) in [
            ("smoothing", self.smoothing),
            ("node_smoothing", self.node_smoothing),
        ] {
            if !(0.0..=1.0).contains(&value) {
                let expected = "a number from 0 to 1, for example 0.0001";
                return Err(SettingError::new(name, value, expected));
            }
        }
        if self.preference && self.smoothing == 0.0 {
            return Err(SettingError::new(
                "smoothing",
                self.smoothing,
                "above 0 with preference scores, for example 0.0001; with 0, all probabilities of \
                 an edge could become 0",
            ));
        }
        if !self.negative_slope.is_finite() {
            let (slope, expected) = (self.negative_slope, "a finite number, for example 0.05");
            return Err(SettingError::new("negative_slope", slope, expected));
        }
        if self.scorer_hidden == 0 {
            return Err(SettingError::new(
                "scorer_hidden",
                0,
                "at least 1, for example 16",
            ));
        }
        let style = |batch_norm| DenseStyle {
            batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let (blocks, scoring) = (style(self.batch_norm), style(self.scorer_batch_norm));
        let child = self.output_node_features();
        let scorer = |first| EdgeScorer::new([first, edges, nodes], self.scorer_hidden, &scoring);
        let output_edges = self.output_edge_features.unwrap_or(edges);
        Ok(UnpoolingLayer {
            networks: Networks {
                node_head: NodeHead {
                    hidden: self.deep_node_head.then(|| blocks.dense(nodes, nodes / 2)),
                    output: blocks.linear(
                        if self.deep_node_head {
                            nodes / 2
                        } else {
                            nodes
                        },
                        2,
                    ),
                },
                features: [blocks.dense(child, child), blocks.dense(child, child)],
                intra_link: (blocks.dense(nodes, nodes), blocks.linear(nodes, 2)),
                single: scorer(child),
                both: scorer(nodes),
                additional: scorer(nodes),
                preference: self.preference.then(|| {
                    let head = |width| PreferenceHead {
                        hidden: scoring.dense(width, 2 * width),
                        output: scoring.linear(2 * width, 1),
                    };
                    (head(child), head(nodes))
                }),
                smoothing: self.smoothing,
                node_smoothing: self.node_smoothing,
                negative_slope: self.negative_slope,
            },
            edge_mlp: (output_edges > 0).then(|| {
                EdgeMlpConfig::new(child, output_edges)
                    .with_batch_norm(self.batch_norm)
                    .with_negative_slope(self.negative_slope)
                    .with_initializer(self.initializer.clone())
                    .init(device)
            }),
            selection: self.selection,
            additional_edge: self.additional_edge,
        })
    }

    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if the settings are invalid; [`try_init`](Self::try_init) returns the error instead.
    pub fn init(&self, device: &Device) -> UnpoolingLayer {
        match self.try_init(device) {
            Ok(layer) => layer,
            Err(error) => panic!("{error}"),
        }
    }
}

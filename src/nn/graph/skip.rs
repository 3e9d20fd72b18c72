use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::Initializer,
    tensor::{Device, Tensor},
};

use crate::{
    graph::{GraphBatch, indices, select_rows},
    nn::dense::{Dense, DenseStyle, assert_positive, check_width, linear_initializer},
};

/// Configuration of a [`LatentSkip`].
#[derive(Config, Debug)]
pub struct LatentSkipConfig {
    /// Width of the latent vector.
    pub latent: usize,
    /// Number of features added to each node, k.
    pub features: usize,
    /// Number of nodes of the largest graph.
    pub max_nodes: usize,
    /// Width of the hidden layer. Default: 10 k.
    #[config(default = "None")]
    pub hidden: Option<usize>,
    /// Whether to apply batch normalization in both layers. Default: `false`.
    #[config(default = false)]
    pub batch_norm: bool,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl LatentSkipConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features, or of nodes, is 0.
    pub fn init(&self, device: &Device) -> LatentSkip {
        assert_positive(
            "LatentSkip",
            &[
                ("latent", self.latent),
                ("features", self.features),
                ("max_nodes", self.max_nodes),
            ],
        );
        let style = DenseStyle {
            batch_norm: self.batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let hidden = self.hidden.unwrap_or(10 * self.features);
        LatentSkip {
            hidden: style.dense(self.latent, hidden),
            rows: style.dense(hidden, self.features * self.max_nodes),
            features: self.features,
            max_nodes: self.max_nodes,
        }
    }
}

/// A skip connection from the latent vector of a graph to its nodes.
///
/// ```text
/// z → Linear → BN? → LReLU → Linear → BN? → LReLU → n_max rows of width k
/// ```
///
/// The features of the t-th node of a graph are concatenated with row t; edge features do not
/// change. This distinguishes nodes with equal features by their position, so the layer is not
/// equivariant to the order of nodes.
///
/// Reference: Section 3.3 of the dissertation, which adds the rows. This layer concatenates them,
/// as in the authors' program.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use fireweed::nn::{EdgeMlpConfig, LatentSkipConfig};
/// use fireweed::nn::unpooling::{InitialGraphConfig, UnpoolingLayerConfig};
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// // A generator of graphs with twelve nodes: 3 → 6 → 12.
/// let device = Device::flex().autodiff();
/// let start = InitialGraphConfig::new(16, 32, 8).init(&device);
/// // Edge features are computed after the skip connection, so the layer computes none.
/// let first = UnpoolingLayerConfig::new(32, 8).with_output_edge_features(Some(0));
/// let skip = LatentSkipConfig::new(16, 8, 6).init(&device);
/// let width = first.output_node_features() + 8;
/// let edges = EdgeMlpConfig::new(width, 8).init(&device);
/// let second = UnpoolingLayerConfig::new(width, 8).init(&device);
///
/// let mut rng = ChaCha8Rng::seed_from_u64(0);
/// let z = Tensor::<2>::random([64, 16], Distribution::Uniform(-1.0, 1.0), &device);
/// let three = start.forward(z.clone(), &mut rng);
/// let six = first.init(&device).forward(&three.graphs, &mut rng);
/// let graphs = skip.forward(z, &six.graphs);
/// let made = edges.forward(&graphs);
/// let twelve = second.forward(&graphs.with_edges(made), &mut rng);
/// let log_prob = three.log_prob + six.log_prob + twelve.log_prob;
/// assert_eq!(twelve.graphs.topology().node_count(), 64 * 12);
/// assert_eq!(log_prob.dims(), [64]);
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct LatentSkip {
    hidden: Dense,
    rows: Dense,
    features: usize,
    max_nodes: usize,
}

impl LatentSkip {
    /// Concatenates the rows to the node features.
    ///
    /// # Shapes
    /// - latent: `[graphs, latent]`
    /// - graphs: nodes `[|V|, any]`
    /// - output: nodes `[|V|, any + features]`
    ///
    /// # Panics
    /// Panics if a graph has more than `max_nodes` nodes, or if the number of latent vectors is not
    /// that of graphs.
    pub fn forward(&self, latent: Tensor<2>, graphs: &GraphBatch) -> GraphBatch {
        let topology = graphs.topology();
        let [inputs, _] = self.hidden.linear.weight.dims();
        check_width("LatentSkip", "latent", inputs, latent.dims()[1]);
        let (found, count) = (latent.dims()[0], topology.graph_count());
        assert_eq!(found, count, "one latent vector for each graph is needed");
        let mut places = Vec::with_capacity(topology.node_count());
        for (graph, nodes) in topology.node_counts().enumerate() {
            assert!(
                nodes <= self.max_nodes,
                "graph {graph} has {nodes} nodes and the layer was made for {}",
                self.max_nodes
            );
            places.extend((0..nodes).map(|place| graph * self.max_nodes + place));
        }
        let rows = self.rows.forward(self.hidden.forward(latent));
        let rows = rows.reshape([count * self.max_nodes, self.features]);
        let rows = select_rows(rows, &indices(&places, &graphs.device()));
        let nodes = Tensor::cat(vec![graphs.nodes(), rows], 1);
        graphs.clone().with_nodes(nodes)
    }
}

impl ModuleDisplay for LatentSkip {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [latent, _] = self.hidden.linear.weight.dims();
        content
            .add("latent", &latent)
            .add("features", &self.features)
            .add("max_nodes", &self.max_nodes)
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "skip_tests.rs"]
mod tests;

use burn::{config::Config, nn::Initializer, tensor::Device};

use super::{
    Generator, LatentDistribution,
    head::{EdgeHead, NodeHead},
    stage::{Refine, Stage},
};
use crate::{
    generative::{GenerativeError, GraphFeatures, NodeFeatures},
    nn::{
        EdgeMlpConfig, LatentSkipConfig, MpnnLayerConfig,
        dense::{DenseStyle, linear_initializer},
        unpooling::{InitialGraphConfig, NodeSelection, UnpoolingLayerConfig},
    },
};

/// One stage of a [`Generator`]: unpooling, a skip connection from the latent vector, and message
/// passing.
#[derive(Config, Debug)]
pub struct StageConfig {
    /// Which nodes are unpooled.
    pub selection: NodeSelection,
    /// Number of nodes of the largest output graph.
    pub max_nodes: usize,
    /// Number of node features after each message passing layer.
    pub widths: Vec<usize>,
    /// Width of the skip connection's hidden layer. Default: 10 features per node that it adds.
    #[config(default = "None")]
    pub skip_hidden: Option<usize>,
}

/// Configuration of a [`Generator`].
#[derive(Config, Debug)]
pub struct GeneratorConfig {
    /// Kinds of features of generated graphs.
    pub features: GraphFeatures,
    /// Width of the latent vector.
    pub latent: usize,
    /// Number of node features of the initial graph of three nodes.
    pub initial_features: usize,
    /// Number of node features after each message passing layer on the initial graph.
    pub initial_widths: Vec<usize>,
    /// Number of features of an edge between the layers.
    pub edge_width: usize,
    /// The unpooling layers.
    pub stages: Vec<StageConfig>,
    /// Width of a hidden layer before the initial node features; `None` for no such layer. Default:
    /// `None`.
    #[config(default = "None")]
    pub initial_hidden: Option<usize>,
    /// Width of the head's hidden layer. Default: 64.
    #[config(default = 64)]
    pub head_width: usize,
    /// Distribution of the latent vectors. Default: uniform between −1 and 1.
    #[config(default = "LatentDistribution::Uniform")]
    pub distribution: LatentDistribution,
    /// Whether to apply batch normalization to hidden features. Default: `true`.
    #[config(default = true)]
    pub batch_norm: bool,
    /// Whether to apply batch normalization in the networks that score edges. Default: `false`.
    #[config(default = false)]
    pub scorer_batch_norm: bool,
    /// See [`UnpoolingLayerConfig::preference`]. Default: `true`.
    #[config(default = true)]
    pub preference: bool,
    /// See [`UnpoolingLayerConfig::additional_edge`]. Default: `true`.
    #[config(default = true)]
    pub additional_edge: bool,
    /// Whether features of the latent vector are added to the nodes after each unpooling layer.
    /// Without them, only the first three nodes depend on it directly. Default: `true`.
    #[config(default = true)]
    pub skip_connections: bool,
    /// Whether the kinds of edges are computed from the sampled categories of their nodes, as in
    /// the authors' program, rather than from the scores of these categories. Default: `true`.
    #[config(default = true)]
    pub edges_see_samples: bool,
    /// Temperature τ of the Gumbel-softmax. Default: 1.
    #[config(default = 1.0)]
    pub temperature: f64,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Slope for negative values after message passing; 0 for a ReLU. Default: 0.05.
    #[config(default = 0.05)]
    pub message_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl GeneratorConfig {
    /// Creates the generator.
    ///
    /// # Errors
    /// Returns [`GenerativeError`] if a width is 0 or does not suit an unpooling layer, if the
    /// temperature is not above 0, or if graphs exceed the largest size of a stage.
    pub fn try_init(&self, device: &Device) -> Result<Generator, GenerativeError> {
        self.check()?;
        let style = DenseStyle {
            batch_norm: self.batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let initial = InitialGraphConfig::new(self.latent, self.initial_features, self.edge_width)
            .with_hidden(self.initial_hidden)
            .with_batch_norm(self.batch_norm)
            .with_negative_slope(self.negative_slope)
            .with_initializer(self.initializer.clone())
            .init(device);
        let (refine, mut width) =
            self.refine(self.initial_features, &self.initial_widths, false, &style);
        let mut stages = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let unpooling = UnpoolingLayerConfig::new(width, self.edge_width)
                .with_output_edge_features(Some(0))
                .with_selection(stage.selection)
                .with_preference(self.preference)
                .with_additional_edge(self.additional_edge)
                .with_batch_norm(self.batch_norm)
                .with_scorer_batch_norm(self.scorer_batch_norm)
                .with_negative_slope(self.negative_slope)
                .with_initializer(self.initializer.clone());
            let layer = unpooling
                .try_init(device)
                .map_err(|error| GenerativeError::Layer {
                    layer: index + 1,
                    reason: error.to_string(),
                })?;
            let children = unpooling.output_node_features();
            let skip = LatentSkipConfig::new(self.latent, width - children, stage.max_nodes)
                .with_hidden(stage.skip_hidden)
                .with_batch_norm(self.batch_norm)
                .with_negative_slope(self.negative_slope)
                .with_initializer(self.initializer.clone());
            let inputs = if self.skip_connections {
                width
            } else {
                children
            };
            let refine;
            (refine, width) = self.refine(inputs, &stage.widths, true, &style);
            stages.push(Stage {
                unpooling: layer,
                skip: self.skip_connections.then(|| skip.init(device)),
                refine,
            });
        }
        let nodes = NodeHead::new(width, self.head_width, &self.features.nodes, &style);
        let edges = (self.features.edge_kinds > 0).then(|| {
            EdgeHead::new(
                [
                    self.edge_width,
                    self.features.nodes.width(),
                    self.head_width,
                ],
                self.features.edge_kinds,
                &style,
            )
        });
        Ok(Generator {
            initial,
            refine,
            stages,
            nodes,
            edges,
            features: self.features.clone(),
            latent: self.latent,
            distribution: self.distribution,
            edges_see_samples: self.edges_see_samples,
            temperature: self.temperature,
            capacities: None,
            scored_features: false,
        })
    }

    /// Creates the generator.
    ///
    /// # Panics
    /// Panics if the settings are invalid; [`try_init`](Self::try_init) returns the error instead.
    pub fn init(&self, device: &Device) -> Generator {
        match self.try_init(device) {
            Ok(generator) => generator,
            Err(error) => panic!("{error}"),
        }
    }

    fn check(&self) -> Result<(), GenerativeError> {
        let settings = [
            ("latent", self.latent),
            ("initial_features", self.initial_features),
            ("edge_width", self.edge_width),
            ("head_width", self.head_width),
            ("node features", self.features.nodes.width()),
        ];
        let stages = self.stages.iter().flat_map(|stage| &stage.widths);
        let widths = self.initial_widths.iter().chain(stages);
        let widths = widths.map(|&width| ("generator width", width));
        for (name, value) in settings.into_iter().chain(widths) {
            if value == 0 {
                return Err(GenerativeError::setting(name, value, "at least 1"));
            }
        }
        if let NodeFeatures::Categorical(blocks) = &self.features.nodes
            && blocks.contains(&0)
        {
            let blocks = format!("{blocks:?}");
            return Err(GenerativeError::setting(
                "node categories",
                blocks,
                "at least 1 in each block",
            ));
        }
        let mut largest = 3;
        for (index, stage) in self.stages.iter().enumerate() {
            largest = match stage.selection {
                NodeSelection::ByPosition { kept, .. } => 2 * largest - kept.min(largest),
                NodeSelection::AllRandom => 2 * largest,
            };
            if largest > stage.max_nodes {
                return Err(GenerativeError::Layer {
                    layer: index + 1,
                    reason: format!(
                        "graphs grow to {largest} nodes, and max_nodes is {}",
                        stage.max_nodes
                    ),
                });
            }
        }
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            return Err(GenerativeError::setting(
                "temperature",
                self.temperature,
                "a number above 0, such as 1",
            ));
        }
        Ok(())
    }

    /// Returns message passing layers, and their output width.
    fn refine(
        &self,
        mut inputs: usize,
        widths: &[usize],
        with_edges: bool,
        style: &DenseStyle<'_>,
    ) -> (Refine, usize) {
        let edges = with_edges.then(|| {
            EdgeMlpConfig::new(inputs, self.edge_width)
                .with_input_norm(self.batch_norm)
                .with_batch_norm(self.batch_norm)
                .with_negative_slope(self.negative_slope)
                .with_initializer(self.initializer.clone())
                .init(style.device)
        });
        let mut convolutions = Vec::new();
        for &width in widths {
            let layer = MpnnLayerConfig::new(inputs, self.edge_width, width)
                .with_initializer(self.initializer.clone())
                .init(style.device);
            convolutions.push((layer, style.norm(width)));
            inputs = width;
        }
        let refine = Refine {
            edges,
            convolutions,
            negative_slope: self.message_slope,
        };
        (refine, inputs)
    }
}

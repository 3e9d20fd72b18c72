use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{BatchNorm, Initializer},
    tensor::{Device, Tensor},
};

use crate::{
    generative::GenerativeError,
    graph::GraphBatch,
    nn::{
        GatedReadout, GatedReadoutConfig, MpnnLayer, MpnnLayerConfig,
        dense::{DenseStyle, leaky_relu, linear_initializer, normalize},
    },
};

/// Configuration of an [`Encoder`].
#[derive(Config, Debug)]
pub struct EncoderConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge; may be 0.
    pub edge_features: usize,
    /// Node features after each message passing layer. Default: 32 and 64.
    #[config(default = "vec![32, 64]")]
    pub widths: Vec<usize>,
    /// Number of features of a graph. Default: 128.
    #[config(default = 128)]
    pub output: usize,
    /// Whether to apply batch normalization to hidden features. Default: `true`.
    #[config(default = true)]
    pub batch_norm: bool,
    /// Slope for negative values after message passing. Default: 0, a ReLU.
    #[config(default = 0.0)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl EncoderConfig {
    /// Creates the encoder.
    ///
    /// # Errors
    /// Returns an error if a number of features is 0.
    pub fn try_init(&self, device: &Device) -> Result<Encoder, GenerativeError> {
        let named = [
            ("encoder node features", self.node_features),
            ("encoder output", self.output),
        ];
        let widths = self.widths.iter().map(|&width| ("encoder width", width));
        for (name, value) in named.into_iter().chain(widths) {
            if value == 0 {
                return Err(GenerativeError::setting(name, value, "at least 1"));
            }
        }
        let style = DenseStyle {
            batch_norm: self.batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let mut inputs = self.node_features;
        let mut convolutions = Vec::new();
        for &width in &self.widths {
            let layer = MpnnLayerConfig::new(inputs, self.edge_features, width)
                .with_initializer(self.initializer.clone())
                .init(device);
            convolutions.push((layer, style.norm(width)));
            inputs = width;
        }
        Ok(Encoder {
            convolutions,
            readout: GatedReadoutConfig::new(inputs, self.output)
                .with_initializer(self.initializer.clone())
                .init(device),
            negative_slope: self.negative_slope,
        })
    }

    /// Creates the encoder.
    ///
    /// # Panics
    /// Panics if the settings are invalid; [`try_init`](Self::try_init) returns the error instead.
    pub fn init(&self, device: &Device) -> Encoder {
        match self.try_init(device) {
            Ok(encoder) => encoder,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Encodes each graph as a vector that does not depend on the order of its nodes: message passing
/// layers, each followed by normalization and activation, then a [`GatedReadout`].
///
/// Reference: the encoder of Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation"
/// (AISTATS 2023).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::{
///     generative::vae::EncoderConfig,
///     graph::{GraphBatch, generate::path},
/// };
///
/// let device = Device::flex();
/// let graphs = GraphBatch::new(path(4), Tensor::ones([4, 5], &device), Tensor::ones([3, 2], &device))?;
/// let encoder = EncoderConfig::new(5, 2).with_output(16).init(&device);
/// assert_eq!(encoder.forward(&graphs).dims(), [1, 16]);
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Encoder {
    convolutions: Vec<(MpnnLayer, Option<BatchNorm>)>,
    readout: GatedReadout,
    negative_slope: f64,
}

impl Encoder {
    /// Encodes each graph.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: `[graphs, output]`
    ///
    /// # Panics
    /// Panics if the features do not have the widths of the encoder.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let layers = self.convolutions.iter();
        let hidden = layers.fold(graphs.clone(), |graphs, (layer, norm)| {
            let nodes = normalize(layer.forward(&graphs), norm);
            graphs.with_nodes(leaky_relu(nodes, self.negative_slope))
        });
        self.readout.forward(&hidden)
    }
}

impl ModuleDisplay for Encoder {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [_, output] = self.readout.gate.weight.dims();
        content
            .add("layers", &self.convolutions.len())
            .add("output", &output)
            .optional()
    }
}

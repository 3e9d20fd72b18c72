use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{BatchNorm, Initializer, Linear},
    tensor::{Device, Tensor},
};

use crate::{
    graph::{GraphBatch, select_rows},
    nn::dense::{
        Dense, DenseStyle, assert_positive, check_width, leaky_relu, linear_initializer, normalize,
    },
};

/// Configuration of an [`EdgeMlp`].
#[derive(Config, Debug)]
pub struct EdgeMlpConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge to compute.
    pub edge_features: usize,
    /// Width of the two hidden layers. Default: the number of edge features.
    #[config(default = "None")]
    pub hidden: Option<usize>,
    /// Whether to apply batch normalization to the node features first. Default: `false`.
    #[config(default = false)]
    pub input_norm: bool,
    /// Whether to apply batch normalization in the hidden and output layers. Default: `false`.
    #[config(default = false)]
    pub batch_norm: bool,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl EdgeMlpConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features is 0.
    pub fn init(&self, device: &Device) -> EdgeMlp {
        assert_positive(
            "EdgeMlp",
            &[
                ("node_features", self.node_features),
                ("edge_features", self.edge_features),
            ],
        );
        let style = |batch_norm| DenseStyle {
            batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let blocks = style(self.batch_norm);
        let hidden = self.hidden.unwrap_or(self.edge_features);
        EdgeMlp {
            input_norm: style(self.input_norm).norm(self.node_features),
            nodes: blocks.linear(self.node_features, hidden),
            hidden: blocks.dense(hidden, hidden),
            output: blocks.dense(hidden, self.edge_features),
            negative_slope: self.negative_slope,
        }
    }
}

/// Computes edge features from the features of both end nodes, symmetrically (MLP-u).
///
/// ```text
/// u_kl = MLP(y_k + y_l)
/// ```
///
/// The MLP is a linear map, a leaky ReLU, and two blocks of linear map, optional batch
/// normalization and leaky ReLU. The first map is linear, so it is applied to nodes instead of
/// edges.
///
/// Reference: Section 3.2, step 3, of the dissertation. There a leaky ReLU comes before the first
/// map. The authors' program has none, and neither has this layer.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct EdgeMlp {
    input_norm: Option<BatchNorm>,
    nodes: Linear,
    hidden: Dense,
    output: Dense,
    negative_slope: f64,
}

impl EdgeMlp {
    /// Returns the number of edge features that the layer computes.
    pub fn edge_features(&self) -> usize {
        self.output.linear.weight.dims()[1]
    }

    /// Computes features for every edge. The edge features of `graphs` are not used.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`
    /// - output: `[|E|, edge features]`
    ///
    /// # Panics
    /// Panics if the node features have another width.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let x = graphs.nodes();
        let [inputs, _] = self.nodes.weight.dims();
        check_width("EdgeMlp", "node", inputs, graphs.node_width());
        if graphs.topology().edge_count() == 0 {
            return Tensor::zeros([0, self.edge_features()], (&x.device(), x.dtype()));
        }
        let mapped = self.nodes.forward(normalize(x, &self.input_norm));
        let [first, second] = graphs.edge_nodes();
        let (first, second) = (
            select_rows(mapped.clone(), first),
            select_rows(mapped, second),
        );
        // The bias belongs to the sum of both nodes, but has been added for each node.
        let sum = match &self.nodes.bias {
            Some(bias) => first + second - bias.val().unsqueeze(),
            None => first + second,
        };
        let hidden = leaky_relu(sum, self.negative_slope);
        self.output.forward(self.hidden.forward(hidden))
    }
}

impl ModuleDisplay for EdgeMlp {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [inputs, hidden] = self.nodes.weight.dims();
        content
            .add("node_features", &inputs)
            .add("edge_features", &self.edge_features())
            .add("hidden", &hidden)
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "edge_mlp_tests.rs"]
mod tests;

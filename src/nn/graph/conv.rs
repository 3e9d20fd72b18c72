use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor, TensorData},
};

use super::Aggregation;
use crate::{
    graph::{GraphBatch, select_rows},
    nn::dense::{apply, assert_positive, check_width, linear_initializer, with_all_parameters},
};

/// Configuration of a [`GraphConv`].
#[derive(Config, Debug)]
pub struct GraphConvConfig {
    /// Number of features of an input node.
    pub node_features: usize,
    /// Number of features of an output node.
    pub output_features: usize,
    /// How messages from neighbors are combined. Default: their sum.
    #[config(default = "Aggregation::Sum")]
    pub aggregation: Aggregation,
    /// Whether to add a bias. Default: `true`.
    #[config(default = true)]
    pub bias: bool,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl GraphConvConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features is 0.
    pub fn init(&self, device: &Device) -> GraphConv {
        assert_positive(
            "GraphConv",
            &[
                ("node_features", self.node_features),
                ("output_features", self.output_features),
            ],
        );
        let linear = |bias: bool| {
            LinearConfig::new(self.node_features, self.output_features)
                .with_bias(bias)
                .with_initializer(self.initializer.clone())
                .init(device)
        };
        GraphConv {
            root: linear(self.bias),
            neighbors: linear(false),
            aggregation: self.aggregation,
        }
    }
}

/// A plain graph convolution, with separate weights for a node and for its neighbors.
///
/// ```text
/// x'_i = W₁ x_i + W₂ AGG_{j ~ i} x_j + b
/// ```
///
/// Edge features are not used. Cost: O(|V| · in · out + |E| · min(in, out)).
///
/// Reference: Morris et al., "Weisfeiler and Leman Go Neural" (2019). Guo, Zou and Lerman
/// (AISTATS 2023) use it in the critic for Waxman and protein graphs. `GraphConv` in PyTorch
/// Geometric.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct GraphConv {
    /// W₁ and b.
    pub root: Linear,
    /// W₂.
    pub neighbors: Linear,
    #[module(skip)]
    aggregation: Aggregation,
}

impl GraphConv {
    /// Computes the new node features.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`
    /// - output: `[|V|, output features]`
    ///
    /// # Panics
    /// Panics if the node features have another width.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let x = graphs.nodes();
        let [inputs, outputs] = self.neighbors.weight.dims();
        check_width("GraphConv", "node", inputs, graphs.node_width());
        let root = apply(&self.root, x.clone());
        if graphs.topology().edge_count() == 0 {
            return with_all_parameters(root, self);
        }
        let messages = graphs.messages();
        let combine = |x: Tensor<2>| {
            let sent = select_rows(x, &messages.senders);
            self.aggregation.apply(sent, &messages.receivers)
        };
        // Sum and mean commute with the weights: move the narrower rows along the edges.
        let commutes = self.aggregation != Aggregation::Max;
        root + if commutes && outputs < inputs {
            combine(self.neighbors.forward(x))
        } else {
            self.neighbors.forward(combine(x))
        }
    }
}

impl ModuleDisplay for GraphConv {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [inputs, outputs] = self.neighbors.weight.dims();
        content
            .add("node_features", &inputs)
            .add("output_features", &outputs)
            .add("aggregation", &format!("{:?}", self.aggregation))
            .optional()
    }
}

/// Configuration of a [`GcnConv`].
#[derive(Config, Debug)]
pub struct GcnConvConfig {
    /// Number of features of an input node.
    pub node_features: usize,
    /// Number of features of an output node.
    pub output_features: usize,
    /// Whether to add a bias. Default: `true`.
    #[config(default = true)]
    pub bias: bool,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl GcnConvConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features is 0.
    pub fn init(&self, device: &Device) -> GcnConv {
        assert_positive(
            "GcnConv",
            &[
                ("node_features", self.node_features),
                ("output_features", self.output_features),
            ],
        );
        GcnConv {
            linear: LinearConfig::new(self.node_features, self.output_features)
                .with_bias(self.bias)
                .with_initializer(self.initializer.clone())
                .init(device),
        }
    }
}

/// A graph convolution that averages over neighbors, with symmetric normalization.
///
/// ```text
/// X' = D^{-1/2} (A + I) D^{-1/2} X W + b,   D = degrees of A + I
/// ```
///
/// Edge features are not used. Cost: O(|V| · in · out + |E| · min(in, out)).
///
/// Reference: Kipf and Welling, "Semi-Supervised Classification with Graph Convolutional Networks"
/// (2017). `GCNConv` in PyTorch Geometric.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct GcnConv {
    /// W and b.
    pub linear: Linear,
}

impl GcnConv {
    /// Computes the new node features.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`
    /// - output: `[|V|, output features]`
    ///
    /// # Panics
    /// Panics if the node features have another width.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let [inputs, outputs] = self.linear.weight.dims();
        check_width("GcnConv", "node", inputs, graphs.node_width());
        // The average commutes with the weights: move the narrower rows along the edges.
        if inputs <= outputs || graphs.topology().edge_count() == 0 {
            return apply(&self.linear, average(graphs, graphs.nodes()));
        }
        let transformed = graphs.nodes().matmul(self.linear.weight.val());
        let averaged = average(graphs, transformed);
        match &self.linear.bias {
            Some(bias) => averaged + bias.val().unsqueeze(),
            None => averaged,
        }
    }
}

/// D^{-1/2} (A + I) D^{-1/2} x.
fn average(graphs: &GraphBatch, x: Tensor<2>) -> Tensor<2> {
    let topology = graphs.topology();
    if topology.edge_count() == 0 {
        return x;
    }
    let scales =
        (0..topology.node_count()).map(|node| 1.0 / (topology.degree(node) as f64 + 1.0).sqrt());
    let scales = TensorData::new(scales.collect::<Vec<f64>>(), [topology.node_count(), 1]);
    let scales = Tensor::<2>::from_data(scales, (&x.device(), x.dtype()));
    let scaled = x * scales.clone();
    let messages = graphs.messages();
    let around = messages
        .receivers
        .sum(select_rows(scaled.clone(), &messages.senders));
    (around + scaled) * scales
}

impl ModuleDisplay for GcnConv {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [inputs, outputs] = self.linear.weight.dims();
        content
            .add("node_features", &inputs)
            .add("output_features", &outputs)
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "conv_tests.rs"]
mod tests;

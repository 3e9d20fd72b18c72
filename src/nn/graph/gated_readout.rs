use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{
        Device, Tensor,
        activation::{sigmoid, tanh},
    },
};

use super::Aggregation;
use crate::{
    graph::GraphBatch,
    nn::dense::{apply, assert_positive, check_width, linear_initializer},
};

/// Configuration of a [`GatedReadout`].
#[derive(Config, Debug)]
pub struct GatedReadoutConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of a graph.
    pub output_features: usize,
    /// How the values of the nodes are combined. Default: their sum.
    #[config(default = "Aggregation::Sum")]
    pub aggregation: Aggregation,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl GatedReadoutConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features is 0.
    pub fn init(&self, device: &Device) -> GatedReadout {
        assert_positive(
            "GatedReadout",
            &[
                ("node_features", self.node_features),
                ("output_features", self.output_features),
            ],
        );
        let linear = || {
            LinearConfig::new(self.node_features, self.output_features)
                .with_initializer(self.initializer.clone())
                .init(device)
        };
        GatedReadout {
            gate: linear(),
            value: linear(),
            aggregation: self.aggregation,
        }
    }
}

/// Computes one vector per graph by combining gated values of its nodes.
///
/// ```text
/// y_g = AGG_{i in g} σ(W_a x_i + b_a) ⊙ tanh(W_c x_i + b_c)
/// ```
///
/// The output for a graph without nodes is 0. The authors' program uses the gate σ(−a), which gives
/// the same family of functions. Cost: O(|V| · in · out).
///
/// Reference: Li et al., "Gated Graph Sequence Neural Networks" (2016), equation 7. Used in the
/// critics and encoders of Guo, Zou and Lerman (AISTATS 2023).
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct GatedReadout {
    /// W_a and b_a.
    pub gate: Linear,
    /// W_c and b_c.
    pub value: Linear,
    #[module(skip)]
    aggregation: Aggregation,
}

impl GatedReadout {
    /// Computes the readout of each graph.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`
    /// - output: `[graphs, output features]`
    ///
    /// # Panics
    /// Panics if the node features have another width.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let [inputs, _] = self.gate.weight.dims();
        check_width("GatedReadout", "node", inputs, graphs.node_width());
        let gate = sigmoid(apply(&self.gate, graphs.nodes()));
        let value = tanh(apply(&self.value, graphs.nodes()));
        self.aggregation
            .apply(gate * value, graphs.nodes_by_graph())
    }
}

impl ModuleDisplay for GatedReadout {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [inputs, outputs] = self.gate.weight.dims();
        content
            .add("node_features", &inputs)
            .add("output_features", &outputs)
            .add("aggregation", &format!("{:?}", self.aggregation))
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "gated_readout_tests.rs"]
mod tests;

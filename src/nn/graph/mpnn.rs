use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use super::Aggregation;
use crate::{
    graph::{GraphBatch, select_rows},
    nn::dense::{apply, assert_positive, check_width, linear_initializer, with_all_parameters},
    nn::message_passing::edge_products::{convolve, gather, relate, spread},
};

/// Configuration of an [`MpnnLayer`].
#[derive(Config, Debug)]
pub struct MpnnLayerConfig {
    /// Number of features of an input node.
    pub node_features: usize,
    /// Number of features of an edge. With 0, the weights are the same for every message.
    pub edge_features: usize,
    /// Number of features of an output node.
    pub output_features: usize,
    /// How messages are combined. Default: their sum.
    #[config(default = "Aggregation::Sum")]
    pub aggregation: Aggregation,
    /// Whether to add a bias. Default: `true`.
    #[config(default = true)]
    pub bias: bool,
    /// Initializer of the weights. Default: that of Burn's linear layers, uniform on ±1/√inputs.
    /// The inputs of the message weights are node features × (edge features + 1).
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl MpnnLayerConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if the number of node or output features is 0.
    pub fn init(&self, device: &Device) -> MpnnLayer {
        let (inputs, outputs) = (self.node_features, self.output_features);
        assert_positive(
            "MpnnLayer",
            &[("node_features", inputs), ("output_features", outputs)],
        );
        let slices = self.edge_features + 1;
        MpnnLayer {
            root: LinearConfig::new(inputs, outputs)
                .with_bias(self.bias)
                .with_initializer(self.initializer.clone())
                .init(device),
            messages: self.initializer.init_with(
                [slices, inputs, outputs],
                Some(slices * inputs),
                Some(outputs),
                device,
            ),
            aggregation: self.aggregation,
        }
    }
}

/// Message passing along edges, with weights that depend on the edge's features.
///
/// ```text
/// x'_i = W x_i + b + AGG_{j ~ i} Θ(w_ij)ᵀ x_j
/// Θ(w) = w_1 A_1 + … + w_q A_q + B,   A_k, B ∈ R^{in × out}
/// ```
///
/// AGG is the sum, mean or maximum over neighbors. Both directions of an undirected edge carry a
/// message. A node without edges gets `W x_i + b`.
///
/// The weights `Θ(w_ij)` of an edge are never formed. If `out ≥ in`, sum and mean add the products
/// `w_ij ⊗ x_j` at each node and multiply them by the weights once per node. Otherwise, and for the
/// maximum, each node is multiplied by all `A_k` and B first.
///
/// Time: O(|V| · q · in · out + |E| · q · min(in, out)), linear in nodes and edges. Memory, with
/// m = min(in, out):
///
/// - on flex, for sum and mean: input, output and a block of constant size;
/// - otherwise: O(|V| · q · m), and for the maximum or on other devices also O(|E| · q · m).
///
/// Reference: Gilmer et al., "Neural Message Passing for Quantum Chemistry" (2017), with a linear
/// edge network as in the generator and critic of Guo, Zou and Lerman (AISTATS 2023). `NNConv` in
/// PyTorch Geometric.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::{graph::{GraphBatch, GraphTopology}, nn::MpnnLayerConfig};
///
/// let device = Device::flex();
/// let topology = GraphTopology::single(3, vec![[0, 1], [1, 2]])?;
/// let graphs = GraphBatch::new(topology, Tensor::ones([3, 8], &device), Tensor::ones([2, 4], &device))?;
/// let layer = MpnnLayerConfig::new(8, 4, 16).init(&device);
/// assert_eq!(layer.forward(&graphs).dims(), [3, 16]);
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct MpnnLayer {
    /// W and b.
    pub root: Linear,
    /// A_1 to A_q and B, `[edge features + 1, in, out]`.
    pub messages: Param<Tensor<3>>,
    #[module(skip)]
    aggregation: Aggregation,
}

impl MpnnLayer {
    /// Computes the new node features.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: `[|V|, output features]`
    ///
    /// # Panics
    /// Panics if the features have other widths.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let [slices, inputs, _] = self.messages.dims();
        check_width("MpnnLayer", "node", inputs, graphs.node_width());
        check_width("MpnnLayer", "edge", slices - 1, graphs.edge_width());
        let x = graphs.nodes();
        let root = apply(&self.root, x.clone());
        if graphs.topology().edge_count() == 0 {
            return with_all_parameters(root, self);
        }
        let w = self.edge_weights(graphs);
        root + match self.aggregation {
            Aggregation::Max => self.largest(graphs, x, w),
            Aggregation::Sum | Aggregation::Mean => {
                self.averaged(graphs, convolve(graphs, x, w, self.messages.val()))
            }
        }
    }

    /// Pulls a cotangent of the output back to the node and edge features.
    ///
    /// For `y = forward(graphs)` and a loss L, this maps `∂L/∂y` to `(∂L/∂x, ∂L/∂w)`. It consists
    /// of differentiable operations, so an expression with an input gradient, such as a gradient
    /// penalty, can itself be differentiated. Burn's autodiff is first-order only.
    ///
    /// # Shapes
    /// - cotangent: `[|V|, output features]`
    /// - output: `[|V|, node features]` and `[|E|, edge features]`
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward); also panics for the maximum, which is not supported.
    pub fn pull_back(&self, graphs: &GraphBatch, cotangent: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        assert!(
            self.aggregation != Aggregation::Max,
            "pullback is not supported for the maximum; aggregate by sum or mean"
        );
        let [slices, inputs, outputs] = self.messages.dims();
        let root = self.root.weight.val().transpose();
        let to_root = cotangent.clone().matmul(root);
        let edges = graphs.topology().edge_count();
        if edges == 0 {
            return (to_root, graphs.edges().zeros_like());
        }
        let (x, w) = (graphs.nodes(), self.edge_weights(graphs));
        // A mean divides the sum at each node by a number, and its cotangent by the same.
        let cotangent = self.averaged(graphs, cotangent);
        let (to_nodes, to_edges) = if inputs <= outputs {
            let back = cotangent.matmul(self.stacked().transpose());
            (gather(graphs, back.clone(), w), relate(graphs, back, x))
        } else {
            let to_edges = relate(graphs, self.transform(x), cotangent.clone());
            let weights = self.side_by_side().transpose();
            (spread(graphs, cotangent, w).matmul(weights), to_edges)
        };
        // The last feature is the constant 1 that multiplies B.
        let to_edges = match slices {
            1 => graphs.edges().zeros_like(),
            _ => to_edges.slice([0..edges, 0..slices - 1]),
        };
        (to_root + to_nodes, to_edges)
    }

    /// The edge features, and a last feature 1, which multiplies B.
    fn edge_weights(&self, graphs: &GraphBatch) -> Tensor<2> {
        let x = graphs.nodes();
        let one = Tensor::ones(
            [graphs.topology().edge_count(), 1],
            (&x.device().inner(), x.dtype()),
        );
        match self.messages.dims()[0] {
            1 => one,
            _ => Tensor::cat(vec![graphs.edges(), one], 1),
        }
    }

    /// A_1 to A_q and B stacked vertically, `[(q + 1) in, out]`.
    fn stacked(&self) -> Tensor<2> {
        let [slices, inputs, outputs] = self.messages.dims();
        self.messages.val().reshape([slices * inputs, outputs])
    }

    /// A_1 to A_q and B stacked horizontally, `[in, (q + 1) out]`.
    fn side_by_side(&self) -> Tensor<2> {
        let [slices, inputs, outputs] = self.messages.dims();
        let weights = self.messages.val().swap_dims(0, 1);
        weights.reshape([inputs, slices * outputs])
    }

    /// x_j times all A_k and B, concatenated.
    fn transform(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.side_by_side())
    }

    /// The maximum over messages, with one row per message.
    fn largest(&self, graphs: &GraphBatch, x: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
        let messages = graphs.messages();
        let [slices, _, outputs] = self.messages.dims();
        let sent = select_rows(self.transform(x), &messages.senders);
        let weights = select_rows(w, &messages.edges);
        let rows = sent.dims()[0];
        let terms = sent.reshape([rows, slices, outputs]) * weights.reshape([rows, slices, 1]);
        messages
            .receivers
            .max(terms.sum_dim(1).reshape([rows, outputs]))
    }

    /// Divides the sums over messages by their number if the aggregation is the mean.
    fn averaged(&self, graphs: &GraphBatch, sums: Tensor<2>) -> Tensor<2> {
        match self.aggregation {
            Aggregation::Mean => graphs.messages().receivers.divide_by_lengths(sums),
            Aggregation::Sum | Aggregation::Max => sums,
        }
    }
}

impl ModuleDisplay for MpnnLayer {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [slices, inputs, outputs] = self.messages.dims();
        content
            .add("node_features", &inputs)
            .add("edge_features", &(slices - 1))
            .add("output_features", &outputs)
            .add("aggregation", &format!("{:?}", self.aggregation))
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "mpnn_tests.rs"]
mod tests;

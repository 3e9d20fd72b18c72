use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use super::Aggregation;
use crate::{
    graph::{GraphBatch, select_rows},
    kernel::edge_products::{gather, spread},
    nn::dense::{apply, linear_initializer},
};

/// Configuration of an [`MpnnLayer`].
#[derive(Config, Debug)]
pub struct MpnnLayerConfig {
    /// Features of a node that come in.
    pub node_features: usize,
    /// Features of an edge; 0 for none, and every message then has the same weights.
    pub edge_features: usize,
    /// Features of a node that go out.
    pub output_features: usize,
    /// How messages are combined. Default: their sum.
    #[config(default = "Aggregation::Sum")]
    pub aggregation: Aggregation,
    /// Whether a bias is added. Default: yes.
    #[config(default = true)]
    pub bias: bool,
    /// Weights before training. Default: as Burn's linear layers, uniform on ±1/√inputs, where
    /// the inputs of the message weights are node features × (edge features + 1).
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl MpnnLayerConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Where the number of node or output features is 0.
    pub fn init(&self, device: &Device) -> MpnnLayer {
        let (inputs, outputs) = (self.node_features, self.output_features);
        assert!(
            inputs > 0 && outputs > 0,
            "{inputs} node features and {outputs} output features: both must be at least 1"
        );
        let rows = inputs * (self.edge_features + 1);
        let message = |slices: usize| -> Param<Tensor<3>> {
            let shape = [slices, inputs, outputs];
            self.initializer
                .init_with(shape, Some(rows), Some(outputs), device)
        };
        MpnnLayer {
            root: LinearConfig::new(inputs, outputs)
                .with_bias(self.bias)
                .with_initializer(self.initializer.clone())
                .init(device),
            by_edge: (self.edge_features > 0).then(|| message(self.edge_features)),
            constant: message(1),
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
/// AGG is the sum, mean or maximum over neighbours. Both directions of an undirected edge carry a
/// message. A node without edges gets `W x_i + b`.
///
/// The weights `Θ(w_ij)` of an edge are never formed. Sum and mean are linear, so where nodes get
/// wider the products `w_ij ⊗ x_j` are added at each node first and multiplied by the weights once
/// per node; where they get narrower, and for the maximum, each node is multiplied by all `A_k`
/// first. On the flex device no row is formed for a message either, except for the maximum. Cost: O(|V| · q · in · out + |E| · q · min(in, out)), linear in nodes and edges.
///
/// Reference: Gilmer et al., "Neural Message Passing for Quantum Chemistry" (2017), with the edge
/// network linear, as in the generator and critic of chapter 3 of the dissertation; `NNConv` in
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
    /// A, `[edge features, in, out]`; none without edge features.
    pub by_edge: Option<Param<Tensor<3>>>,
    /// B, `[1, in, out]`.
    pub constant: Param<Tensor<3>>,
    #[module(skip)]
    aggregation: Aggregation,
}

impl MpnnLayer {
    /// Passes messages once; gives the new node features.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: `[|V|, output features]`
    ///
    /// # Panics
    /// Where the features do not have these widths.
    pub fn forward(&self, graphs: &GraphBatch) -> Tensor<2> {
        let [_, inputs, outputs] = self.constant.dims();
        let width = self.by_edge.as_ref().map_or(0, |weights| weights.dims()[0]);
        assert_eq!(
            graphs.edge_width(),
            width,
            "the layer was made for another number of edge features"
        );
        let x = graphs.nodes();
        let root = apply(&self.root, x.clone());
        if graphs.topology().edge_count() == 0 {
            return root;
        }
        let linear = self.aggregation != Aggregation::Max;
        root + if linear && inputs <= outputs {
            self.combine_then_transform(graphs, x)
        } else {
            self.transform_then_combine(graphs, x)
        }
    }

    /// AGG(w ⊗ x_j) · A + AGG(x_j) · B: products with weights on |V| rows.
    fn combine_then_transform(&self, graphs: &GraphBatch, x: Tensor<2>) -> Tensor<2> {
        let messages = graphs.messages();
        let [_, inputs, outputs] = self.constant.dims();
        let sent = select_rows(x.clone(), &messages.senders);
        let combined = self.aggregation.apply(sent, &messages.receivers);
        let constant = combined.matmul(self.constant.val().reshape([inputs, outputs]));
        let Some(by_edge) = &self.by_edge else {
            return constant;
        };
        let weights = by_edge.val();
        let rows = weights.dims()[0] * inputs;
        let combined = self.averaged(graphs, spread(graphs, x, graphs.edges()));
        combined.matmul(weights.reshape([rows, outputs])) + constant
    }

    /// AGG(Σ_k w_k (x_j · A_k) + x_j · B): products with weights on |V| rows, then narrow rows along
    /// the edges.
    fn transform_then_combine(&self, graphs: &GraphBatch, x: Tensor<2>) -> Tensor<2> {
        let messages = graphs.messages();
        let [_, inputs, outputs] = self.constant.dims();
        let constant = x
            .clone()
            .matmul(self.constant.val().reshape([inputs, outputs]));
        let constant = select_rows(constant, &messages.senders);
        let Some(by_edge) = &self.by_edge else {
            return self.aggregation.apply(constant, &messages.receivers);
        };
        let width = graphs.edge_width();
        let side_by_side = by_edge.val().swap_dims(0, 1);
        let transformed = x.matmul(side_by_side.reshape([inputs, width * outputs]));
        if self.aggregation != Aggregation::Max {
            let by_edge = self.averaged(graphs, gather(graphs, transformed, graphs.edges()));
            return self.aggregation.apply(constant, &messages.receivers) + by_edge;
        }
        // The maximum is over messages, so there is a row for each.
        let sent = select_rows(transformed, &messages.senders);
        let weights = select_rows(graphs.edges(), &messages.edges);
        let rows = sent.dims()[0];
        let weighted = sent.reshape([rows, width, outputs]) * weights.reshape([rows, width, 1]);
        let sent = constant + weighted.sum_dim(1).reshape([rows, outputs]);
        self.aggregation.apply(sent, &messages.receivers)
    }

    /// Sums over messages, as sums or means.
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
        let [_, inputs, outputs] = self.constant.dims();
        let width = self.by_edge.as_ref().map_or(0, |weights| weights.dims()[0]);
        content
            .add("node_features", &inputs)
            .add("edge_features", &width)
            .add("output_features", &outputs)
            .add("aggregation", &format!("{:?}", self.aggregation))
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "mpnn_tests.rs"]
mod tests;

use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use crate::{
    graph::GraphBatch,
    nn::dense::{assert_positive, check_width, linear_initializer, with_all_parameters},
    nn::message_passing::gated::{gated_sum, normalize_rows, pair_silu, silu},
};

/// Configuration of an [`EdgeUpdateLayer`].
#[derive(Config, Debug)]
pub struct EdgeUpdateLayerConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge.
    pub edge_features: usize,
    /// Whether nodes also receive the mean over their graph.
    #[config(default = true)]
    pub global: bool,
    /// Initializer of the weights.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl EdgeUpdateLayerConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if a number of features is 0.
    pub fn init(&self, device: &Device) -> EdgeUpdateLayer {
        assert_positive(
            "EdgeUpdateLayer",
            &[
                ("node_features", self.node_features),
                ("edge_features", self.edge_features),
            ],
        );
        let (nodes, edges) = (self.node_features, self.edge_features);
        let linear = |inputs, outputs, bias| {
            LinearConfig::new(inputs, outputs)
                .with_bias(bias)
                .with_initializer(self.initializer.clone())
                .init(device)
        };
        EdgeUpdateLayer {
            gates: linear(nodes, edges, true),
            values: linear(nodes, edges, true),
            edge_gates: linear(edges, edges, false),
            hidden_of_nodes: linear(nodes, 2 * nodes, true),
            hidden_of_messages: linear(edges, 2 * nodes, false),
            node_output: linear(2 * nodes, nodes, true),
            global: self.global.then(|| linear(nodes, nodes, false)),
            edge_output: linear(edges, edges, true),
        }
    }
}

/// Message passing that updates nodes and edges, both with a residual connection.
///
/// ```text
/// u_ij = silu(A n(h)_i + A n(h)_j + B n(e)_ij)             gate of an edge
/// a_i  = Σ_j u_ij · (C n(h)_j)                              element by element
/// h_i' = h_i + W₂ silu(W₁ [n(h)_i, a_i]) + G mean(n(h))     mean over the graph
/// e_ij' = e_ij + D u_ij
/// ```
///
/// Here n normalizes each row to mean 0 and variance 1. The layer treats the two ends of an edge
/// alike. Its cost is O(|V| · nodes² + |E| · edges²), with one row per undirected edge.
///
/// Graphs without edges and isolated nodes are allowed.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct EdgeUpdateLayer {
    gates: Linear,
    values: Linear,
    edge_gates: Linear,
    hidden_of_nodes: Linear,
    hidden_of_messages: Linear,
    node_output: Linear,
    global: Option<Linear>,
    edge_output: Linear,
}

impl EdgeUpdateLayer {
    /// Computes the new node and edge features.
    ///
    /// # Shapes
    /// - input: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: the same
    ///
    /// # Panics
    /// Panics if the features have other widths.
    pub fn forward(&self, graphs: GraphBatch) -> GraphBatch {
        let [node_features, edge_features] = self.gates.weight.dims();
        check_width(
            "EdgeUpdateLayer",
            "node",
            node_features,
            graphs.node_width(),
        );
        check_width(
            "EdgeUpdateLayer",
            "edge",
            edge_features,
            graphs.edge_width(),
        );
        let topology = graphs.topology();
        if topology.node_count() == 0 {
            return graphs;
        }
        let nodes = graphs.nodes();
        let normalized = normalize_rows(nodes.clone());
        let mut hidden = self.hidden_of_nodes.forward(normalized.clone());
        let mut edges = graphs.edges();
        if topology.edge_count() > 0 {
            let gates = self.gates.forward(normalized.clone());
            let values = self.values.forward(normalized.clone());
            let of_edges = self.edge_gates.forward(normalize_rows(edges.clone()));
            let gates = pair_silu(&graphs, gates, of_edges);
            let messages = gated_sum(&graphs, gates.clone(), values);
            hidden = hidden + self.hidden_of_messages.forward(messages);
            edges = edges + self.edge_output.forward(gates);
        } else {
            hidden = with_all_parameters(hidden, self);
        }
        let mut nodes = nodes + self.node_output.forward(silu(hidden));
        if let Some(global) = &self.global {
            let by_graph = graphs.nodes_by_graph();
            nodes = nodes + by_graph.spread(global.forward(by_graph.mean(normalized)));
        }
        graphs.with_nodes(nodes).with_edges(edges)
    }
}

impl ModuleDisplay for EdgeUpdateLayer {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [nodes, edges] = self.gates.weight.dims();
        content
            .add("node_features", &nodes)
            .add("edge_features", &edges)
            .add("global", &self.global.is_some())
            .optional()
    }
}

/// Configuration of an [`EdgeUpdateNetwork`].
#[derive(Config, Debug)]
pub struct EdgeUpdateNetworkConfig {
    /// Number of input features of a node.
    pub node_inputs: usize,
    /// Number of input features of an edge.
    pub edge_inputs: usize,
    /// Number of features of a node, in the hidden layers and in the output.
    #[config(default = 96)]
    pub node_features: usize,
    /// Number of features of an edge, in the hidden layers and in the output.
    #[config(default = 48)]
    pub edge_features: usize,
    /// Number of layers.
    #[config(default = 4)]
    pub layers: usize,
    /// Standard deviation of the initial weights of the input maps.
    #[config(default = 0.3)]
    pub input_deviation: f64,
}

impl EdgeUpdateNetworkConfig {
    /// Creates the network.
    ///
    /// # Panics
    /// Panics if a number of features or inputs is 0.
    pub fn init(&self, device: &Device) -> EdgeUpdateNetwork {
        assert_positive(
            "EdgeUpdateNetwork",
            &[
                ("node_inputs", self.node_inputs),
                ("edge_inputs", self.edge_inputs),
            ],
        );
        let input = |inputs, outputs| {
            LinearConfig::new(inputs, outputs)
                .with_bias(false)
                .with_initializer(Initializer::Normal {
                    mean: 0.0,
                    std: self.input_deviation,
                })
                .init(device)
        };
        let layer = EdgeUpdateLayerConfig::new(self.node_features, self.edge_features);
        EdgeUpdateNetwork {
            node_input: input(self.node_inputs, self.node_features),
            edge_input: input(self.edge_inputs, self.edge_features),
            layers: (0..self.layers).map(|_| layer.init(device)).collect(),
        }
    }
}

/// A stack of [`EdgeUpdateLayer`]s between linear maps of the inputs and a final normalization.
///
/// The input maps embed one-hot inputs, or a concatenation of several one-hot blocks, as a sum of
/// one vector per category.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct EdgeUpdateNetwork {
    node_input: Linear,
    edge_input: Linear,
    layers: Vec<EdgeUpdateLayer>,
}

impl EdgeUpdateNetwork {
    /// Computes the features of nodes and edges.
    ///
    /// # Shapes
    /// - input: nodes `[|V|, node inputs]`, edges `[|E|, edge inputs]`
    /// - output: nodes `[|V|, node features]`, edges `[|E|, edge features]`, each row with mean 0
    ///   and variance 1
    ///
    /// # Panics
    /// Panics if the inputs have other widths.
    pub fn forward(&self, graphs: GraphBatch) -> GraphBatch {
        let [node_inputs, node_features] = self.node_input.weight.dims();
        let [edge_inputs, edge_features] = self.edge_input.weight.dims();
        check_width(
            "EdgeUpdateNetwork",
            "node",
            node_inputs,
            graphs.node_width(),
        );
        check_width(
            "EdgeUpdateNetwork",
            "edge",
            edge_inputs,
            graphs.edge_width(),
        );
        let device = graphs.device();
        let empty = |width| Tensor::zeros([0, width], (&device, graphs.nodes().dtype()));
        let nodes = match graphs.topology().node_count() {
            0 => empty(node_features),
            _ => self.node_input.forward(graphs.nodes()),
        };
        let edges = match graphs.topology().edge_count() {
            0 => empty(edge_features),
            _ => self.edge_input.forward(graphs.edges()),
        };
        let nodes = match graphs.topology().edge_count() {
            0 => with_all_parameters(nodes, &self.edge_input),
            _ => nodes,
        };
        let mut graphs = graphs.with_nodes(nodes).with_edges(edges);
        for layer in &self.layers {
            graphs = layer.forward(graphs);
        }
        let (mut nodes, mut edges) = (graphs.nodes(), graphs.edges());
        if graphs.topology().node_count() > 0 {
            nodes = normalize_rows(nodes);
        }
        if graphs.topology().edge_count() > 0 {
            edges = normalize_rows(edges);
        }
        graphs.with_nodes(nodes).with_edges(edges)
    }
}

impl ModuleDisplay for EdgeUpdateNetwork {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [node_inputs, nodes] = self.node_input.weight.dims();
        let [edge_inputs, edges] = self.edge_input.weight.dims();
        content
            .add("node_inputs", &node_inputs)
            .add("edge_inputs", &edge_inputs)
            .add("node_features", &nodes)
            .add("edge_features", &edges)
            .add("layers", &self.layers.len())
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "edge_update_tests.rs"]
mod tests;

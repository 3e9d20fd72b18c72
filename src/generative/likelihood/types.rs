use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use super::{
    config::NetworkConfig,
    decorations::{TypePhase, TypeRows},
    dense::Head,
    graph::GraphKinds,
    rows::{Inputs, Rows},
};
use crate::{
    graph::{indices, select_rows},
    nn::message_passing::gated::pair_silu,
    nn::{EdgeUpdateNetwork, EdgeUpdateNetworkConfig},
};

/// Hidden width of the head of edges.
const EDGE_HIDDEN: usize = 64;

/// The conditional distribution of the kinds of nodes and edges and of the marks, given the
/// structure and the previous choices.
#[derive(Module, Debug)]
pub(super) struct TypeNetwork {
    trunk: EdgeUpdateNetwork,
    nodes: Head,
    edge_of_nodes: Linear,
    edge_of_edges: Linear,
    edge_output: Linear,
    marks: Option<Head>,
    #[module(skip)]
    inputs: [usize; 2],
}

impl TypeNetwork {
    pub(super) fn new(
        config: &NetworkConfig,
        kinds: &GraphKinds,
        inputs: [usize; 2],
        device: &Device,
    ) -> Self {
        let (nodes, edges) = (config.node_features, config.edge_features);
        Self {
            trunk: EdgeUpdateNetworkConfig::new(inputs[0], inputs[1])
                .with_node_features(nodes)
                .with_edge_features(edges)
                .with_layers(config.layers)
                .init(device),
            nodes: Head::new(nodes, nodes, kinds.nodes.max(1), device),
            edge_of_nodes: LinearConfig::new(nodes, EDGE_HIDDEN)
                .with_bias(false)
                .init(device),
            edge_of_edges: LinearConfig::new(edges, EDGE_HIDDEN).init(device),
            edge_output: LinearConfig::new(EDGE_HIDDEN, kinds.edges.max(1)).init(device),
            marks: (kinds.marks > 1).then(|| Head::new(nodes, nodes, kinds.marks, device)),
            inputs,
        }
    }

    /// Returns the log-probabilities for the rows of each phase that has any, with their
    /// rows. `inputs` are those of the batch.
    pub(super) fn forward<'a>(
        &self,
        inputs: Inputs,
        batch: &'a TypeRows,
        device: &Device,
    ) -> Vec<(TypePhase, &'a Rows, Tensor<2>)> {
        if inputs.node_total == 0 {
            return Vec::new();
        }
        let graphs = self.trunk.forward(inputs.into_graphs(self.inputs, device));
        let nodes = graphs.nodes();
        let mut laws = Vec::new();
        let mut push = |phase, rows: &'a Rows, scores: Tensor<2>| {
            laws.push((phase, rows, rows.log_probs(scores, device)));
        };
        if batch.nodes.count() > 0 {
            let rows = select_rows(nodes.clone(), &indices(&batch.node_rows, device));
            push(TypePhase::Nodes, &batch.nodes, self.nodes.forward(rows));
        }
        if let (true, Some(marks)) = (batch.marks.count() > 0, &self.marks) {
            let rows = select_rows(nodes.clone(), &indices(&batch.mark_rows, device));
            push(TypePhase::Marks, &batch.marks, marks.forward(rows));
        }
        if batch.edges.count() > 0 {
            let hidden = pair_silu(
                &graphs,
                self.edge_of_nodes.forward(nodes),
                self.edge_of_edges.forward(graphs.edges()),
            );
            let rows = select_rows(hidden, &indices(&batch.edge_rows, device));
            push(
                TypePhase::Edges,
                &batch.edges,
                self.edge_output.forward(rows),
            );
        }
        laws
    }
}

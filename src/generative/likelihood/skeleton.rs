use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use super::{
    candidates::SkeletonRows,
    config::NetworkConfig,
    dense::Head,
    rows::{Inputs, Rows, floats},
};
use crate::{
    graph::{
        indices, select_rows,
        unpooling::{Block, ChoicePhase},
    },
    nn::message_passing::gated::pair_silu,
    nn::{EdgeUpdateNetwork, EdgeUpdateNetworkConfig},
};

/// Width of the vector of a candidate edge, which is the input of the heads.
const PAIR: usize = 32;
/// Hidden width of the head of common edges.
const COMMON_HIDDEN: usize = 64;
/// Hidden width of the head of blocks.
const BLOCK_HIDDEN: usize = 128;

/// The conditional distribution of the choices of an unpooling layer, given the coarse graph and
/// the previous choices.
#[derive(Module, Debug)]
pub(super) struct SkeletonNetwork {
    trunk: EdgeUpdateNetwork,
    pair_of_nodes: Linear,
    pair_of_edges: Linear,
    kept: Head,
    links: Head,
    commons: Head,
    blocks: Head,
    #[module(skip)]
    inputs: [usize; 2],
}

impl SkeletonNetwork {
    pub(super) fn new(config: &NetworkConfig, inputs: [usize; 2], device: &Device) -> Self {
        let (nodes, edges) = (config.node_features, config.edge_features);
        Self {
            trunk: EdgeUpdateNetworkConfig::new(inputs[0], inputs[1])
                .with_node_features(nodes)
                .with_edge_features(edges)
                .with_layers(config.layers)
                .init(device),
            pair_of_nodes: LinearConfig::new(nodes, PAIR).with_bias(false).init(device),
            pair_of_edges: LinearConfig::new(edges, PAIR).init(device),
            kept: Head::new(nodes, nodes, 1, device),
            links: Head::new(PAIR, PAIR, 2, device),
            commons: Head::new(PAIR + 2 * nodes, COMMON_HIDDEN, 1, device),
            blocks: Head::new(4 * PAIR + 4, BLOCK_HIDDEN, Block::CODES, device),
            inputs,
        }
    }

    /// Returns the log-probabilities for the rows of each phase that has any, with their rows.
    /// `inputs` are those of the batch.
    pub(super) fn forward<'a>(
        &self,
        inputs: Inputs,
        batch: &'a SkeletonRows,
        device: &Device,
    ) -> Vec<(ChoicePhase, &'a Rows, Tensor<2>)> {
        if inputs.node_total == 0 {
            return Vec::new();
        }
        let has_edges = !inputs.edges.is_empty();
        let graphs = self.trunk.forward(inputs.into_graphs(self.inputs, device));
        let nodes = graphs.nodes();
        let mut laws = Vec::new();
        let mut push = |phase, rows: &'a Rows, scores: Tensor<2>| {
            laws.push((phase, rows, rows.log_probs(scores, device)));
        };
        let families = (!batch.families.first.is_empty()).then(|| {
            let list = &batch.families;
            let first = select_rows(nodes.clone(), &indices(&list.first, device));
            let second = select_rows(nodes.clone(), &indices(&list.second, device));
            let has = floats(list.has_second.clone(), [list.first.len(), 1], device);
            first + second * has
        });
        if let (true, Some(families)) = (batch.kept.count() > 0, &families) {
            let cells = select_rows(families.clone(), &indices(&batch.kept_cells, device));
            push(ChoicePhase::Kept, &batch.kept, self.kept.forward(cells));
        }
        if !has_edges {
            return laws;
        }
        let pairs = pair_silu(
            &graphs,
            self.pair_of_nodes.forward(nodes),
            self.pair_of_edges.forward(graphs.edges()),
        );
        if batch.links.count() > 0 {
            let rows = select_rows(pairs.clone(), &indices(&batch.link_edges, device));
            push(
                ChoicePhase::IntraLinks,
                &batch.links,
                self.links.forward(rows),
            );
        }
        let corners = |edges: &[usize], exist: &[f32]| {
            let count = edges.len() / 4;
            let rows = select_rows(pairs.clone(), &indices(edges, device));
            let exist = floats(exist.to_vec(), [count, 4, 1], device);
            (rows.reshape([count, 4, PAIR]) * exist.clone(), exist)
        };
        if let (true, Some(families)) = (batch.commons.count() > 0, families) {
            let (corners, _) = corners(&batch.common_corners, &batch.common_exist);
            let count = batch.commons.cells();
            let sums = corners.sum_dim(1).reshape([count, PAIR]);
            let own = select_rows(families.clone(), &indices(&batch.common_own, device));
            let other = select_rows(families, &indices(&batch.common_other, device));
            let scores = self.commons.forward(Tensor::cat(vec![sums, own, other], 1));
            push(ChoicePhase::CommonEdges, &batch.commons, scores);
        }
        if batch.blocks.count() > 0 {
            let (corners, exist) = corners(&batch.block_corners, &batch.block_exist);
            let count = batch.blocks.count();
            let inputs = vec![
                corners.reshape([count, 4 * PAIR]),
                exist.reshape([count, 4]),
            ];
            let scores = self.blocks.forward(Tensor::cat(inputs, 1));
            push(ChoicePhase::Blocks, &batch.blocks, scores);
        }
        laws
    }
}

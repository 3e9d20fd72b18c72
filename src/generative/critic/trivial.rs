use burn::{
    module::Module,
    nn::Linear,
    tensor::{Tensor, TensorData},
};

use super::{
    body::GraphPullback,
    pullback::{activation, linear, squash},
};
use crate::graph::GraphBatch;

/// A critic whose input is the sums of node features and of edge features and the numbers of nodes
/// and edges. It distinguishes graphs only by their numbers of atoms and bonds of each kind.
#[derive(Module, Debug)]
pub(super) struct Trivial {
    pub(super) hidden: Linear,
    pub(super) output: Linear,
    pub(super) negative_slope: f64,
    pub(super) squash: Option<f64>,
    pub(super) penalized: bool,
}

impl Trivial {
    /// Returns scores, `[graphs, 1]`, and the map from their cotangent to that of the features.
    pub(super) fn forward(&self, graphs: &GraphBatch) -> (Tensor<2>, GraphPullback<'_>) {
        let (nodes, edges) = (graphs.nodes_by_graph(), graphs.edges_by_graph());
        let [widths @ .., count] = [
            graphs.node_width(),
            graphs.edge_width(),
            graphs.topology().graph_count(),
        ];
        let x = graphs.nodes();
        let counts = |lengths: &[usize]| {
            let lengths = lengths.iter().map(|&n| n as f32).collect::<Vec<_>>();
            let data = TensorData::new(lengths, [count, 1]);
            Tensor::<2>::from_data(data, (&x.device().inner(), x.dtype()))
        };
        // The counts do not depend on the features, so they are not part of the pullback.
        let mut sums = vec![nodes.sum(x.clone())];
        if widths[1] > 0 {
            sums.push(edges.sum(graphs.edges()));
        }
        sums.extend([counts(nodes.lengths()), counts(edges.lengths())]);
        let (h, mapped) = linear(&self.hidden, Tensor::cat(sums, 1));
        let (h, activated) = activation(h, self.negative_slope);
        let (mut score, scored) = linear(&self.output, h);
        let mut squashed: super::pullback::Pullback<'_> = Box::new(|cotangent| cotangent);
        if let Some(scale) = self.squash {
            (score, squashed) = squash(score, scale);
        }
        let (nodes, edges, features) = (nodes.clone(), edges.clone(), graphs.edges());
        let pullback = move |cotangent: Tensor<2>| {
            let sums = mapped(activated(scored(squashed(cotangent))));
            let [a, b] = widths;
            let to_nodes = nodes.spread(sums.clone().slice([0..count, 0..a]));
            let to_edges = match b {
                0 => features.zeros_like(),
                _ => edges.spread(sums.slice([0..count, a..a + b])),
            };
            (to_nodes, to_edges)
        };
        (score, Box::new(pullback))
    }
}

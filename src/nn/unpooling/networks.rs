use burn::{
    module::Module,
    nn::Linear,
    tensor::{Device, Int, Tensor, TensorData, activation::softmax},
};

use super::scorer::{EdgeScorer, Rows};
use crate::{
    graph::{GraphBatch, Segments, indices, select_rows, unpooling::Plan},
    nn::dense::{Dense, apply, check_width, leaky_relu},
};

/// The networks of an unpooling layer, up to the one for output edges.
///
/// MLP-R is `node_head`, MLP-y `features`, MLP-IA `intra_link`, MLP-IE `single` and `both`, MLP-C
/// `both`, MLP-IE-A `additional`; Z and Z_b are `preference`.
#[derive(Module, Debug)]
pub(super) struct Networks {
    pub(super) node_head: NodeHead,
    pub(super) features: [Dense; 2],
    pub(super) intra_link: (Dense, Linear),
    pub(super) single: EdgeScorer,
    pub(super) both: EdgeScorer,
    pub(super) additional: EdgeScorer,
    pub(super) preference: Option<(PreferenceHead, PreferenceHead)>,
    pub(super) smoothing: f64,
    pub(super) node_smoothing: f64,
    pub(super) negative_slope: f64,
}

/// Computes whether a random node is unpooled.
#[derive(Module, Debug)]
pub(super) struct NodeHead {
    pub(super) hidden: Option<Dense>,
    pub(super) output: Linear,
}

/// Scores the inheritance of no edge.
#[derive(Module, Debug)]
pub(super) struct PreferenceHead {
    pub(super) hidden: Dense,
    pub(super) output: Linear,
}

impl PreferenceHead {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.output.forward(self.hidden.forward(x))
    }
}

/// The smoothed probabilities of all draws that the output structure may need.
pub(super) struct StructureProbabilities {
    /// `[unpooled nodes, 2]`: children linked, not linked.
    pub(super) intra_link: Tensor<2>,
    /// Of the edge ends at unpooled nodes; `None` if there are none.
    pub(super) ends: Option<EndProbabilities>,
    /// `[edges between unpooled nodes]`: the logit of an additional edge; `None` if there are no
    /// such edges or the layer adds none.
    pub(super) additional: Option<Tensor<1>>,
}

pub(super) struct EndProbabilities {
    /// `[ends]`: probability to be the common edge, normalized over the ends at a node.
    pub(super) common: Tensor<1>,
    /// `[ends, 3]`: probabilities of the heirs first, second, both.
    pub(super) inherit: Tensor<2>,
}

impl Networks {
    /// Checks that the features have the widths of the layer.
    pub(super) fn check_widths(&self, graphs: &GraphBatch) {
        let [nodes, _] = self.intra_link.0.linear.weight.dims();
        check_width("UnpoolingLayer", "node", nodes, graphs.node_width());
        check_width(
            "UnpoolingLayer",
            "edge",
            self.single.edge_width(),
            graphs.edge_width(),
        );
    }

    /// Returns a zero, `[1]`, in the autodiff graph.
    pub(super) fn zero(&self) -> Tensor<1> {
        self.intra_link.1.weight.val().sum() * 0.0
    }

    /// Returns the probabilities of each given node to be kept and to be unpooled, `[nodes, 2]`.
    pub(super) fn node_probabilities(&self, x: Tensor<2>, nodes: &Tensor<1, Int>) -> Tensor<2> {
        let x = select_rows(x, nodes);
        let logits = match &self.node_head.hidden {
            None => apply(&self.node_head.output, x),
            Some(hidden) => {
                let logits = self.node_head.output.forward(hidden.forward(x));
                leaky_relu(logits, self.negative_slope)
            }
        };
        smooth(softmax(logits, 1), self.node_smoothing)
    }

    /// Features of the children, `[nodes + unpooled nodes, child features]`: first those of kept
    /// nodes and first children by node, then those of second children by parent.
    pub(super) fn child_features(&self, x: &Tensor<2>, plan: &Plan) -> Tensor<2> {
        let (shared, own) = split(x.dims()[1]);
        let columns = |from: usize, to: usize| x.clone().slice([0..x.dims()[0], from..to]);
        let mut rows = columns(0, shared + own);
        if !plan.nodes.is_empty() {
            let second = vec![columns(0, shared), columns(shared + own, shared + 2 * own)];
            let second = select_rows(Tensor::cat(second, 1), &indices(&plan.nodes, &x.device()));
            rows = Tensor::cat(vec![rows, second], 0);
        }
        self.features
            .iter()
            .fold(rows, |rows, block| block.forward(rows))
    }

    pub(super) fn structure_probabilities(
        &self,
        graphs: &GraphBatch,
        children: &Tensor<2>,
        plan: &Plan,
        additional_edge: bool,
    ) -> StructureProbabilities {
        let x = graphs.nodes();
        let unpooled = select_rows(x.clone(), &indices(&plan.nodes, &x.device()));
        let (hidden, output) = &self.intra_link;
        // Two activations in a row, as in the authors' program.
        let slope = self.negative_slope * self.negative_slope;
        let logits = leaky_relu(output.forward(hidden.forward(unpooled.clone())), slope);
        StructureProbabilities {
            intra_link: smooth(softmax(logits, 1), self.smoothing),
            ends: (!plan.ends.is_empty())
                .then(|| self.end_probabilities(graphs, children, unpooled, plan)),
            additional: (additional_edge && !plan.doubles.is_empty())
                .then(|| self.additional_logits(graphs, plan)),
        }
    }

    fn end_probabilities(
        &self,
        graphs: &GraphBatch,
        children: &Tensor<2>,
        unpooled: Tensor<2>,
        plan: &Plan,
    ) -> EndProbabilities {
        let (x, edges) = (graphs.nodes(), graphs.edges());
        let device = x.device();
        let topology = graphs.topology();
        let (rows, splits) = (plan.ends.len(), plan.nodes.len());
        let others: Vec<usize> = plan.ends.iter().map(|&end| topology.other(end)).collect();
        let edge_ids: Vec<usize> = plan.ends.iter().map(|end| end.edge).collect();
        let heads: Vec<usize> = plan.ends.iter().map(|&end| topology.head(end)).collect();
        // First and second children in one pass.
        let second = plan.splits.iter().map(|split| x.dims()[0] + split);
        let both_children: Vec<usize> = heads.iter().copied().chain(second).collect();
        let single = self.single.forward(
            Rows {
                of: children,
                at: &indices(&both_children, &device),
            },
            Rows {
                of: &edges,
                at: &indices(&edge_ids.repeat(2), &device),
            },
            Rows {
                of: &x,
                at: &indices(&others.repeat(2), &device),
            },
        );
        let both = self.both.forward(
            Rows {
                of: &unpooled,
                at: &indices(&plan.splits, &device),
            },
            Rows {
                of: &edges,
                at: &indices(&edge_ids, &device),
            },
            Rows {
                of: &x,
                at: &indices(&others, &device),
            },
        );
        let single = single.reshape([2, rows]).transpose();
        let scores = Tensor::cat(vec![single, both.clone().reshape([rows, 1])], 1);
        let inherit = match &self.preference {
            None => smooth(softmax(scores, 1), self.smoothing),
            Some((child, parent)) => {
                let none = self.no_edge_scores(child, parent, children, unpooled, plan);
                let ids: Vec<usize> = plan.splits.iter().copied().chain(0..splits).collect();
                let competing = Tensor::cat(vec![scores, none], 0);
                let shares = Segments::new(&ids, splits, &device).softmax(competing);
                let shares = shares.slice([0..rows, 0..3]) + self.smoothing;
                shares.clone() / shares.sum_dim(1)
            }
        };
        let common = Segments::new(&plan.splits, splits, &device).softmax(both);
        EndProbabilities {
            common: self.smooth_over_ends(common, plan, &device),
            inherit,
        }
    }

    /// `[unpooled nodes, 3]`: the scores of inheriting no edge for the first, second, or both
    /// children.
    fn no_edge_scores(
        &self,
        child: &PreferenceHead,
        parent: &PreferenceHead,
        children: &Tensor<2>,
        unpooled: Tensor<2>,
        plan: &Plan,
    ) -> Tensor<2> {
        let splits = plan.nodes.len();
        let nodes = children.dims()[0] - splits;
        let rows: Vec<usize> = plan
            .nodes
            .iter()
            .copied()
            .chain(nodes..nodes + splits)
            .collect();
        let rows = select_rows(children.clone(), &indices(&rows, &children.device()));
        let single = child.forward(rows).reshape([2, splits]).transpose();
        Tensor::cat(vec![single, parent.forward(unpooled)], 1)
    }

    /// (p + s) / (1 + s · degree).
    fn smooth_over_ends(&self, common: Tensor<1>, plan: &Plan, device: &Device) -> Tensor<1> {
        let scales: Vec<f64> = plan
            .splits
            .iter()
            .map(|&split| 1.0 / (1.0 + self.smoothing * plan.rows_at[split].len() as f64))
            .collect();
        let shape = [scales.len()];
        let scales = Tensor::from_data(TensorData::new(scales, shape), (device, common.dtype()));
        (common + self.smoothing) * scales
    }

    /// Mean over both orders of the two nodes, so that the order of nodes has no effect.
    fn additional_logits(&self, graphs: &GraphBatch, plan: &Plan) -> Tensor<1> {
        let (x, edges) = (graphs.nodes(), graphs.edges());
        let device = x.device();
        let doubles = plan.doubles.len();
        let side = |side: usize| {
            plan.doubles
                .iter()
                .map(move |&edge| graphs.topology().edges()[edge][side])
        };
        let firsts: Vec<usize> = side(0).chain(side(1)).collect();
        let seconds: Vec<usize> = side(1).chain(side(0)).collect();
        let scores = self.additional.forward(
            Rows {
                of: &x,
                at: &indices(&firsts, &device),
            },
            Rows {
                of: &edges,
                at: &indices(&plan.doubles.repeat(2), &device),
            },
            Rows {
                of: &x,
                at: &indices(&seconds, &device),
            },
        );
        scores.reshape([2, doubles]).mean_dim(0).reshape([doubles])
    }
}

/// (p + s) / (1 + s · columns), for probabilities that sum to 1 in each row.
pub(super) fn smooth(probabilities: Tensor<2>, smoothing: f64) -> Tensor<2> {
    let columns = probabilities.dims()[1] as f64;
    (probabilities + smoothing) / (1.0 + smoothing * columns)
}

/// Returns how many features both children inherit, and how many each inherits alone.
pub(super) fn split(node_features: usize) -> (usize, usize) {
    let shared = node_features / 2;
    (shared, (node_features - shared) / 2)
}

use burn::{
    module::Module,
    nn::Linear,
    tensor::{Tensor, activation::softmax},
};

use crate::{
    generative::NodeFeatures,
    graph::{GraphBatch, select_rows},
    nn::{
        EdgeMlp, EdgeMlpConfig,
        dense::{Dense, DenseStyle, apply, leaky_relu},
    },
};

/// Number added to each probability of a node category before normalization.
const NODE_SMOOTHING: f64 = 1e-5;
/// Same for kinds of edges.
const EDGE_SMOOTHING: f64 = 1e-4;

/// Maps hidden features of nodes to scores of their categories, or to real features.
#[derive(Module, Debug)]
pub(super) struct NodeHead {
    hidden: Dense,
    output: Linear,
    categorical: bool,
}

impl NodeHead {
    pub(super) fn new(
        inputs: usize,
        width: usize,
        features: &NodeFeatures,
        style: &DenseStyle<'_>,
    ) -> Self {
        Self {
            hidden: style.dense(inputs, width),
            output: style.linear(width, features.width()),
            categorical: matches!(features, NodeFeatures::Categorical(_)),
        }
    }

    #[cfg(test)]
    #[cfg(feature = "flex")]
    pub(super) fn output_weight(&self) -> burn::module::Param<Tensor<2>> {
        self.output.weight.clone()
    }

    /// Returns hidden features and the output.
    pub(super) fn forward(&self, nodes: Tensor<2>) -> [Tensor<2>; 2] {
        let hidden = self.hidden.forward(nodes);
        let output = apply(&self.output, hidden.clone());
        let output = match self.categorical {
            true => leaky_relu(output, self.hidden.negative_slope),
            false => output,
        };
        [hidden, output]
    }
}

/// Maps edge features and the features of both nodes to scores of kinds of edges.
#[derive(Module, Debug)]
pub(super) struct EdgeHead {
    nodes: EdgeMlp,
    hidden: Dense,
    output: Linear,
}

impl EdgeHead {
    pub(super) fn new(
        [edges, categories, hidden]: [usize; 3],
        kinds: usize,
        style: &DenseStyle<'_>,
    ) -> Self {
        let nodes = EdgeMlpConfig::new(categories, edges)
            .with_batch_norm(style.batch_norm)
            .with_negative_slope(style.negative_slope)
            .with_initializer(style.initializer.clone());
        let width = 2 * edges + hidden;
        Self {
            nodes: nodes.init(style.device),
            hidden: style.dense(width, width),
            output: style.linear(width, kinds),
        }
    }

    /// Returns the log-probabilities of the kinds, `[|E|, kinds]`.
    pub(super) fn forward(
        &self,
        graphs: &GraphBatch,
        hidden: Tensor<2>,
        categories: Tensor<2>,
    ) -> Tensor<2> {
        let slope = self.hidden.negative_slope;
        let [first, second] = graphs.edge_nodes();
        let sum = select_rows(hidden.clone(), first) + select_rows(hidden, second);
        let described = self.nodes.forward(&graphs.clone().with_nodes(categories));
        let h = Tensor::cat(vec![graphs.edges(), described, leaky_relu(sum, slope)], 1);
        let scores = leaky_relu(apply(&self.output, self.hidden.forward(h)), slope);
        smoothed_log(scores, EDGE_SMOOTHING)
    }
}

/// Returns the log-probabilities of each block of categories.
pub(super) fn node_log_probs(scores: Tensor<2>, blocks: &[usize]) -> Vec<Tensor<2>> {
    let rows = scores.dims()[0];
    let mut start = 0;
    blocks
        .iter()
        .map(|&size| {
            start += size;
            let block = scores.clone().slice([0..rows, start - size..start]);
            smoothed_log(block, NODE_SMOOTHING)
        })
        .collect()
}

/// The logarithm of the softmax with added `smoothing`.
fn smoothed_log(scores: Tensor<2>, smoothing: f64) -> Tensor<2> {
    let categories = scores.dims()[1] as f64;
    ((softmax(scores, 1) + smoothing) / (1.0 + categories * smoothing)).log()
}

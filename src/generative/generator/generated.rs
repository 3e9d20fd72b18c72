use burn::tensor::Tensor;

use crate::graph::GraphBatch;

/// What a generator made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The graphs. One-hot features are exact, and have the gradient of the probabilities behind
    /// them (straight-through).
    pub graphs: GraphBatch,
    /// The logarithm of the probability of each graph's choices, `[graphs]`, differentiable: the
    /// structure, and with bond capacities the categories of nodes and edges.
    pub log_prob: Tensor<1>,
}

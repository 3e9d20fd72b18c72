use burn::tensor::Tensor;

use crate::graph::GraphBatch;

/// What a generator made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The graphs. One-hot features are exact, and have the gradient of the probabilities behind
    /// them (straight-through).
    pub graphs: GraphBatch,
    /// The logarithm of the probability of each graph's structure, `[graphs]`, differentiable.
    pub structure_log_prob: Tensor<1>,
    /// The logarithm of the probability of the categories of its nodes and edges, given the
    /// structure and what the features were made from; `[graphs]`, 0 for real numbers.
    /// Differentiable where [asked for](super::Generator::with_scored_features); the samples that
    /// edges see are constants of it.
    pub feature_log_prob: Tensor<1>,
    /// The logarithms of the probabilities of the categories of each block of node features,
    /// `[|V|, categories]`, before [bond capacities](super::BondCapacities) rule any out; empty for
    /// real numbers. Differentiable.
    pub node_log_probs: Vec<Tensor<2>>,
    /// Likewise for the kinds of edges, `[|E|, kinds]`; none where edges have no features.
    pub edge_log_probs: Option<Tensor<2>>,
}

impl Generated {
    /// The logarithm of the probability of structure and categories together, `[graphs]`.
    pub fn log_prob(&self) -> Tensor<1> {
        self.structure_log_prob.clone() + self.feature_log_prob.clone()
    }
}

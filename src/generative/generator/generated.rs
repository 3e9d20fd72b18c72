use burn::tensor::Tensor;

use super::{Categories, GeneratorChain};
use crate::{
    generative::{SampledGraph, sampled::rows},
    graph::GraphBatch,
};

/// What a generator made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The graphs. One-hot features are exact, and have the gradient of the probabilities behind
    /// them (straight-through).
    pub graphs: GraphBatch,
    /// The categories of nodes and edges, on the host.
    pub categories: Categories,
    /// The choices that the structures were made by; none where the model does not unpool.
    pub chain: Option<GeneratorChain>,
    /// The logarithm of the probability of each graph's structure, `[graphs]`, differentiable; 0
    /// where the structure is trained through the features of edges.
    pub structure_log_prob: Tensor<1>,
    /// The logarithm of the probability of the categories of its nodes and edges, given the
    /// structure and what the features were made from; `[graphs]`, 0 for real numbers.
    /// Differentiable where [asked for](super::Generator::with_scored_features) or replayed; the
    /// samples that edges see are constants of it.
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

    /// The graphs on the host.
    pub fn sampled(&self) -> Vec<SampledGraph> {
        let topology = self.graphs.topology();
        let categorical = !self.categories.nodes.is_empty();
        // Real numbers are on the device; categories are on the host already.
        let values = match categorical {
            true => Vec::new(),
            false => rows(self.graphs.nodes()),
        };
        (0..topology.graph_count())
            .map(|graph| {
                let (nodes, edges) = (topology.nodes_of(graph), topology.edges_of(graph));
                SampledGraph {
                    topology: topology.graph(graph),
                    categories: match categorical {
                        true => nodes.clone().map(|node| self.of_node(node)).collect(),
                        false => Vec::new(),
                    },
                    values: values.get(nodes).map(<[_]>::to_vec).unwrap_or_default(),
                    kinds: match self.categories.edges.get(edges.clone()) {
                        Some(kinds) => kinds.to_vec(),
                        None => vec![0; edges.len()],
                    },
                }
            })
            .collect()
    }

    fn of_node(&self, node: usize) -> Vec<usize> {
        let blocks = self.categories.nodes.iter();
        blocks.map(|block| block[node]).collect()
    }
}

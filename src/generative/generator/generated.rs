use burn::tensor::Tensor;

use super::{Categories, GeneratorChain};
use crate::{
    generative::{SampledGraph, sampled::rows},
    graph::GraphBatch,
};

/// Output of a generator.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The graphs. One-hot features are exact, with the gradient of their probabilities
    /// (straight-through).
    pub graphs: GraphBatch,
    /// The categories of nodes and edges, on the host.
    pub categories: Categories,
    /// The choices of the structures; `None` if the model does not unpool.
    pub chain: Option<GeneratorChain>,
    /// Log-probability of each graph's structure, `[graphs]`, differentiable; 0 if the structure is
    /// trained through the features of edges.
    pub structure_log_prob: Tensor<1>,
    /// Log-probability of the categories of nodes and edges, given the structure and the hidden
    /// features; `[graphs]`, 0 for real numbers. Differentiable if
    /// [requested](super::Generator::with_scored_features) or replayed. Samples that are inputs for
    /// edges are constants in it.
    pub feature_log_prob: Tensor<1>,
    /// Log-probabilities of the categories of each block of node features, `[|V|, categories]`,
    /// before [bond capacities](super::BondCapacities) are applied; empty for real numbers.
    /// Differentiable.
    pub node_log_probs: Vec<Tensor<2>>,
    /// Same for the kinds of edges, `[|E|, kinds]`; `None` if edges have no features.
    pub edge_log_probs: Option<Tensor<2>>,
}

impl Generated {
    /// Returns the log-probability of structure and categories together, `[graphs]`.
    pub fn log_prob(&self) -> Tensor<1> {
        self.structure_log_prob.clone() + self.feature_log_prob.clone()
    }

    /// Returns the graphs on the host.
    pub fn sampled(&self) -> Vec<SampledGraph> {
        let topology = self.graphs.topology();
        let categorical = !self.categories.nodes.is_empty();
        // Real numbers are on the device; categories are already on the host.
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

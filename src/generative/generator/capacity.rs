use burn::tensor::{Tensor, TensorData};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::choose::Source;
use crate::{
    generative::{GenerativeError, GraphFeatures, NodeFeatures},
    graph::{GraphBatch, GraphTopology},
};

/// Maximum number of bonds of a node of each category, to keep valences legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondCapacities {
    blocks: Vec<usize>,
    capacities: Vec<usize>,
    bonds: Vec<usize>,
}

impl BondCapacities {
    /// Creates capacities for combinations of the first blocks of categories, for example elements
    /// and charges; `capacity` is called with one category of each block. `bonds` is the number of
    /// bonds that each kind of edge counts for: 1, 2, 3 for single, double and triple bonds.
    ///
    /// ```
    /// use fireweed::generative::BondCapacities;
    ///
    /// // Carbon, nitrogen, oxygen, fluorine.
    /// let capacities =
    ///     BondCapacities::new(&[4], &[1, 2, 3], |categories| [4, 3, 2, 1][categories[0]]);
    /// ```
    pub fn new(
        blocks: &[usize],
        bonds: &[usize],
        mut capacity: impl FnMut(&[usize]) -> usize,
    ) -> Self {
        let count: usize = blocks.iter().product();
        let capacities = (0..count).map(|index| capacity(&categories(blocks, index)));
        Self {
            capacities: capacities.collect(),
            blocks: blocks.to_vec(),
            bonds: bonds.to_vec(),
        }
    }

    /// Checks that the capacities are for these categories.
    pub(super) fn check(&self, features: &GraphFeatures) -> Result<(), GenerativeError> {
        let fits = match &features.nodes {
            NodeFeatures::Categorical(blocks) => {
                !self.blocks.is_empty()
                    && blocks.starts_with(&self.blocks)
                    && self.capacities.len() == self.blocks.iter().product::<usize>()
            }
            NodeFeatures::Continuous(_) => false,
        };
        if fits && self.bonds.len() == features.edge_kinds && features.edge_kinds > 0 {
            return Ok(());
        }
        let found = format!("{:?} with {} kinds of edges", self.blocks, self.bonds.len());
        Err(GenerativeError::setting(
            "bond capacities",
            found,
            "for the first blocks of the generator's categories, and its kinds of edges",
        ))
    }

    /// The smallest number of bonds of a kind of edge.
    fn least(&self) -> usize {
        self.bonds.iter().copied().min().unwrap_or(1)
    }
}

/// The categories of a combination; the last block varies fastest.
fn categories(blocks: &[usize], mut index: usize) -> Vec<usize> {
    let mut categories = vec![0; blocks.len()];
    for (category, &size) in categories.iter_mut().zip(blocks).rev() {
        *category = index % size;
        index /= size;
    }
    categories
}

/// Categories drawn one after the other among those that are possible.
///
/// A node with more neighbors than any category allows gets one of the largest capacity, since such
/// a structure has no legal categories.
pub(super) struct Legal<'a> {
    capacities: &'a BondCapacities,
    degrees: Vec<usize>,
}

/// Chosen categories of nodes.
pub(super) struct LegalNodes {
    /// One-hot, with the gradient of the probabilities.
    pub(super) features: Tensor<2>,
    /// The categories of each block.
    pub(super) categories: Vec<Vec<usize>>,
    capacities: Vec<usize>,
}

/// Chosen kinds of edges.
pub(super) struct LegalEdges {
    /// One-hot, with the gradient of the probabilities.
    pub(super) features: Tensor<2>,
    pub(super) kinds: Vec<usize>,
}

impl<'a> Legal<'a> {
    pub(super) fn new(capacities: &'a BondCapacities, topology: &GraphTopology) -> Self {
        let nodes = 0..topology.node_count();
        Self {
            capacities,
            degrees: nodes.map(|node| topology.degree(node)).collect(),
        }
    }

    /// Chooses the categories of all nodes, and returns the log-probability of each graph.
    pub(super) fn nodes<R: Rng>(
        &self,
        graphs: &GraphBatch,
        log_probs: &[Tensor<2>],
        source: &mut Source<'_, R>,
    ) -> (LegalNodes, Tensor<1>) {
        let blocks = &self.capacities.blocks;
        let rows = self.degrees.len();
        let (bound, free) = log_probs.split_at(blocks.len());
        // The log-probabilities of all combinations, with the last block varying fastest.
        let mut joint = Tensor::<2>::zeros([rows, 1], (&graphs.device(), bound[0].dtype()));
        for (block, &size) in bound.iter().zip(blocks) {
            let width = joint.dims()[1];
            let before = joint.reshape([rows, width, 1]);
            let sum: Tensor<3> = before + block.clone().reshape([rows, 1, size]);
            joint = sum.reshape([rows, width * size]);
        }
        let most = self.capacities.capacities.iter().copied().max();
        let most = most.unwrap_or_default();
        let allowed = |row: usize| {
            let needed = (self.degrees[row] * self.capacities.least()).min(most);
            self.capacities.capacities.iter().map(move |&c| c >= needed)
        };
        let given = |row: usize| {
            let mut index = 0;
            for (block, &size) in blocks.iter().enumerate() {
                index = index * size + source.given_nodes(block)?[row];
            }
            Some(index)
        };
        let given: Vec<Option<usize>> = (0..rows).map(given).collect();
        let mut choices = Choices::default();
        for (row, probabilities) in choices.rows(&joint).enumerate() {
            choices.choose(&probabilities, allowed(row), given[row], source);
        }
        let (combination, mut log_prob) = choices.carry_out(joint);
        let combinations = choices.chosen;
        let mut features = Vec::new();
        let chosen: Vec<_> = combinations
            .iter()
            .map(|&index| categories(blocks, index))
            .collect();
        let mut chosen: Vec<Vec<usize>> = (0..blocks.len())
            .map(|block| chosen.iter().map(|node| node[block]).collect())
            .collect();
        let mut width: usize = blocks.iter().product();
        let mut outer = 1;
        for &size in blocks {
            // Sum over the categories of all other blocks.
            width /= size;
            let split: Tensor<4> = combination.clone().reshape([rows, outer, size, width]);
            features.push(split.sum_dim(1).sum_dim(3).reshape([rows, size]));
            outer *= size;
        }
        for (place, block) in free.iter().enumerate() {
            let given = source.given_nodes(blocks.len() + place).map(<[_]>::to_vec);
            let mut choices = Choices::default();
            for (row, probabilities) in choices.rows(block).enumerate() {
                let all = probabilities.iter().map(|_| true);
                let given = given.as_ref().map(|given| given[row]);
                choices.choose(&probabilities, all, given, source);
            }
            let (sample, added) = choices.carry_out(block.clone());
            features.push(sample);
            chosen.push(choices.chosen);
            log_prob = log_prob + added;
        }
        let nodes = LegalNodes {
            features: Tensor::cat(features, 1),
            categories: chosen,
            capacities: combinations
                .iter()
                .map(|&combination| self.capacities.capacities[combination])
                .collect(),
        };
        (nodes, graphs.nodes_by_graph().sum(log_prob))
    }

    /// Chooses the kinds of all edges, in their order. Also returns the log-probability of each
    /// graph, from the second of the two log-probabilities.
    pub(super) fn edges<R: Rng>(
        &self,
        graphs: &GraphBatch,
        nodes: &LegalNodes,
        [log_prob, scored]: [&Tensor<2>; 2],
        source: &mut Source<'_, R>,
    ) -> (LegalEdges, Tensor<1>) {
        let least = self.capacities.least();
        let mut left: Vec<usize> = nodes
            .capacities
            .iter()
            .zip(&self.degrees)
            .map(|(&capacity, &degree)| capacity.saturating_sub(degree * least))
            .collect();
        let mut choices = Choices::default();
        let edges = graphs.topology().edges().iter().enumerate();
        for ((edge, &[i, j]), probabilities) in edges.zip(choices.rows(log_prob)) {
            let most = left[i].min(left[j]);
            // Each edge counts as the kind with the fewest bonds until its kind is drawn.
            let bonds = &self.capacities.bonds;
            let allowed = bonds.iter().map(|&bonds| bonds <= least + most);
            let given = source.given_edges().map(|given| given[edge]);
            let kind = choices.choose(&probabilities, allowed, given, source);
            let more = bonds[kind] - least;
            // Given kinds may exceed the capacity; their probability is then 0.
            left[i] = left[i].saturating_sub(more);
            left[j] = left[j].saturating_sub(more);
        }
        let (features, _) = choices.carry_out(log_prob.clone());
        let (_, log_prob) = choices.carry_out(scored.clone());
        let edges = LegalEdges {
            features,
            kinds: choices.chosen,
        };
        (edges, graphs.edges_by_graph().sum(log_prob))
    }
}

/// Choices in rows of probabilities, each among the allowed ones.
#[derive(Default)]
struct Choices {
    chosen: Vec<usize>,
    allowed: Vec<f32>,
}

impl Choices {
    /// The probabilities of each row, on the host.
    fn rows(&self, log_prob: &Tensor<2>) -> impl Iterator<Item = Vec<f32>> + use<> {
        let width = log_prob.dims()[1];
        let data = log_prob.clone().exp().into_data().convert::<f32>();
        let values: Vec<f32> = data.iter::<f32>().collect();
        let rows = values.len().checked_div(width).unwrap_or(0);
        (0..rows).map(move |row| values[row * width..(row + 1) * width].to_vec())
    }

    fn choose<R: Rng>(
        &mut self,
        probabilities: &[f32],
        allowed: impl Iterator<Item = bool>,
        given: Option<usize>,
        source: &mut Source<'_, R>,
    ) -> usize {
        let start = self.allowed.len();
        self.allowed
            .extend(allowed.map(|allowed| if allowed { 1.0 } else { 0.0 }));
        let allowed = &self.allowed[start..];
        let weights = probabilities.iter().zip(allowed).map(|(p, a)| p * a);
        let chosen = match (given, source) {
            (Some(given), _) => given,
            (None, Source::Draw(rng)) => draw(weights, allowed, *rng),
            (None, _) => most_probable(weights),
        };
        self.chosen.push(chosen);
        chosen
    }
    /// Returns one-hot rows with the gradient of the probabilities of the allowed choices, and the
    /// log-probabilities of the choices.
    fn carry_out(&self, log_prob: Tensor<2>) -> (Tensor<2>, Tensor<1>) {
        let [rows, width] = log_prob.dims();
        let options = (&log_prob.device().inner(), log_prob.dtype());
        let mut one_hot = vec![0.0f32; rows * width];
        for (row, &choice) in self.chosen.iter().enumerate() {
            one_hot[row * width + choice] = 1.0;
        }
        let tensor = |values: Vec<f32>| {
            Tensor::<2>::from_data(TensorData::new(values, [rows, width]), options)
        };
        let (hard, allowed) = (tensor(one_hot), tensor(self.allowed.clone()));
        let weights = log_prob.clone().exp() * allowed.clone();
        let total = weights.clone().sum_dim(1);
        let chosen = (log_prob * hard.clone()).sum_dim(1) - total.clone().log();
        // The logarithm of 0 if the given choice is not allowed.
        let chosen = chosen + (hard.clone() * allowed).sum_dim(1).log();
        let soft = weights / total;
        let constant = soft.clone().detach();
        (hard + (soft - constant), chosen.flatten(0, 1))
    }
}

fn draw(weights: impl Iterator<Item = f32> + Clone, allowed: &[f32], rng: &mut impl Rng) -> usize {
    let total: f32 = weights.clone().sum();
    let mut left = rng.random::<f64>() * f64::from(total);
    let mut chosen = None;
    for (choice, (weight, &allowed)) in weights.zip(allowed).enumerate() {
        if allowed > 0.0 {
            chosen = Some(choice);
            left -= f64::from(weight);
            if left < 0.0 {
                break;
            }
        }
    }
    chosen.unwrap_or_default()
}

fn most_probable(weights: impl Iterator<Item = f32>) -> usize {
    let mut best = (0, 0.0);
    for (choice, weight) in weights.enumerate() {
        if weight > best.1 {
            best = (choice, weight);
        }
    }
    best.0
}

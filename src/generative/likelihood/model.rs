use burn::{
    module::Module,
    tensor::{Device, Tensor},
};
use rand::Rng;
use rayon::prelude::*;

use super::{
    candidates::{SkeletonInputs, SkeletonRows},
    config::UnpoolingModelConfig,
    decorations::{TypeInputs, TypePhase, TypeRows},
    examples::{Chain, push_all_types, push_chain, push_structure, push_types},
    graph::TypedGraph,
    initialize::initialize,
    rows::Rows,
    skeleton::SkeletonNetwork,
    types::TypeNetwork,
    value_rows::{ValueInputs, ValueRows},
    values::ValueNetwork,
};
use crate::{generative::GenerativeError, graph::unpooling::ChoicePhase};

/// A distribution over connected graphs with categories, by unpooling.
///
/// ```text
/// p(|V|, start) · Π_layers p(kept) p(intra-links | ·) p(common edges | ·) p(blocks | ·)
///               · p(node kinds | structure) p(edge kinds | ·) p(marks | ·) p(values | ·)
/// ```
///
/// The start is a connected graph with at most three nodes, and each layer at most doubles the
/// graph, the reverse of [`random_pool_chain`](crate::graph::pooling::random_pool_chain). Within a
/// phase the choices are made one at a time in random order, for the structure next to known ones
/// ([`PartialChoices::frontier`](crate::graph::unpooling::PartialChoices::frontier)). A network
/// computes the probability of each from the previous choices: an any-order autoregressive
/// distribution (Uria, Murray, Larochelle 2014). Graphs are connected for all weights.
///
/// Real features of nodes, such as coordinates, come last, node by node: the first node is
/// arbitrary, and each next one is joined to a node that has its features. Their density, given the
/// graph and the previous features, is a product over the axes, each given the earlier ones, of
/// mixtures of logistic distributions that are truncated to the [bounds](super::ValueBounds). The
/// network of this density uses all pairs of nodes, so its cost is quadratic in the number of
/// nodes.
///
/// The model is trained by maximum likelihood: pooling a graph gives choices that generate it, so
/// their probability has a gradient without sampling.
///
/// Reference for the layers: Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation",
/// AISTATS 2023, Theorem 3.1.
#[derive(Module, Debug)]
pub struct UnpoolingModel {
    pub(super) structure: SkeletonNetwork,
    pub(super) types: Option<TypeNetwork>,
    pub(super) values: Option<ValueNetwork>,
    #[module(skip)]
    config: UnpoolingModelConfig,
}

/// Choices of random chains of some graphs, as inputs of the networks.
#[derive(Clone, Debug, Default)]
pub struct LikelihoodBatch {
    /// Number of graphs.
    pub graphs: usize,
    structure: SkeletonRows,
    structure_choices: usize,
    types: TypeRows,
    type_choices: usize,
    values: ValueRows,
    value_choices: usize,
}

/// An estimate of the mean −log probability of graphs, in nats.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct NllEstimate {
    /// Number of graphs.
    pub graphs: usize,
    /// The mean over graphs of −log p(|V|, start). Infinite if a pair is not in the training data.
    pub start: f64,
    /// The mean over graphs of the phases of all layers: kept nodes, intra-links, common edges,
    /// blocks.
    pub structure: [f64; 4],
    /// The mean over graphs of node kinds, edge kinds and marks.
    pub types: [f64; 3],
    /// The mean over graphs of −log density of real features, which can be negative.
    pub values: f64,
    /// The standard error of [`total`](Self::total).
    pub standard_error: f64,
}

impl NllEstimate {
    /// Returns the mean over graphs of the −log probability of structure, kinds, marks and real
    /// features, given the number of nodes and the start graph.
    pub fn total(&self) -> f64 {
        let choices: f64 = self.structure.iter().chain(&self.types).sum();
        choices + self.values
    }
}

/// −log probabilities of a graph: start, four phases of structure, three of kinds, real features.
type Parts = [f64; 9];

/// Number of graphs per nll evaluation; bounds memory only.
const NLL_BATCH: usize = 64;

impl UnpoolingModel {
    /// Creates the model with random weights.
    ///
    /// Consumes one draw for each weight.
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] if a setting is out of range.
    pub fn try_init(
        config: &UnpoolingModelConfig,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<Self, GenerativeError> {
        config.validate()?;
        let structure = structure_inputs(config).widths();
        let types = type_inputs(config).widths();
        let model = Self {
            structure: SkeletonNetwork::new(&config.structure, structure, device),
            types: config
                .kinds
                .any()
                .then(|| TypeNetwork::new(&config.types, &config.kinds, types, device)),
            values: value_inputs(config).map(|inputs| {
                let axes = inputs.bounds.width();
                ValueNetwork::new(&config.values, axes, inputs.widths(), device)
            }),
            config: config.clone(),
        };
        Ok(initialize(model, rng))
    }

    /// Returns the settings.
    pub fn config(&self) -> &UnpoolingModelConfig {
        &self.config
    }

    /// Checks that the graphs are valid for the model.
    ///
    /// # Errors
    /// Returns [`GenerativeError`] for the first graph that is not valid.
    pub fn check(&self, graphs: &[TypedGraph]) -> Result<(), GenerativeError> {
        let most = self.config.sizes.most_nodes();
        graphs.iter().try_for_each(|graph| {
            graph.check(&self.config.kinds)?;
            let nodes = graph.topology.node_count();
            if nodes > most {
                return Err(GenerativeError::TooLarge { nodes, most });
            }
            match &self.config.bounds {
                Some(bounds) => graph.check_values(bounds),
                None => Ok(()),
            }
        })
    }

    /// Draws a chain for each graph, and one phase of it for each network.
    ///
    /// Consumes draws from each graph's own generator; their number depends on the graph.
    ///
    /// # Panics
    /// Panics if a graph does not pass [`check`](Self::check).
    pub fn draw_batch<'a, R: Rng>(
        config: &UnpoolingModelConfig,
        graphs: impl IntoIterator<Item = (&'a TypedGraph, R)>,
    ) -> LikelihoodBatch {
        let (structure, types) = (structure_inputs(config), type_inputs(config));
        let values = value_inputs(config);
        let mut batch = LikelihoodBatch::default();
        for (graph, mut rng) in graphs {
            batch.graphs += 1;
            batch.structure_choices +=
                push_structure(&mut batch.structure, structure, &graph.topology, &mut rng);
            batch.type_choices += push_types(&mut batch.types, &types, graph, &mut rng);
            if let Some(values) = &values {
                batch.value_choices += values.push_random(&mut batch.values, graph, &mut rng);
            }
        }
        batch
    }

    /// Returns the loss of the structure for a batch, per choice.
    pub fn structure_loss(&self, batch: &LikelihoodBatch, device: &Device) -> Option<Tensor<1>> {
        let laws = self
            .structure
            .forward(batch.structure.inputs.clone(), &batch.structure, device);
        mean_loss(
            laws.into_iter().map(|(_, rows, law)| (rows, law)),
            batch.structure_choices,
            device,
        )
    }

    /// Returns the loss of kinds and marks for a batch, per choice.
    pub fn type_loss(&self, batch: &LikelihoodBatch, device: &Device) -> Option<Tensor<1>> {
        let network = self.types.as_ref()?;
        let laws = network.forward(batch.types.inputs.clone(), &batch.types, device);
        mean_loss(
            laws.into_iter().map(|(_, rows, law)| (rows, law)),
            batch.type_choices,
            device,
        )
    }

    /// Returns the loss of real features for a batch, per node.
    pub fn value_loss(&self, batch: &LikelihoodBatch, device: &Device) -> Option<Tensor<1>> {
        let network = self.values.as_ref()?;
        let loss = network.loss(&batch.values, device)?;
        Some(loss / batch.value_choices as f64)
    }

    /// Estimates the mean −log probability of graphs by one random chain per graph and one random
    /// order per phase.
    ///
    /// The estimate is unbiased for the expected −log probability of a chain that generates the
    /// graph, which is an upper bound of that of the graph.
    ///
    /// Consumes one draw; every graph has its own generator.
    ///
    /// # Errors
    /// Returns [`GenerativeError`] if a graph is not valid for the model.
    pub fn nll(
        &self,
        graphs: &[TypedGraph],
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<NllEstimate, GenerativeError> {
        self.check(graphs)?;
        let seed = rng.next_u64();
        let parts: Vec<Vec<Parts>> = graphs
            .par_chunks(NLL_BATCH)
            .enumerate()
            .map(|(chunk, graphs)| self.nll_of(graphs, chunk * NLL_BATCH, seed, device))
            .collect();
        let parts = parts.concat();
        let count = parts.len().max(1) as f64;
        let mean = |k: usize| parts.iter().map(|part| part[k]).sum::<f64>() / count;
        let totals: Vec<f64> = parts.iter().map(|part| part[1..].iter().sum()).collect();
        let total = totals.iter().sum::<f64>() / count;
        let variance =
            totals.iter().map(|x| (x - total).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        Ok(NllEstimate {
            graphs: parts.len(),
            start: mean(0),
            structure: [1, 2, 3, 4].map(mean),
            types: [5, 6, 7].map(mean),
            values: mean(8),
            standard_error: (variance / count).sqrt(),
        })
    }

    fn nll_of(
        &self,
        graphs: &[TypedGraph],
        first: usize,
        seed: u64,
        device: &Device,
    ) -> Vec<Parts> {
        let (structure_inputs, type_inputs) =
            (structure_inputs(&self.config), type_inputs(&self.config));
        let mut parts = vec![[0.0; 9]; graphs.len()];
        let mut structure = SkeletonRows::default();
        let mut types = TypeRows::default();
        let values = value_inputs(&self.config);
        let mut value_rows = ValueRows::default();
        let mut value_owners = Vec::new();
        let mut owners: [Vec<usize>; 7] = Default::default();
        for (index, graph) in graphs.iter().enumerate() {
            let mut rng = super::stream(seed, (first + index) as u64);
            let chain = Chain::draw(&graph.topology, &mut rng);
            let nodes = graph.topology.node_count();
            parts[index][0] = -self.config.sizes.log_prob(nodes, chain.start);
            push_chain(&mut structure, structure_inputs, &chain, nodes, &mut rng);
            if self.types.is_some() {
                push_all_types(&mut types, &type_inputs, graph, &mut rng);
            }
            if let Some(values) = &values {
                values.push_random(&mut value_rows, graph, &mut rng);
                value_owners.resize(value_rows.count(), index);
                parts[index][8] = nodes as f64 * values.bounds.log_volume();
            }
            let rows = [
                &structure.kept,
                &structure.links,
                &structure.commons,
                &structure.blocks,
                &types.nodes,
                &types.edges,
                &types.marks,
            ];
            for (owners, rows) in owners.iter_mut().zip(rows) {
                owners.resize(rows.count(), index);
            }
        }
        let mut add = |place: usize, rows: &Rows, law: Tensor<2>| {
            for (&owner, loss) in owners[place].iter().zip(rows.losses(law)) {
                parts[owner][place + 1] += loss;
            }
        };
        for (phase, rows, law) in
            self.structure
                .forward(std::mem::take(&mut structure.inputs), &structure, device)
        {
            add(phase as usize, rows, law);
        }
        if let Some(network) = &self.types {
            for (phase, rows, law) in
                network.forward(std::mem::take(&mut types.inputs), &types, device)
            {
                add(ChoicePhase::ALL.len() + phase as usize, rows, law);
            }
        }
        const { assert!(TypePhase::ALL.len() == 3) };
        if let Some(network) = &self.values {
            let losses = network.weighted(&value_rows, device);
            for (owner, loss) in value_owners.into_iter().zip(losses) {
                parts[owner][8] += loss;
            }
        }
        parts
    }
}

pub(super) fn structure_inputs(config: &UnpoolingModelConfig) -> SkeletonInputs {
    SkeletonInputs {
        most_nodes: config.sizes.most_nodes(),
    }
}

pub(super) fn type_inputs(config: &UnpoolingModelConfig) -> TypeInputs {
    TypeInputs {
        most_nodes: config.sizes.most_nodes(),
        kinds: config.kinds.clone(),
    }
}

pub(super) fn value_inputs(config: &UnpoolingModelConfig) -> Option<ValueInputs> {
    Some(ValueInputs {
        most_nodes: config.sizes.most_nodes(),
        kinds: config.kinds.clone(),
        bounds: config.bounds.clone()?,
    })
}

fn mean_loss<'a>(
    laws: impl Iterator<Item = (&'a Rows, Tensor<2>)>,
    choices: usize,
    device: &Device,
) -> Option<Tensor<1>> {
    let losses: Vec<Tensor<1>> = laws
        .map(|(rows, law)| rows.cross_entropy(law, device))
        .collect();
    if losses.is_empty() {
        return None;
    }
    Some(Tensor::cat(losses, 0).sum() / choices as f64)
}

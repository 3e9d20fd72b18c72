use std::{ops::Range, sync::Arc};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::{Device, Tensor, TensorData},
};
use rayon::prelude::*;

use crate::{
    generative::{
        Categories, GeneratorChain, GraphFeatures, GraphSource, PooledGraph, SampledGraph,
        StoredGraphs, pool_to_selections,
    },
    graph::GraphBatch,
    nn::unpooling::NodeSelection,
    train::{
        epoch_steps::EpochSteps,
        passes::Passes,
        streams::{CHAINS, PASSES, STEPS, stream},
    },
};

/// Graphs to encode, each with the choices by which the decoder generates it.
#[derive(Clone, Debug)]
pub struct VaeExamples {
    graphs: Arc<StoredGraphs>,
    /// Indices of the graphs that the decoder can generate.
    usable: Vec<usize>,
    /// Choices of each usable graph.
    pooled: Vec<PooledGraph>,
}

impl VaeExamples {
    /// Finds the choices by which a decoder with these selections generates each graph, in stored
    /// order. Graphs that it cannot generate are left out.
    pub fn new(graphs: Arc<StoredGraphs>, selections: &[NodeSelection]) -> Self {
        let found: Vec<(usize, PooledGraph)> = (0..graphs.len())
            .into_par_iter()
            .filter_map(|index| {
                let graph = graphs.graph(index);
                let mut rng = stream(0, CHAINS + index as u64);
                let pooled = pool_to_selections(&graph.topology, selections, true, &mut rng);
                Some((index, pooled.ok()?))
            })
            .collect();
        let (usable, pooled) = found.into_iter().unzip();
        Self {
            graphs,
            usable,
            pooled,
        }
    }

    /// Returns the number of graphs.
    pub fn len(&self) -> usize {
        self.usable.len()
    }

    /// Returns whether there are no graphs.
    pub fn is_empty(&self) -> bool {
        self.usable.is_empty()
    }

    /// Returns the number of graphs that the decoder cannot generate.
    pub fn left_out(&self) -> usize {
        self.graphs.len() - self.usable.len()
    }

    /// Returns the graph with this number, on the host.
    ///
    /// # Panics
    /// Panics if there is no such graph.
    pub fn graph(&self, index: usize) -> SampledGraph {
        self.graphs.graph(self.usable[index])
    }

    /// Returns the graphs with these numbers, as a batch.
    ///
    /// # Panics
    /// Panics if there is no such graph.
    pub fn batch(&self, indices: &[usize], device: &Device) -> GraphBatch {
        let usable: Vec<usize> = indices.iter().map(|&index| self.usable[index]).collect();
        self.graphs.batch(&usable, device)
    }

    fn step(&self, step: usize, indices: &[usize], seed: u64, device: &Device) -> VaeStep {
        let graphs: Vec<SampledGraph> = indices.iter().map(|&index| self.graph(index)).collect();
        let pooled: Vec<&PooledGraph> = indices.iter().map(|&i| &self.pooled[i]).collect();
        let chain = GeneratorChain::concat(pooled.iter().map(|pooled| &pooled.chain))
            .unwrap_or_else(|error| unreachable!("chains of the same layers: {error}"));
        let target = Target::new(&graphs, &pooled, self.graphs.features(), device);
        VaeStep {
            step,
            batch: self.batch(indices, device),
            graphs,
            chain,
            target,
            seed,
        }
    }
}

/// Targets of the decoder for given choices, in the order of the generated nodes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) categories: Categories,
    /// Real features, `[|V|, features]`.
    pub(super) values: Option<Tensor<2>>,
}

impl Target {
    fn new(
        graphs: &[SampledGraph],
        pooled: &[&PooledGraph],
        features: &GraphFeatures,
        device: &Device,
    ) -> Self {
        let mut categories = Categories::default();
        let mut values: Vec<f32> = Vec::new();
        let blocks = graphs.first().and_then(|graph| graph.categories.first());
        categories.nodes = vec![Vec::new(); blocks.map_or(0, Vec::len)];
        for (graph, pooled) in graphs.iter().zip(pooled) {
            for &node in &pooled.origin {
                if let Some(row) = graph.values.get(node) {
                    values.extend(row);
                }
                if let Some(node) = graph.categories.get(node) {
                    let blocks = categories.nodes.iter_mut().zip(node);
                    blocks.for_each(|(block, &category)| block.push(category));
                }
            }
            if features.edge_kinds > 0 {
                categories.edges.extend(kinds_in_order(graph, pooled));
            }
        }
        let width = features.nodes.width();
        let rows = values.len().checked_div(width).unwrap_or(0);
        let values = (!values.is_empty())
            .then(|| Tensor::from_data(TensorData::new(values, [rows, width]), device));
        Self { categories, values }
    }
}

/// The kinds of a graph's edges, in the order of the generated edges.
fn kinds_in_order(graph: &SampledGraph, pooled: &PooledGraph) -> Vec<usize> {
    let mut of_pair = std::collections::HashMap::new();
    for (&pair, &kind) in graph.topology.edges().iter().zip(&graph.kinds) {
        of_pair.insert(pair, kind);
    }
    let grown = pooled.chain.grown();
    let edges = grown.edges().iter();
    edges
        .map(|edge| {
            let mut pair = edge.map(|node| pooled.origin[node]);
            pair.sort_unstable();
            of_pair.get(&pair).copied().unwrap_or(0)
        })
        .collect()
}

/// One step of training.
#[derive(Clone, Debug)]
pub struct VaeStep {
    /// Number of the step, from 0.
    pub step: usize,
    /// The graphs to encode.
    pub batch: GraphBatch,
    /// The same graphs on the host.
    pub(super) graphs: Vec<SampledGraph>,
    pub(super) chain: GeneratorChain,
    pub(super) target: Target,
    pub(super) seed: u64,
}

impl VaeStep {
    /// Returns the random generator of this step.
    pub(super) fn rng(&self) -> rand::rngs::ChaCha8Rng {
        stream(self.seed, STEPS + self.step as u64)
    }
}

/// A Burn [`DataLoader`] whose items are the steps of a training.
///
/// Each call of `iter` is the next epoch, of `steps` steps. The order of graphs is drawn for each
/// pass through the data and depends only on the seed and the number of the pass. So a resumed
/// training gets the same steps as an uninterrupted one.
pub struct VaeLoader {
    examples: Arc<VaeExamples>,
    batch_size: usize,
    steps: EpochSteps,
    seed: u64,
    device: Device,
}

impl VaeLoader {
    /// Creates a loader for epochs of `steps` steps, `total` steps in all, whose first epoch has
    /// number `first_epoch`, counted from 1.
    ///
    /// # Panics
    /// Panics if there are no graphs, or if the number of steps or of graphs per step is 0.
    pub fn new(
        examples: Arc<VaeExamples>,
        batch_size: usize,
        steps: [usize; 2],
        seed: u64,
        first_epoch: usize,
        device: &Device,
    ) -> Self {
        assert!(!examples.is_empty(), "training needs at least one graph");
        assert!(batch_size > 0, "a step needs at least one graph");
        Self {
            examples,
            batch_size,
            steps: EpochSteps::new(steps, first_epoch),
            seed,
            device: device.clone(),
        }
    }

    fn of(&self, part: Option<Range<usize>>, device: &Device) -> Self {
        Self {
            examples: self.examples.clone(),
            batch_size: self.batch_size,
            steps: self.steps.slice(part),
            seed: self.seed,
            device: device.clone(),
        }
    }
}

impl DataLoader<VaeStep> for VaeLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<VaeStep> + 'a> {
        let steps = self.steps.next();
        Box::new(Steps {
            loader: self,
            total: steps.len(),
            steps,
            passes: Passes::new(self.examples.len(), self.seed, PASSES),
        })
    }

    fn num_items(&self) -> usize {
        self.steps.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<VaeStep>> {
        Arc::new(self.of(None, device))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<VaeStep>> {
        Arc::new(self.of(Some(start..end), &self.device))
    }
}

struct Steps<'a> {
    loader: &'a VaeLoader,
    steps: Range<usize>,
    total: usize,
    passes: Passes,
}

impl Iterator for Steps<'_> {
    type Item = Result<VaeStep, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.steps.next()?;
        let VaeLoader {
            batch_size,
            seed,
            device,
            examples,
            ..
        } = self.loader;
        let visits = step * batch_size..(step + 1) * batch_size;
        let indices: Vec<usize> = visits.map(|visit| self.passes.at(visit)).collect();
        Some(Ok(examples.step(step, &indices, *seed, device)))
    }
}

impl DataLoaderIterator<VaeStep> for Steps<'_> {
    fn progress(&self) -> Progress {
        let done = self.total - self.steps.len();
        Progress::new(done, self.total, Some("steps".into()))
    }
}

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{GanBatch, GanConfig, GanPhase};
use crate::{
    generative::{GeneratorChain, GraphSource, pool_to_selections},
    nn::unpooling::NodeSelection,
    train::{
        passes::Passes,
        streams::{CHAINS, PASSES, STEPS, stream},
    },
};
use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};
use rand::RngExt;

/// A Burn [`DataLoader`] whose items are the steps of adversarial training.
///
/// An iteration has `critic_steps` critic steps, each with the next real graphs, and then
/// `max_repeats` times the generator's steps. [`Gan`](super::Gan) skips those that its schedule
/// excludes. Each call of `iter` is the next epoch, of `iterations` iterations.
///
/// All steps depend only on the seed and the number of the iteration, so a resumed training gets
/// the same steps as an uninterrupted one. The order of real graphs is drawn for each pass through
/// the data; a batch may extend into the next pass.
pub struct GanLoader {
    source: Arc<dyn GraphSource>,
    config: GanConfig,
    iterations: usize,
    /// The iterations of an epoch that this loader yields: all, or those of a slice.
    part: Range<usize>,
    seed: u64,
    next_epoch: AtomicUsize,
    device: Device,
    /// Selections of a generator that is also trained on the choices of real graphs.
    selections: Option<Vec<NodeSelection>>,
}

/// Maximum number of real graphs tried for each graph of a step.
const TRIED: usize = 20;

impl GanLoader {
    /// Creates a loader whose first epoch has number `first_epoch`, counted from 1.
    ///
    /// # Panics
    /// Panics if there are no graphs, or no iterations in an epoch.
    pub fn new(
        source: Arc<dyn GraphSource>,
        config: &GanConfig,
        iterations: usize,
        seed: u64,
        first_epoch: usize,
        device: &Device,
    ) -> Self {
        assert!(!source.is_empty(), "adversarial training needs real graphs");
        assert!(iterations > 0, "an epoch needs at least one iteration");
        Self {
            source,
            config: config.clone(),
            iterations,
            part: 0..iterations,
            seed,
            next_epoch: AtomicUsize::new(first_epoch),
            device: device.clone(),
            selections: None,
        }
    }

    fn moved(&self, part: Range<usize>, device: &Device) -> Self {
        Self {
            source: self.source.clone(),
            config: self.config.clone(),
            iterations: self.iterations,
            part,
            seed: self.seed,
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
            device: device.clone(),
            selections: self.selections.clone(),
        }
    }

    /// Adds choices that generate real graphs to the generator's steps, for a generator of
    /// unpooling layers with these selections. Graphs are drawn anew for each step; those that the
    /// generator cannot generate are skipped.
    #[must_use]
    pub fn with_chains(mut self, selections: Vec<NodeSelection>) -> Self {
        self.selections = Some(selections);
        self
    }

    fn chain(&self, step: usize) -> Option<GeneratorChain> {
        let selections = self.selections.as_deref()?;
        let mut rng = stream(self.seed, CHAINS + step as u64);
        let mut draw = || {
            (0..TRIED).find_map(|_| {
                let graph = self
                    .source
                    .topology(rng.random_range(0..self.source.len()))?;
                let pooled = pool_to_selections(&graph, selections, false, &mut rng).ok()?;
                Some(pooled.chain)
            })
        };
        let chains: Vec<_> = (0..self.config.batch_size).filter_map(|_| draw()).collect();
        if chains.is_empty() {
            return None;
        }
        GeneratorChain::concat(&chains).ok()
    }
}

impl DataLoader<GanBatch> for GanLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<GanBatch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        Box::new(Steps {
            loader: self,
            phases: self.config.phases(),
            first: epoch.saturating_sub(1) * self.iterations + self.part.start,
            position: 0,
            passes: Passes::new(self.source.len(), self.seed, PASSES),
        })
    }

    fn num_items(&self) -> usize {
        self.part.len() * self.config.phases().len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<GanBatch>> {
        Arc::new(self.moved(self.part.clone(), device))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<GanBatch>> {
        // Only whole iterations, since their steps belong together.
        let phases = self.config.phases().len();
        let at = |item: usize| (self.part.start + item / phases).min(self.part.end);
        Arc::new(self.moved(at(start)..at(end), &self.device))
    }
}

struct Steps<'a> {
    loader: &'a GanLoader,
    phases: Vec<(GanPhase, usize)>,
    /// The first iteration.
    first: usize,
    position: usize,
    passes: Passes,
}

impl Iterator for Steps<'_> {
    type Item = Result<GanBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let steps = self.phases.len();
        if self.position >= self.loader.part.len() * steps {
            return None;
        }
        let slot = self.position % steps;
        let iteration = self.first + self.position / steps;
        self.position += 1;
        let (phase, repeat) = self.phases[slot];
        let config = &self.loader.config;
        let wanted = phase == GanPhase::Critic || config.compares();
        let batches = match config.compares() {
            true => steps,
            false => config.critic_steps,
        };
        let real = wanted.then(|| {
            let size = self.loader.config.batch_size;
            let start = (iteration * batches + slot) * size;
            let graphs: Vec<usize> = (start..start + size).map(|at| self.passes.at(at)).collect();
            self.loader.source.batch(&graphs, &self.loader.device)
        });
        let structure = matches!(phase, GanPhase::Structure | GanPhase::Joint);
        let step = iteration * steps + slot;
        let chain = structure.then(|| self.loader.chain(step)).flatten();
        Some(Ok(GanBatch {
            chain,
            iteration,
            phase,
            repeat,
            real,
            seed: self.loader.seed,
            stream: STEPS + step as u64,
        }))
    }
}

impl DataLoaderIterator<GanBatch> for Steps<'_> {
    fn progress(&self) -> Progress {
        let total = self.loader.part.len() * self.phases.len();
        Progress::new(self.position, total, Some("steps".into()))
    }
}

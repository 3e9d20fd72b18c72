use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{GanBatch, GanConfig, GanPhase, SamplingRequest};
use crate::{
    graph::GraphBatch,
    train::{
        passes::Passes,
        streams::{PASSES, STEPS},
    },
};
use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};

/// Real graphs that batches are made of.
pub trait GraphSource: Send + Sync {
    /// The number of graphs.
    fn len(&self) -> usize;

    /// The graphs with these numbers, in this order.
    fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch;

    /// Whether there is no graph.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A Burn [`DataLoader`] whose items are the steps of adversarial training.
///
/// An iteration has `critic_steps` critic steps, each with the next real graphs, and then
/// `max_repeats` times the generator's steps; [`Gan`](super::Gan) skips those that its schedule does
/// not want. Each call of `iter` is the next epoch, of `iterations` iterations.
///
/// Everything depends on the seed and the number of the iteration alone, so a training that
/// continues sees what an uninterrupted one sees there. Real graphs come in an order that is drawn
/// for each pass through the data; a batch may reach into the next pass.
pub struct GanLoader {
    source: Arc<dyn GraphSource>,
    config: GanConfig,
    iterations: usize,
    /// The iterations of an epoch that this loader yields: all, or those of a slice.
    part: Range<usize>,
    seed: u64,
    next_epoch: AtomicUsize,
    device: Device,
}

impl GanLoader {
    /// Creates a loader whose first epoch has number `first_epoch`, counted from 1.
    ///
    /// # Panics
    /// Where there are no graphs, or no iterations in an epoch.
    pub fn new(
        source: Arc<dyn GraphSource>,
        config: &GanConfig,
        iterations: usize,
        seed: u64,
        first_epoch: usize,
        device: &Device,
    ) -> Self {
        assert!(!source.is_empty(), "adversarial training needs real graphs");
        assert!(iterations > 0, "an epoch has at least one iteration");
        Self {
            source,
            config: config.clone(),
            iterations,
            part: 0..iterations,
            seed,
            next_epoch: AtomicUsize::new(first_epoch),
            device: device.clone(),
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
        }
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
        // Whole iterations, since their steps belong together.
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
        Some(Ok(GanBatch {
            iteration,
            phase,
            repeat,
            real,
            seed: self.loader.seed,
            stream: STEPS + (iteration * steps + slot) as u64,
        }))
    }
}

impl DataLoaderIterator<GanBatch> for Steps<'_> {
    fn progress(&self) -> Progress {
        let total = self.loader.part.len() * self.phases.len();
        Progress::new(self.position, total, Some("steps".into()))
    }
}

/// A Burn [`DataLoader`] with one item: the request for graphs at the end of an epoch.
#[derive(Clone, Copy, Debug)]
pub struct SamplingLoader {
    /// Seed of latent vectors and structures.
    pub seed: u64,
}

impl DataLoader<SamplingRequest> for SamplingLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<SamplingRequest> + 'a> {
        Box::new(Once(Some(SamplingRequest { seed: self.seed })))
    }

    fn num_items(&self) -> usize {
        1
    }

    fn to_device(&self, _device: &Device) -> Arc<dyn DataLoader<SamplingRequest>> {
        Arc::new(*self)
    }

    fn slice(&self, _start: usize, _end: usize) -> Arc<dyn DataLoader<SamplingRequest>> {
        Arc::new(*self)
    }
}

struct Once(Option<SamplingRequest>);

impl Iterator for Once {
    type Item = Result<SamplingRequest, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl DataLoaderIterator<SamplingRequest> for Once {
    fn progress(&self) -> Progress {
        Progress::new(usize::from(self.0.is_none()), 1, Some("samples".into()))
    }
}

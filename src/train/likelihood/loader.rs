use std::{
    ops::Range,
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
    thread,
};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};

use crate::{
    generative::likelihood::{LikelihoodBatch, TypedGraph, UnpoolingModel, UnpoolingModelConfig},
    train::{
        epoch_steps::EpochSteps,
        passes::Passes,
        streams::{PASSES, STEPS, stream},
    },
};

/// Number of batches prepared ahead on another thread.
const AHEAD: usize = 3;

/// One step of maximum likelihood training.
#[derive(Clone, Debug)]
pub struct LikelihoodStep {
    /// Number of the step, from 0.
    pub step: usize,
    /// Choices of random chains.
    pub batch: LikelihoodBatch,
}

/// A Burn [`DataLoader`] whose items are the steps of maximum likelihood training.
///
/// Each call of `iter` is the next epoch, of `steps` steps. The order of graphs is drawn for each
/// pass through the data, and a new chain is drawn for each visit of a graph. Both depend only on
/// the seed and the number of the visit, so a resumed training gets the same steps as an
/// uninterrupted one. Another thread prepares a few batches ahead.
pub struct LikelihoodLoader {
    graphs: Arc<Vec<TypedGraph>>,
    config: Arc<UnpoolingModelConfig>,
    batch_size: usize,
    steps: EpochSteps,
    seed: u64,
}

impl LikelihoodLoader {
    /// Creates a loader for epochs of `steps` steps, `total` steps in all, whose first epoch has
    /// number `first_epoch`, counted from 1.
    ///
    /// # Panics
    /// Panics if there are no graphs, or if the number of steps or of graphs per step is 0.
    pub fn new(
        graphs: Arc<Vec<TypedGraph>>,
        config: &UnpoolingModelConfig,
        batch_size: usize,
        steps: [usize; 2],
        seed: u64,
        first_epoch: usize,
    ) -> Self {
        assert!(!graphs.is_empty(), "training needs at least one graph");
        assert!(batch_size > 0, "a step needs at least one graph");
        Self {
            graphs,
            config: Arc::new(config.clone()),
            batch_size,
            steps: EpochSteps::new(steps, first_epoch),
            seed,
        }
    }

    fn of(&self, part: Option<Range<usize>>) -> Self {
        Self {
            graphs: self.graphs.clone(),
            config: self.config.clone(),
            batch_size: self.batch_size,
            steps: self.steps.slice(part),
            seed: self.seed,
        }
    }
}

impl DataLoader<LikelihoodStep> for LikelihoodLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<LikelihoodStep> + 'a> {
        let steps = self.steps.next();
        let total = steps.len();
        let (sender, receiver) = sync_channel(AHEAD);
        let (graphs, config) = (self.graphs.clone(), self.config.clone());
        let (size, seed) = (self.batch_size, self.seed);
        thread::spawn(move || {
            let mut passes = Passes::new(graphs.len(), seed, PASSES);
            for step in steps {
                let visits = step * size..(step + 1) * size;
                let drawn = visits.map(|visit| {
                    (
                        &graphs[passes.at(visit)],
                        stream(seed, STEPS + visit as u64),
                    )
                });
                let batch = UnpoolingModel::draw_batch(&config, drawn);
                // The receiver is gone if the training has been stopped.
                if sender.send(LikelihoodStep { step, batch }).is_err() {
                    return;
                }
            }
        });
        Box::new(Steps {
            receiver,
            position: 0,
            total,
        })
    }

    fn num_items(&self) -> usize {
        self.steps.len()
    }

    fn to_device(&self, _device: &Device) -> Arc<dyn DataLoader<LikelihoodStep>> {
        // Batches are on the host.
        Arc::new(self.of(None))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<LikelihoodStep>> {
        Arc::new(self.of(Some(start..end)))
    }
}

struct Steps {
    receiver: Receiver<LikelihoodStep>,
    position: usize,
    total: usize,
}

impl Iterator for Steps {
    type Item = Result<LikelihoodStep, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.receiver.recv().ok()?;
        self.position += 1;
        Some(Ok(step))
    }
}

impl DataLoaderIterator<LikelihoodStep> for Steps {
    fn progress(&self) -> Progress {
        Progress::new(self.position, self.total, Some("steps".into()))
    }
}

use std::sync::Arc;

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};

/// The end of an epoch, when held-out graphs are scored and a sample is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct EpochEnd {
    /// Seed of the draws, the same after every epoch.
    pub seed: u64,
}

/// A Burn [`DataLoader`] with one item, the end of the epoch.
#[derive(Clone, Copy, Debug)]
pub struct EpochEndLoader {
    /// Seed of the draws.
    pub seed: u64,
}

impl DataLoader<EpochEnd> for EpochEndLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<EpochEnd> + 'a> {
        Box::new(Once(Some(EpochEnd { seed: self.seed })))
    }

    fn num_items(&self) -> usize {
        1
    }

    fn to_device(&self, _device: &Device) -> Arc<dyn DataLoader<EpochEnd>> {
        Arc::new(*self)
    }

    fn slice(&self, _start: usize, _end: usize) -> Arc<dyn DataLoader<EpochEnd>> {
        Arc::new(*self)
    }
}

struct Once(Option<EpochEnd>);

impl Iterator for Once {
    type Item = Result<EpochEnd, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl DataLoaderIterator<EpochEnd> for Once {
    fn progress(&self) -> Progress {
        Progress::new(usize::from(self.0.is_none()), 1, None)
    }
}

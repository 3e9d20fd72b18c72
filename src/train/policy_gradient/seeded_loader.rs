use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// A batch with the randomness of the step that it is for.
#[derive(Debug)]
pub struct SeededBatch<T> {
    /// The batch.
    pub batch: T,
    /// The generator of the step's draws.
    pub rng: ChaCha8Rng,
}

/// A Burn [`DataLoader`] that gives each batch of another one a generator of its own.
///
/// Burn's checkpoints hold no generator. Here batch k of epoch e draws from stream `e · 2³² + k` of
/// `ChaCha8Rng::seed_from_u64(seed)`, so a training that starts at epoch e sees what an
/// uninterrupted one sees there. The order of the inner loader must depend on the epoch alone too, as
/// that of [`EpochDataLoader`](crate::train::EpochDataLoader) does; choose another seed for it.
///
/// Each call of `iter` is the next epoch.
pub struct SeededLoader<T> {
    inner: Arc<dyn DataLoader<T>>,
    seed: u64,
    next_epoch: AtomicUsize,
    /// Whether all epochs are alike.
    fixed: bool,
    /// Of the first item; keeps the streams of slices apart.
    offset: usize,
}

impl<T> SeededLoader<T> {
    /// Draws anew in each epoch; the first has number `first_epoch`, counted from 1.
    pub fn new(inner: Arc<dyn DataLoader<T>>, seed: u64, first_epoch: usize) -> Self {
        Self {
            inner,
            seed,
            next_epoch: AtomicUsize::new(first_epoch),
            fixed: false,
            offset: 0,
        }
    }

    /// Has the same draws in each epoch, those of epoch 0, for validation: epochs then differ in the
    /// model alone.
    pub fn fixed(inner: Arc<dyn DataLoader<T>>, seed: u64) -> Self {
        Self {
            fixed: true,
            ..Self::new(inner, seed, 0)
        }
    }

    fn with(&self, inner: Arc<dyn DataLoader<T>>, offset: usize) -> Self {
        Self {
            inner,
            seed: self.seed,
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
            fixed: self.fixed,
            offset,
        }
    }
}

impl<T: Send + 'static> DataLoader<SeededBatch<T>> for SeededLoader<T> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<SeededBatch<T>> + 'a> {
        let epoch = if self.fixed {
            self.next_epoch.load(Ordering::Relaxed)
        } else {
            self.next_epoch.fetch_add(1, Ordering::Relaxed)
        };
        Box::new(SeededIterator {
            inner: self.inner.iter(),
            seed: self.seed,
            stream: ((epoch as u64) << 32) + self.offset as u64,
        })
    }

    fn num_items(&self) -> usize {
        self.inner.num_items()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<SeededBatch<T>>> {
        Arc::new(self.with(self.inner.to_device(device), self.offset))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<SeededBatch<T>>> {
        // A slice has no more batches than items, so streams of disjoint slices are disjoint.
        Arc::new(self.with(self.inner.slice(start, end), self.offset + start))
    }
}

struct SeededIterator<'a, T> {
    inner: Box<dyn DataLoaderIterator<T> + 'a>,
    seed: u64,
    stream: u64,
}

impl<T> Iterator for SeededIterator<'_, T> {
    type Item = Result<SeededBatch<T>, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.inner.next()?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.stream);
        self.stream += 1;
        Some(batch.map(|batch| SeededBatch { batch, rng }))
    }
}

impl<T> DataLoaderIterator<SeededBatch<T>> for SeededIterator<'_, T> {
    fn progress(&self) -> Progress {
        self.inner.progress()
    }
}

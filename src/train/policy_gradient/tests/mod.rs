//! Tests of training by policy gradient.

mod learner;
mod loader;

use std::sync::Arc;

use burn::{
    data::{
        dataloader::{DataLoader, batcher::Batcher},
        dataset::InMemDataset,
    },
    tensor::Device,
};

use super::*;
use crate::train::EpochDataLoader;

/// A batch is a number of samples to draw.
struct Count;

impl Batcher<usize, usize> for Count {
    fn batch(&self, items: Vec<usize>, _device: &Device) -> usize {
        items.len()
    }
}

/// Batches of `size` that make `items` samples in an epoch.
fn counts(items: usize, size: usize, device: &Device) -> Arc<dyn DataLoader<usize>> {
    let dataset = InMemDataset::new((0..items).collect());
    Arc::new(EpochDataLoader::new(dataset, Count, size, 0, 1, device))
}

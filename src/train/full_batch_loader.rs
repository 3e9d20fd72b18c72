use std::sync::Arc;

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::Device,
};

use crate::data::{RowBatch, row_numbers};

/// A Burn [`DataLoader`] that yields the whole data set several times per epoch, for gradient
/// descent in Burn's learner. An epoch is the unit of evaluation, logging and checkpoints.
///
/// All batches share one buffer, so steps copy nothing. There is no order, so a resumed training
/// gets the same batches as an uninterrupted one.
#[derive(Clone, Debug)]
pub struct FullBatchLoader<T> {
    all: T,
    steps_per_epoch: usize,
}

impl<T: RowBatch> FullBatchLoader<T> {
    /// Creates a loader; gradients do not flow into the data.
    ///
    /// # Panics
    /// Panics if `steps_per_epoch` is 0 or there are no rows.
    pub fn new(all: T, steps_per_epoch: usize) -> Self {
        assert!(
            steps_per_epoch > 0,
            "FullBatchLoader needs at least 1 step per epoch"
        );
        assert!(all.rows() > 0, "FullBatchLoader needs at least 1 row");
        Self {
            all: all.detached(),
            steps_per_epoch,
        }
    }
}

impl<T: RowBatch> DataLoader<T> for FullBatchLoader<T> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<T> + 'a> {
        Box::new(FullBatchIterator {
            loader: self,
            step: 0,
        })
    }

    /// Returns the number of rows processed in an epoch.
    fn num_items(&self) -> usize {
        self.all.rows() * self.steps_per_epoch
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<T>> {
        Arc::new(Self {
            all: self.all.clone().moved_to(device),
            steps_per_epoch: self.steps_per_epoch,
        })
    }

    /// Returns a loader of a share of the rows in every step. Adjoining slices are disjoint, and
    /// the gradients of a sum loss on them add up to that on all rows.
    ///
    /// # Panics
    /// Panics if no row is left.
    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<T>> {
        let rows = start / self.steps_per_epoch..end / self.steps_per_epoch;
        let rows = row_numbers(rows, &self.all.device());
        Arc::new(Self::new(self.all.gather(rows), self.steps_per_epoch))
    }
}

struct FullBatchIterator<'a, T> {
    loader: &'a FullBatchLoader<T>,
    step: usize,
}

impl<T: RowBatch> Iterator for FullBatchIterator<'_, T> {
    type Item = Result<T, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.step == self.loader.steps_per_epoch {
            return None;
        }
        self.step += 1;
        Some(Ok(self.loader.all.clone()))
    }
}

impl<T: RowBatch> DataLoaderIterator<T> for FullBatchIterator<'_, T> {
    fn progress(&self) -> Progress {
        let seen = self.step * self.loader.all.rows();
        Progress::new(seen, self.loader.num_items(), Some("items".into()))
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::tensor::Tensor;

    use super::*;

    fn loader(rows: usize, steps_per_epoch: usize) -> FullBatchLoader<Tensor<2>> {
        let values = Tensor::<1, _>::arange(0..2 * rows as i64, &Device::flex());
        FullBatchLoader::new(values.float().reshape([rows, 2]), steps_per_epoch)
    }

    fn values(tensor: &Tensor<2>) -> Vec<f32> {
        tensor.to_data().try_into_vec().unwrap()
    }

    fn epoch(loader: &dyn DataLoader<Tensor<2>>) -> Vec<Vec<f32>> {
        loader.iter().map(|all| values(&all.unwrap())).collect()
    }

    #[test]
    fn every_step_of_every_epoch_sees_all_rows() {
        let loader = loader(3, 4);
        let all = values(&loader.all);
        for _ in 0..2 {
            assert_eq!(epoch(&loader), vec![all.clone(); 4]);
        }
        assert_eq!(epoch(&*loader.to_device(&Device::flex())), vec![all; 4]);
    }

    #[test]
    fn progress_counts_rows() {
        let loader = loader(3, 2);
        let mut iterator = loader.iter();
        for seen in [3, 6] {
            assert!(iterator.next().is_some());
            let progress = iterator.progress();
            assert_eq!([progress.items_processed, progress.items_total], [seen, 6]);
        }
        assert!(iterator.next().is_none());
    }

    #[test]
    fn slices_share_out_the_rows_of_every_step() {
        let loader = loader(5, 3);
        let items = loader.num_items();
        let parts = [loader.slice(0, items / 2), loader.slice(items / 2, items)];
        let [first, second] = parts.map(|part| epoch(&*part));
        assert_eq!([first.len(), second.len()], [3, 3]);
        let together = [first[0].clone(), second[0].clone()].concat();
        assert_eq!(together, values(&loader.all));
    }

    #[test]
    #[should_panic(expected = "at least 1 step")]
    fn an_epoch_needs_a_step() {
        loader(3, 0);
    }
}

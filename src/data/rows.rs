use burn::{
    data::{
        dataloader::batcher::Batcher,
        dataset::{Dataset, DatasetError},
    },
    tensor::Device,
};

use super::{ClassificationBatch, RowBatch, row_numbers};

/// A table on a device, as a Burn [`Dataset`] of row numbers together with the [`Batcher`] that
/// gathers rows.
///
/// For data that fit into device memory: a batch is one gather, without a copy from the host.
#[derive(Clone, Debug)]
pub struct TensorRows<T = ClassificationBatch> {
    all: T,
    rows: usize,
}

impl<T: RowBatch> TensorRows<T> {
    /// Creates a table, detached from the autodiff graph.
    ///
    /// # Panics
    /// Panics if features and targets have different numbers of rows.
    pub fn new(all: T) -> Self {
        let rows = all.rows();
        Self {
            all: all.detached(),
            rows,
        }
    }

    /// Returns the whole table.
    pub fn all(&self) -> &T {
        &self.all
    }
}

impl<T: RowBatch> Dataset<usize> for TensorRows<T> {
    fn get(&self, index: usize) -> Result<usize, DatasetError> {
        Ok(index)
    }

    fn len(&self) -> usize {
        self.rows
    }
}

impl<T: RowBatch> Batcher<usize, T> for TensorRows<T> {
    fn batch(&self, rows: Vec<usize>, device: &Device) -> T {
        let rows = row_numbers(rows.into_iter(), &self.all.device());
        self.all.gather(rows).moved_to(device)
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::tensor::{Int, Tensor};

    use super::*;
    use crate::data::{RegressionBatch, TokenBatch};

    fn features(device: &Device) -> Tensor<2> {
        Tensor::from_floats([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], device)
    }

    fn classes(device: &Device) -> Tensor<1, Int> {
        Tensor::from_ints([7, 8, 9], device)
    }

    fn floats(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    fn numbers<const D: usize>(tensor: Tensor<D, Int>) -> Vec<i64> {
        tensor.try_into_vec_as().unwrap()
    }

    #[test]
    fn batches_are_the_rows_asked_for() {
        let device = Device::flex();
        let rows = TensorRows::new(ClassificationBatch {
            features: features(&device),
            targets: classes(&device),
        });
        assert_eq!(rows.len(), 3);
        for device in [device.clone(), device.autodiff()] {
            let batch = rows.batch(vec![2, 0], &device);
            assert_eq!(batch.features.device(), device);
            assert_eq!(floats(batch.features), [4.0, 5.0, 0.0, 1.0]);
            assert_eq!(numbers(batch.targets), [9, 7]);
        }
    }

    #[test]
    fn targets_may_be_numbers() {
        let device = Device::flex();
        let rows = TensorRows::new(RegressionBatch {
            features: features(&device),
            targets: Tensor::from_floats([[0.5], [1.5], [2.5]], &device),
        });
        let batch = rows.batch(vec![1, 1], &device);
        assert_eq!(floats(batch.features), [2.0, 3.0, 2.0, 3.0]);
        assert_eq!(floats(batch.targets), [1.5, 1.5]);
    }

    #[test]
    fn features_may_be_token_numbers() {
        let device = Device::flex();
        let rows = TensorRows::new(TokenBatch {
            features: Tensor::from_ints([[1, 2, 0], [3, 4, 5], [6, 0, 0]], &device),
            targets: classes(&device),
        });
        let batch = rows.batch(vec![2, 1], &device);
        assert_eq!(numbers(batch.features), [6, 0, 0, 3, 4, 5]);
        assert_eq!(numbers(batch.targets), [9, 8]);
    }

    #[test]
    fn tables_have_no_gradients() {
        let device = Device::flex().autodiff();
        let rows = TensorRows::new(RegressionBatch {
            features: features(&device).require_grad(),
            targets: Tensor::zeros([3, 1], &device),
        });
        assert!(!rows.batch(vec![0], &device).features.is_tracked());
    }

    #[test]
    #[should_panic(expected = "one target for each row")]
    fn features_without_a_target() {
        let device = Device::flex();
        TensorRows::new(RegressionBatch {
            features: features(&device),
            targets: Tensor::zeros([2, 1], &device),
        });
    }
}

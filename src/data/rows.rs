use burn::{
    data::{
        dataloader::batcher::Batcher,
        dataset::{Dataset, DatasetError},
    },
    tensor::{Device, Int, Tensor, TensorData},
};

use super::ClassificationBatch;

/// A labelled table that lives on a device, as a Burn [`Dataset`] of row numbers together with
/// the [`Batcher`] that gathers rows.
///
/// For data that fit into the device's memory: a batch is one gather, without a copy from the
/// host.
#[derive(Clone, Debug)]
pub struct TensorRows {
    features: Tensor<2>,
    targets: Tensor<1, Int>,
    rows: usize,
}

impl TensorRows {
    /// Creates a table; gradients do not flow into it.
    ///
    /// # Shapes
    /// - `all.features`: `[rows, p]`
    /// - `all.targets`: `[rows]`
    ///
    /// # Panics
    /// Where the two have different numbers of rows.
    pub fn new(all: ClassificationBatch) -> Self {
        let [rows, _] = all.features.dims();
        assert_eq!(
            all.targets.dims(),
            [rows],
            "TensorRows needs one target for each row"
        );
        Self {
            features: all.features.without_autodiff(),
            targets: all.targets.without_autodiff(),
            rows,
        }
    }
}

impl Dataset<usize> for TensorRows {
    fn get(&self, index: usize) -> Result<usize, DatasetError> {
        Ok(index)
    }

    fn len(&self) -> usize {
        self.rows
    }
}

impl Batcher<usize, ClassificationBatch> for TensorRows {
    fn batch(&self, rows: Vec<usize>, device: &Device) -> ClassificationBatch {
        let count = rows.len();
        let rows: Vec<i64> = rows.into_iter().map(|row| row as i64).collect();
        let rows =
            Tensor::<1, Int>::from_data(TensorData::new(rows, [count]), &self.features.device());
        ClassificationBatch {
            features: self
                .features
                .clone()
                .select(0, rows.clone())
                .to_device(device),
            targets: self.targets.clone().select(0, rows).to_device(device),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use super::*;

    #[test]
    fn batches_are_the_rows_asked_for() {
        let device = Device::flex();
        let rows = TensorRows::new(ClassificationBatch {
            features: Tensor::from_floats([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], &device),
            targets: Tensor::from_ints([7, 8, 9], &device),
        });
        assert_eq!(rows.len(), 3);
        for device in [device.clone(), device.autodiff()] {
            let batch = rows.batch(vec![2, 0], &device);
            assert_eq!(batch.features.device(), device);
            let features: Vec<f32> = batch.features.into_data().try_into_vec().unwrap();
            assert_eq!(features, [4.0, 5.0, 0.0, 1.0]);
            let targets: Vec<i64> = batch.targets.try_into_vec_as().unwrap();
            assert_eq!(targets, [9, 7]);
        }
    }
}

use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{Device, Int, Tensor, TensorData},
};

use super::{LabeledImage, RowBatch};

/// Features with their targets: row i of the targets belongs to row i of the features.
#[derive(Clone, Debug)]
pub struct LabeledBatch<X, Y> {
    /// Inputs of a model: `[batch, …]`.
    pub features: X,
    /// Expected outputs: `[batch, …]`.
    pub targets: Y,
}

/// Rows of features with class numbers: `[batch, p]` and `[batch]`.
pub type ClassificationBatch = LabeledBatch<Tensor<2>, Tensor<1, Int>>;

/// Rows of features with rows of numbers: `[batch, p]` and `[batch, d]`.
pub type RegressionBatch = LabeledBatch<Tensor<2>, Tensor<2>>;

/// Rows of token numbers with class numbers: `[batch, length]` and `[batch]`.
pub type TokenBatch = LabeledBatch<Tensor<2, Int>, Tensor<1, Int>>;

impl<X: RowBatch, Y: RowBatch> RowBatch for LabeledBatch<X, Y> {
    /// # Panics
    /// Panics if features and targets have different numbers of rows.
    fn rows(&self) -> usize {
        let (rows, targets) = (self.features.rows(), self.targets.rows());
        assert_eq!(rows, targets, "a batch needs one target for each row");
        rows
    }

    fn gather(&self, rows: Tensor<1, Int>) -> Self {
        Self {
            features: self.features.gather(rows.clone()),
            targets: self.targets.gather(rows),
        }
    }

    fn detached(self) -> Self {
        Self {
            features: self.features.detached(),
            targets: self.targets.detached(),
        }
    }

    fn device(&self) -> Device {
        self.features.device()
    }

    fn moved_to(self, device: &Device) -> Self {
        Self {
            features: self.features.moved_to(device),
            targets: self.targets.moved_to(device),
        }
    }
}

/// Turns images into a [`ClassificationBatch`], each image one row of
/// `channels · rows · columns` features.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImageBatcher;

impl Batcher<LabeledImage, ClassificationBatch> for ImageBatcher {
    fn batch(&self, items: Vec<LabeledImage>, device: &Device) -> ClassificationBatch {
        let rows = items.len();
        let columns = items.first().map_or(0, |item| item.pixels.len());
        let labels: Vec<i64> = items.iter().map(|item| i64::from(item.label)).collect();
        let pixels: Vec<f32> = items.into_iter().flat_map(|item| item.pixels).collect();
        ClassificationBatch {
            features: Tensor::from_data(TensorData::new(pixels, [rows, columns]), device),
            targets: Tensor::from_data(TensorData::new(labels, [rows]), device),
        }
    }
}

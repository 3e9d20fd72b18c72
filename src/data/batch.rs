use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{Device, Int, Tensor, TensorData},
};

use super::LabeledImage;

/// Rows of features with class numbers.
#[derive(Clone, Debug)]
pub struct ClassificationBatch {
    /// Features: `[batch, p]`.
    pub features: Tensor<2>,
    /// Class numbers: `[batch]`.
    pub targets: Tensor<1, Int>,
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

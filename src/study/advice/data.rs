use burn::tensor::{Device, Tensor, TensorData};

use crate::data::RegressionBatch;

/// Rows of numbers with their targets, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct AdviceData {
    /// Name of the data and what was done to them, for every output.
    pub title: String,
    /// Inputs, one row per sample.
    pub rows: Vec<Vec<f64>>,
    /// Targets, one row per sample.
    pub targets: Vec<Vec<f64>>,
}

impl AdviceData {
    /// The rows with the given numbers.
    pub(super) fn batch(&self, rows: &[usize], device: &Device) -> RegressionBatch {
        RegressionBatch {
            features: matrix(&self.rows, rows, device),
            targets: matrix(&self.targets, rows, device),
        }
    }
}

fn matrix(all: &[Vec<f64>], rows: &[usize], device: &Device) -> Tensor<2> {
    let values = rows.iter().flat_map(|&row| &all[row]);
    let values: Vec<f32> = values.map(|&value| value as f32).collect();
    let columns = all.first().map_or(0, Vec::len);
    Tensor::from_data(TensorData::new(values, [rows.len(), columns]), device)
}

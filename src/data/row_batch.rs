use std::fmt::Debug;

use burn::tensor::{
    Device, Int, Tensor, TensorData,
    kind::{Autodiff, Basic},
};

/// Data on a device with one row per sample: a tensor whose first axis counts the samples, or
/// several such tensors.
pub trait RowBatch: Clone + Debug + Send + Sync + 'static {
    /// Returns the number of rows.
    fn rows(&self) -> usize;

    /// Returns the rows with the given numbers, in their order.
    ///
    /// # Shapes
    /// - rows: `[count]`, in `0..self.rows()`, on the device of the data
    fn gather(&self, rows: Tensor<1, Int>) -> Self;

    /// Returns the same data, detached from the autodiff graph.
    fn detached(self) -> Self;

    /// Returns the device of the data.
    fn device(&self) -> Device;

    /// Returns the same data on another device.
    fn moved_to(self, device: &Device) -> Self;
}

impl<const D: usize, K> RowBatch for Tensor<D, K>
where
    K: Basic + Autodiff + Clone + Debug + Send + Sync + 'static,
{
    fn rows(&self) -> usize {
        self.dims()[0]
    }

    fn gather(&self, rows: Tensor<1, Int>) -> Self {
        self.clone().select(0, rows)
    }

    fn detached(self) -> Self {
        self.without_autodiff()
    }

    fn device(&self) -> Device {
        Tensor::device(self)
    }

    fn moved_to(self, device: &Device) -> Self {
        self.to_device(device)
    }
}

/// Converts row numbers to the tensor that [`RowBatch::gather`] takes.
pub(crate) fn row_numbers(
    rows: impl ExactSizeIterator<Item = usize>,
    device: &Device,
) -> Tensor<1, Int> {
    let count = rows.len();
    let rows: Vec<i64> = rows.map(|row| row as i64).collect();
    Tensor::from_data(TensorData::new(rows, [count]), device)
}

use burn::{module::Module, tensor::Tensor};

/// Sum of squared errors: `Σ_i ‖y_i − ŷ_i‖²`, without the factor ½.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942.
#[derive(Module, Debug, Default)]
pub struct SumSquaredLoss {}

impl SumSquaredLoss {
    /// Creates the loss.
    pub fn new() -> Self {
        Self {}
    }

    /// Returns the sum over samples.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[1]`
    ///
    /// # Panics
    /// Panics if the shapes differ; there is no broadcasting.
    pub fn forward(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        squares(predictions, targets).sum()
    }

    /// Returns one squared error per sample: `‖y_i − ŷ_i‖²`.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[batch]`
    ///
    /// # Panics
    /// Panics if the shapes differ; there is no broadcasting.
    pub fn forward_no_reduction(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        squares(predictions, targets).sum_dim(1).squeeze_dim(1)
    }
}

fn squares(predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    assert_eq!(
        predictions.dims(),
        targets.dims(),
        "predictions and targets differ in shape"
    );
    (targets - predictions).square()
}

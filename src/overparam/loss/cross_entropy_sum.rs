use burn::{
    module::Module,
    tensor::{Int, Tensor, activation::log_softmax},
};

/// Cross-entropy of logits against class numbers, in nats, summed over the batch:
/// `−Σ_i log softmax(z_i)[y_i]`.
///
/// Burn's loss is the mean, which divides the gradient by the batch size.
#[derive(Module, Debug, Default)]
pub struct CrossEntropySumLoss {}

impl CrossEntropySumLoss {
    /// Creates the loss.
    pub fn new() -> Self {
        Self {}
    }

    /// Returns the sum over samples.
    ///
    /// # Shapes
    /// - logits: `[batch, classes]`
    /// - targets: `[batch]`, in `0..classes`
    /// - output: `[1]`
    pub fn forward(&self, logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        self.forward_no_reduction(logits, targets).sum()
    }

    /// Returns one cross-entropy per sample.
    ///
    /// # Shapes
    /// - logits: `[batch, classes]`
    /// - targets: `[batch]`, in `0..classes`
    /// - output: `[batch]`
    pub fn forward_no_reduction(&self, logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        log_softmax(logits, 1)
            .gather(1, targets.unsqueeze_dim(1))
            .squeeze_dim::<1>(1)
            .neg()
    }
}

use burn::{
    optim::{LearningRate, Optimizer},
    tensor::{Device, Tensor},
};

use crate::kernel;

/// Stochastic gradient descent without momentum or decay, `w ← w − η g`, in one memory pass.
///
/// Burn's `Sgd` makes two passes over the gradient; the results agree bit for bit.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainSgd;

impl Optimizer for PlainSgd {
    /// There is no state between steps.
    type State<const D: usize> = ();

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        _state: Option<()>,
    ) -> (Tensor<D>, Option<()>) {
        (kernel::descend(tensor, grad, lr), None)
    }

    fn to_device<const D: usize>(_state: (), _device: &Device) {}
}

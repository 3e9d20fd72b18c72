use std::fmt::Debug;

use burn::{
    module::{Module, ModuleDisplay},
    tensor::Tensor,
};

/// A network that turns a batch into one row of logits per sample, whatever its inputs are.
///
/// What trains, evaluates or studies classifiers needs nothing else of a network, so it works
/// for all of this module and for those of users.
///
/// | network | inputs | shape |
/// |---|---|---|
/// | [`OverparamMlp`](super::OverparamMlp) | rows | `[batch, p]` |
/// | [`OverparamCnn`](super::OverparamCnn) | pixels, channel after channel | `[batch, channels · rows · columns]` |
/// | [`OverparamRnn`](super::OverparamRnn) | token ids, 0 for padding | `[batch, length]` |
/// | [`OverparamTransformer`](super::OverparamTransformer) | token ids, 0 for padding | `[batch, length]` |
pub trait ClassifierNetwork: Module + ModuleDisplay + 'static {
    /// A batch of inputs.
    type Input: Clone + Debug + Send + Sync + 'static;

    /// Computes the logits.
    ///
    /// # Shapes
    /// - output: `[batch, classes]`
    fn logits(&self, input: Self::Input) -> Tensor<2>;
}

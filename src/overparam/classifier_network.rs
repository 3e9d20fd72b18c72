use std::fmt::Debug;

use burn::{
    module::{Module, ModuleDisplay},
    tensor::Tensor,
};

/// A network that maps a batch of any input type to one row of logits per sample.
///
/// Code that trains or evaluates classifiers only requires this trait, so it works with all
/// networks of this module and with user-supplied ones.
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

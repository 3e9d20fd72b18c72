//! The step of Adam for Burn's flex (CPU) backend, as one memory pass.

use burn::{
    backend::{Backend, Dispatch, Flex, backend_extension, tensor::FloatTensor},
    tensor::{DType, Tensor},
};
use rayon::prelude::*;

use super::flex::{BLOCK, PARALLEL, supports};

/// Parameters of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdamStep {
    /// Decay of the first moment.
    pub(crate) beta_1: f32,
    /// Decay of the second moment.
    pub(crate) beta_2: f32,
    /// Number added to the root of the second moment.
    pub(crate) epsilon: f32,
    /// Factor of the first moment.
    pub(crate) correction: f32,
    /// The learning rate.
    pub(crate) rate: f32,
}

/// Returns the new weights, first and second moments.
///
/// ```text
/// m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   w ← w − rate · correction · m / (√v + ε)
/// ```
///
/// In place over gradient and moments if their buffers have no other owner; the result equals that
/// of the separate operations bit for bit. Only for tensors that it [`takes`].
pub(crate) fn adam<const D: usize>(all: [Tensor<D>; 4], step: AdamStep) -> [Tensor<D>; 3] {
    let [weights, gradient, first, second] = all.map(Tensor::into_dispatch);
    let (weights, first, second) = <Dispatch as Adam>::adam(weights, gradient, first, second, step);
    [weights, first, second].map(Tensor::from_dispatch)
}

/// Returns whether the fused kernel supports these tensors: `f32` on a flex device without
/// autodiff.
pub(crate) fn takes<const D: usize>(all: &[&Tensor<D>]) -> bool {
    let takes = |x: &Tensor<D>| supports(x) && x.dtype() == DType::F32 && !x.is_autodiff();
    all.iter().all(|x| takes(x))
}

/// Routes the step to its fused kernel.
#[backend_extension(Flex)]
pub(super) trait Adam: Backend {
    fn adam(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        step: AdamStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

impl Adam for Flex {
    fn adam(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        step: AdamStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let weights = weights.to_contiguous();
        let [mut gradient, mut first, mut second] = [gradient, first, second].map(|x| {
            // Borrowing and dropping keeps the owner count of a contiguous buffer at one.
            let contiguous = x.to_contiguous();
            drop(x);
            contiguous
        });
        let values = weights.storage::<f32>();
        let rest = gradient.storage_mut::<f32>().chunks_mut(BLOCK);
        let moments = first.storage_mut::<f32>().chunks_mut(BLOCK);
        let moments = moments.zip(second.storage_mut::<f32>().chunks_mut(BLOCK));
        let blocks = values.chunks(BLOCK).zip(rest).zip(moments);
        let edit = |((weights, gradient), (first, second))| {
            step.block(weights, gradient, first, second);
        };
        if values.len() < PARALLEL || rayon::current_num_threads() == 1 {
            blocks.for_each(edit);
        } else {
            blocks.collect::<Vec<_>>().into_par_iter().for_each(edit);
        }
        (gradient, first, second)
    }
}

impl AdamStep {
    /// Writes the new weights over the gradient.
    fn block(&self, weights: &[f32], gradient: &mut [f32], first: &mut [f32], second: &mut [f32]) {
        let (rest_1, rest_2) = (1.0 - self.beta_1, 1.0 - self.beta_2);
        let moments = first.iter_mut().zip(second);
        for ((&w, g), (m, v)) in weights.iter().zip(gradient).zip(moments) {
            *m = *m * self.beta_1 + *g * rest_1;
            *v = *v * self.beta_2 + *g * *g * rest_2;
            let direction = *m * self.correction / (v.sqrt() + self.epsilon);
            *g = w - direction * self.rate;
        }
    }
}

//! The fused kernel for Burn's flex (CPU) backend.

use std::sync::Arc;

use burn::{
    backend::{
        Autodiff, Backend, Dispatch, DispatchDevice, Flex, TensorMetadata,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        ops::FloatTensorOps,
        tensor::FloatTensor,
    },
    tensor::{DType, Element, Tensor, TensorData},
};
use rayon::prelude::*;

use super::Slopes;

/// Number of elements per unit of parallel work, a multiple of [`LANES`].
pub(super) const BLOCK: usize = 1 << 15;
/// Number of elements above which several threads are used.
pub(super) const PARALLEL: usize = 1 << 19;
/// Number of elements whose signs share one mask word.
const LANES: usize = 32;

/// Returns whether the fused kernel supports this tensor.
pub(crate) fn supports<const D: usize>(x: &Tensor<D>) -> bool {
    let device = x.device().inner();
    matches!(device.as_dispatch(), DispatchDevice::Flex(_))
        && matches!(x.dtype(), DType::F32 | DType::F64)
}

pub(super) fn two_slopes<const D: usize>(x: Tensor<D>, slopes: Slopes) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as TwoSlopes>::two_slopes(
        x.into_dispatch(),
        slopes.positive,
        slopes.negative,
    ))
}

#[cfg(feature = "train")]
pub(super) fn descend<const D: usize>(
    weights: Tensor<D>,
    gradient: Tensor<D>,
    rate: f64,
) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Descend>::descend(
        weights.into_dispatch(),
        gradient.into_dispatch(),
        rate,
    ))
}

/// Routes the gradient step to its fused kernel.
#[cfg(feature = "train")]
#[backend_extension(Flex)]
pub(super) trait Descend: Backend {
    fn descend(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        rate: f64,
    ) -> FloatTensor<Self>;
}

#[cfg(feature = "train")]
impl Descend for Flex {
    fn descend(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        rate: f64,
    ) -> FloatTensor<Self> {
        match weights.dtype() {
            DType::F64 => descend_typed::<f64>(weights, gradient, rate),
            _ => descend_typed::<f32>(weights, gradient, rate),
        }
    }
}

#[cfg(feature = "train")]
fn descend_typed<T: Real>(
    weights: FloatTensor<Flex>,
    gradient: FloatTensor<Flex>,
    rate: f64,
) -> FloatTensor<Flex> {
    let rate = T::from_f64(rate);
    let weights = weights.to_contiguous();
    edit(
        gradient,
        weights.storage::<T>().chunks(BLOCK),
        |gradient, weights: &[T]| {
            for (gradient, weight) in gradient.iter_mut().zip(weights) {
                *gradient = *weight - rate * *gradient;
            }
        },
    )
}

/// Routes the activation to its fused kernel, through Burn's backend extension mechanism.
#[backend_extension(Flex, Autodiff)]
pub(super) trait TwoSlopes: Backend {
    fn two_slopes(x: FloatTensor<Self>, positive: f64, negative: f64) -> FloatTensor<Self>;
}

impl TwoSlopes for Flex {
    fn two_slopes(x: FloatTensor<Self>, positive: f64, negative: f64) -> FloatTensor<Self> {
        forward(x, Slopes { positive, negative }, None)
    }
}

impl<C: CheckpointStrategy> TwoSlopes for Autodiff<Flex, C> {
    fn two_slopes(x: FloatTensor<Self>, positive: f64, negative: f64) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct TwoSlopesBackward;

        impl Backward<Flex, 1> for TwoSlopesBackward {
            type State = (Signs, Slopes);

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [parent] = ops.parents;
                let (signs, slopes) = ops.state;
                let grad = grads.consume::<Flex>(&ops.node);
                if let Some(parent) = parent {
                    grads.register::<Flex>(parent.id, backward(grad, &signs, slopes));
                }
            }
        }

        let slopes = Slopes { positive, negative };
        match TwoSlopesBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                let mut signs = Signs::default();
                let y = forward(x.into_primitive(), slopes, Some(&mut signs));
                prep.finish((signs, slopes), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(forward(x.into_primitive(), slopes, None)),
        }
    }
}

/// One bit per element of the input, set where the element is negative.
///
/// Takes 1/32 of the input's memory, and allows the forward pass to overwrite the input.
#[derive(Clone, Debug, Default)]
struct Signs(Arc<Vec<u32>>);

fn forward(x: FloatTensor<Flex>, slopes: Slopes, signs: Option<&mut Signs>) -> FloatTensor<Flex> {
    match x.dtype() {
        DType::F32 => forward_typed::<f32>(x, slopes, signs),
        DType::F64 => forward_typed::<f64>(x, slopes, signs),
        other => unreachable!("`supports` admits f32 and f64, not {other:?}"),
    }
}

fn backward(grad: FloatTensor<Flex>, signs: &Signs, slopes: Slopes) -> FloatTensor<Flex> {
    match grad.dtype() {
        DType::F32 => backward_typed::<f32>(grad, signs, slopes),
        DType::F64 => backward_typed::<f64>(grad, signs, slopes),
        other => unreachable!("a gradient has the type of its tensor, not {other:?}"),
    }
}

fn forward_typed<T: Real>(
    x: FloatTensor<Flex>,
    slopes: Slopes,
    signs: Option<&mut Signs>,
) -> FloatTensor<Flex> {
    let (positive, negative) = (T::from_f64(slopes.positive), T::from_f64(slopes.negative));
    // One choice for the whole tensor, so that the loops below have no branch.
    if slopes.negative == 0.0 {
        forward_with(x, signs, |x: T, is_negative| {
            keep_or_zero(x, is_negative) * positive
        })
    } else {
        forward_with(x, signs, |x: T, is_negative| {
            x * if is_negative { negative } else { positive }
        })
    }
}

fn backward_typed<T: Real>(
    grad: FloatTensor<Flex>,
    signs: &Signs,
    slopes: Slopes,
) -> FloatTensor<Flex> {
    let (positive, negative) = (T::from_f64(slopes.positive), T::from_f64(slopes.negative));
    if slopes.negative == 0.0 {
        backward_with(grad, signs, |g: T, is_negative| {
            keep_or_zero(g, is_negative) * positive
        })
    } else {
        backward_with(grad, signs, |g: T, is_negative| {
            g * if is_negative { negative } else { positive }
        })
    }
}

/// A product with a slope of zero would turn an infinite value into NaN.
#[inline(always)]
fn keep_or_zero<T: Real>(value: T, is_negative: bool) -> T {
    if is_negative { T::ZERO } else { value }
}

fn forward_with<T: Real>(
    x: FloatTensor<Flex>,
    signs: Option<&mut Signs>,
    f: impl Fn(T, bool) -> T + Copy + Sync,
) -> FloatTensor<Flex> {
    let Some(signs) = signs else {
        return edit(x, std::iter::repeat(()), |values, ()| {
            for value in values {
                *value = f(*value, *value < T::ZERO);
            }
        });
    };
    let mut words = vec![0; x.shape().num_elements().div_ceil(LANES)];
    let blocks = words.chunks_mut(BLOCK / LANES);
    let y = edit(x, blocks, |values, words: &mut [u32]| {
        lanes(values, words, |values, word| {
            *word = 0;
            for (bit, value) in values.iter_mut().enumerate() {
                let is_negative = *value < T::ZERO;
                *word |= u32::from(is_negative) << bit;
                *value = f(*value, is_negative);
            }
        });
    });
    *signs = Signs(Arc::new(words));
    y
}

fn backward_with<T: Real>(
    grad: FloatTensor<Flex>,
    signs: &Signs,
    f: impl Fn(T, bool) -> T + Copy + Sync,
) -> FloatTensor<Flex> {
    edit(
        grad,
        signs.0.chunks(BLOCK / LANES),
        |values, words: &[u32]| {
            lanes(values, words, |values, word| {
                for (bit, value) in values.iter_mut().enumerate() {
                    *value = f(*value, word & (1 << bit) != 0);
                }
            });
        },
    )
}

/// Calls `f` for each group of [`LANES`] values and its word; the last group may be shorter.
///
/// Whole groups have a length known at compile time, which vector instructions need.
#[inline(always)]
fn lanes<T, W>(values: &mut [T], words: impl IntoIterator<Item = W>, f: impl Fn(&mut [T], W)) {
    let (groups, rest) = values.as_chunks_mut::<LANES>();
    let mut words = words.into_iter();
    for (group, word) in groups.iter_mut().zip(words.by_ref()) {
        f(group, word);
    }
    if let (false, Some(word)) = (rest.is_empty(), words.next()) {
        f(rest, word);
    }
}

/// Rewrites a tensor block by block, each block together with one item of `side`.
///
/// In place if `x` is the only owner of its buffer. Otherwise each block is copied and edited while
/// it is in cache, so memory is still read once and written once.
fn edit<T: Real, W: Send>(
    x: FloatTensor<Flex>,
    side: impl Iterator<Item = W>,
    f: impl Fn(&mut [T], W) + Sync,
) -> FloatTensor<Flex> {
    // Borrowing and dropping keeps the owner count of a contiguous buffer at one.
    let mut y = x.to_contiguous();
    drop(x);
    if let Some(values) = y.try_storage_mut::<T>() {
        each_block(values, side, f);
        return y;
    }
    let source = y.storage::<T>();
    let mut values = vec![T::ZERO; source.len()];
    each_block(
        &mut values,
        source.chunks(BLOCK).zip(side),
        |values, (source, w)| {
            values.copy_from_slice(source);
            f(values, w);
        },
    );
    Flex::float_from_data(TensorData::new(values, y.shape()), &Default::default())
}

fn each_block<T: Send, W: Send>(
    values: &mut [T],
    side: impl Iterator<Item = W>,
    f: impl Fn(&mut [T], W) + Sync,
) {
    // Waking the thread pool costs as much as about a hundred thousand elements.
    if values.len() < PARALLEL || rayon::current_num_threads() == 1 {
        values
            .chunks_mut(BLOCK)
            .zip(side)
            .for_each(|(v, w)| f(v, w));
        return;
    }
    let blocks: Vec<_> = values.chunks_mut(BLOCK).zip(side).collect();
    blocks.into_par_iter().for_each(|(v, w)| f(v, w));
}

/// The two element types of the kernel.
pub(crate) trait Real:
    Element
    + bytemuck::Pod
    + PartialOrd
    + std::ops::Mul<Output = Self>
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::AddAssign
    + Send
    + Sync
{
    const ZERO: Self;
    fn from_f64(value: f64) -> Self;
    /// `1 / (1 + e^−x)`.
    fn logistic(self) -> Self;
    /// `1 / √x`.
    fn inverse_root(self) -> Self;
}

/// e^x to a relative error of about 2e-7, without function calls, so that loops over it use vector
/// instructions; x is clamped to ±87, within the range of f32.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it rounds to the nearest integer, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let power = rounded.to_bits().wrapping_shl(23);
    let whole = rounded - ROUND;
    // ln 2 in two parts, so that the remainder is exact.
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let p = 1.987_569_2e-4_f32;
    let p = p * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let value = p * r * r + r + 1.0;
    f32::from_bits(value.to_bits().wrapping_add(power))
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn logistic(self) -> Self {
        1.0 / (1.0 + exp(-self))
    }
    #[inline(always)]
    fn inverse_root(self) -> Self {
        1.0 / self.sqrt()
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    fn from_f64(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn logistic(self) -> Self {
        1.0 / (1.0 + (-self).exp())
    }
    #[inline(always)]
    fn inverse_root(self) -> Self {
        1.0 / self.sqrt()
    }
}

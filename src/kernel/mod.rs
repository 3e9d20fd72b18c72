//! Kernels below Burn's tensor API.
//!
//! Backends with a fused kernel use it; all others use an efficient composition of tensor
//! operations. Both have one interface and the same result.

#[cfg(all(feature = "train", feature = "flex"))]
pub(crate) mod adam;
#[cfg(feature = "flex")]
pub(crate) mod flex;
mod slopes;

use burn::tensor::Tensor;

pub(crate) use slopes::Slopes;

/// `positive · x` for `x ≥ 0` (and NaN), `negative · x` otherwise; differentiable.
///
/// The derivative at 0 is the positive slope.
///
/// On the flex device: one memory pass forward (in place if the input buffer has no other owner)
/// and one backward (in place over the incoming gradient); one bit per element is stored.
/// Elsewhere: four elementwise operations forward, one backward.
pub(crate) fn two_slopes<const D: usize>(x: Tensor<D>, slopes: Slopes) -> Tensor<D> {
    #[cfg(feature = "flex")]
    if flex::supports(&x) {
        return flex::two_slopes(x, slopes);
    }
    two_slopes_composed(x, slopes)
}

/// `weights − rate · gradient`; not differentiable.
///
/// On the flex device: one memory pass, in place over the gradient if its buffer has no other
/// owner. The result equals that of the two separate operations bit for bit.
#[cfg(feature = "train")]
pub(crate) fn descend<const D: usize>(
    weights: Tensor<D>,
    gradient: Tensor<D>,
    rate: f64,
) -> Tensor<D> {
    #[cfg(feature = "flex")]
    if flex::supports(&weights) && !weights.device().is_autodiff() {
        return flex::descend(weights, gradient, rate);
    }
    weights - gradient * rate
}

/// Computes the same function by Burn's tensor operations alone.
pub(crate) fn two_slopes_composed<const D: usize>(x: Tensor<D>, slopes: Slopes) -> Tensor<D> {
    let negative = x.clone().lower_elem(0.0);
    if slopes.negative == 0.0 {
        // A product with 0 would turn −∞ into NaN.
        return x.mask_fill(negative, 0.0) * slopes.positive;
    }
    // The factor is a constant in the autodiff graph, so only one product is recorded and
    // differentiated.
    let factor = Tensor::full_like(&x.clone().detach(), slopes.positive)
        .mask_fill(negative, slopes.negative);
    x * factor
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

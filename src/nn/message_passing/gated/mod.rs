//! Functions for message passing with edge updates, other than matrix products.
//!
//! On the flex device each function is one pass over its rows, forward and backward; elsewhere it
//! is composed of tensor operations.

mod composed;
#[cfg(feature = "flex")]
mod flex;
#[cfg(feature = "flex")]
mod row_kernels;
#[cfg(feature = "flex")]
mod rows;

use burn::tensor::Tensor;

use crate::graph::GraphBatch;

/// Number added to the variance in [`normalize_rows`].
const EPSILON: f64 = 1e-5;

/// `x · σ(x)`, with the logistic function σ.
pub(crate) fn silu(x: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if crate::kernel::flex::supports(&x) {
        return flex::silu(x);
    }
    composed::silu(x)
}

/// Each row minus its mean, divided by its standard deviation: layer normalization without weights.
///
/// # Shapes
/// - x: `[rows, d]`
/// - output: `[rows, d]`
pub(crate) fn normalize_rows(x: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if crate::kernel::flex::supports(&x) {
        return flex::normalize_rows(x);
    }
    composed::normalize_rows(x)
}

/// `silu(s_i + s_j + c_e)` at each edge `e = {i, j}`, for a batch with edges.
///
/// # Shapes
/// - s: `[|V|, d]`
/// - c: `[|E|, d]`
/// - output: `[|E|, d]`
pub(crate) fn pair_silu(graphs: &GraphBatch, s: Tensor<2>, c: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if crate::kernel::flex::supports(&s) && s.dtype() == c.dtype() {
        return flex::pair_silu(graphs.topology().clone(), s, c);
    }
    composed::pair_silu(graphs, s, c)
}

/// `Σ_e u_e · t_j` over the edges `e = {i, j}` at each node, products element by element, for a
/// batch with edges.
///
/// # Shapes
/// - u: `[|E|, d]`
/// - t: `[|V|, d]`
/// - output: `[|V|, d]`
pub(crate) fn gated_sum(graphs: &GraphBatch, u: Tensor<2>, t: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if crate::kernel::flex::supports(&u) && u.dtype() == t.dtype() {
        return flex::gated_sum(graphs.topology().clone(), u, t);
    }
    composed::gated_sum(graphs, u, t)
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

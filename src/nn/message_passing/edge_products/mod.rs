//! Three bilinear maps between node and edge features, along the edges of graphs.
//!
//! With `x_i ∈ R^d` at nodes, `w_e ∈ R^q` at edges and `z_i ∈ R^{q × d}` at nodes, the sums are
//! over the edges `e = {i, j}` at a node:
//!
//! ```text
//! spread(x, w)_i  = Σ_e w_e ⊗ x_j                     [|V|, q·d]
//! gather(z, w)_i  = Σ_e z_jᵀ w_e                      [|V|, d]
//! relate(z, x)_e  = z_i x_j + z_j x_i                 [|E|, q]
//! ```
//!
//! Each is a derivative of the others: the trilinear form `Σ_e Σ_k w_ek (z_ik·x_j + z_jk·x_i)` in
//! x, w and z has these three gradients. So the three are closed under differentiation, and a
//! gradient can be written as an expression of them and differentiated again.
//!
//! On the flex device they are loops over nodes and edges without a row per message; elsewhere they
//! are composed of tensor operations.

mod composed;
#[cfg(feature = "flex")]
mod flex;

use burn::tensor::Tensor;

use crate::graph::GraphBatch;

/// `Σ_e w_e ⊗ x_j` at each node, for a batch with edges.
///
/// # Shapes
/// - x: `[|V|, d]`
/// - w: `[|E|, q]`, `q ≥ 1`
/// - output: `[|V|, q·d]`
pub(crate) fn spread(graphs: &GraphBatch, x: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if flex::supports(&x, &w) {
        return flex::spread(graphs.topology().clone(), x, w);
    }
    composed::spread(graphs, x, w)
}

/// `Σ_e z_jᵀ w_e` at each node, for a batch with edges.
///
/// # Shapes
/// - z: `[|V|, q·d]`
/// - w: `[|E|, q]`, `q ≥ 1`
/// - output: `[|V|, d]`
pub(crate) fn gather(graphs: &GraphBatch, z: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if flex::supports(&z, &w) {
        return flex::gather(graphs.topology().clone(), z, w);
    }
    composed::gather(graphs, z, w)
}

/// `z_i x_j + z_j x_i` at each edge, for a batch with edges.
///
/// # Shapes
/// - z: `[|V|, q·d]`, `q ≥ 1`
/// - x: `[|V|, d]`
/// - output: `[|E|, q]`
pub(crate) fn relate(graphs: &GraphBatch, z: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if flex::supports(&z, &x) {
        return flex::relate(graphs.topology().clone(), z, x);
    }
    composed::relate(graphs, z, x)
}

/// `Σ_e Σ_k w_ek A_kᵀ x_j` at each node, for a batch with edges: message passing with weights that
/// depend linearly on edge features.
///
/// If `out ≥ in` this is `spread(x, w)` times the vertically stacked weights, otherwise `gather` of
/// x times the horizontally stacked weights. On the flex device neither product is ever in memory
/// as a whole, forward or backward.
///
/// # Shapes
/// - x: `[|V|, in]`
/// - w: `[|E|, q]`, `q ≥ 1`
/// - weights: `[q, in, out]`
/// - output: `[|V|, out]`
pub(crate) fn convolve(
    graphs: &GraphBatch,
    x: Tensor<2>,
    w: Tensor<2>,
    weights: Tensor<3>,
) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if flex::supports(&x, &w) {
        return flex::convolve(graphs.topology().clone(), x, w, weights);
    }
    composed::convolve(graphs, x, w, weights)
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

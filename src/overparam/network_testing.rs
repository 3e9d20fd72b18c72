//! Shared helpers for tests of networks.

use burn::{
    module::Param,
    tensor::{Device, Int, Tensor},
};

/// Padding after, before, between and instead of tokens.
pub(super) const TOKENS: [[i64; 5]; 4] = [
    [3, 7, 7, 11, 2],
    [5, 1, 0, 0, 0],
    [0, 4, 0, 9, 0],
    [0, 0, 0, 0, 0],
];

pub(super) fn tokens(device: &Device) -> Tensor<2, Int> {
    Tensor::from_ints(TOKENS, device)
}

pub(super) fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// A row times a matrix, in `f64`.
pub(super) fn product(x: &[f64], matrix: &Param<Tensor<2>>) -> Vec<f64> {
    let [inputs, outputs] = matrix.dims();
    assert_eq!(x.len(), inputs);
    let weights = data(matrix.val());
    (0..outputs)
        .map(|j| {
            let column = weights.iter().skip(j).step_by(outputs);
            x.iter().zip(column).map(|(x, &w)| x * f64::from(w)).sum()
        })
        .collect()
}

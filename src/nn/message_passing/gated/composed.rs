//! The functions, composed of Burn's tensor operations.

use burn::tensor::{Tensor, activation::sigmoid};

use super::EPSILON;
use crate::graph::{GraphBatch, select_rows};

pub(super) fn silu(x: Tensor<2>) -> Tensor<2> {
    x.clone() * sigmoid(x)
}

pub(super) fn normalize_rows(x: Tensor<2>) -> Tensor<2> {
    let centered = x.clone() - x.mean_dim(1);
    let variance = (centered.clone() * centered.clone()).mean_dim(1);
    centered / (variance + EPSILON).sqrt()
}

pub(super) fn pair_silu(graphs: &GraphBatch, s: Tensor<2>, c: Tensor<2>) -> Tensor<2> {
    let [first, second] = graphs.edge_nodes();
    silu(select_rows(s.clone(), first) + select_rows(s, second) + c)
}

pub(super) fn gated_sum(graphs: &GraphBatch, u: Tensor<2>, t: Tensor<2>) -> Tensor<2> {
    let messages = graphs.messages();
    let sent = select_rows(t, &messages.senders);
    messages
        .receivers
        .sum(sent * select_rows(u, &messages.edges))
}

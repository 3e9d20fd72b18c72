//! The maps, composed of Burn's tensor operations.

use burn::tensor::{Int, Tensor};

use crate::graph::{GraphBatch, select_rows};

pub(super) fn spread(graphs: &GraphBatch, x: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    let messages = graphs.messages();
    let ([_, d], [_, q]) = (x.dims(), w.dims());
    let sent = select_rows(x, &messages.senders);
    let weights = select_rows(w, &messages.edges);
    let rows = sent.dims()[0];
    let products = weights.reshape([rows, q, 1]) * sent.reshape([rows, 1, d]);
    messages.receivers.sum(products.reshape([rows, q * d]))
}

pub(super) fn gather(graphs: &GraphBatch, z: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    let messages = graphs.messages();
    let q = w.dims()[1];
    let d = z.dims()[1] / q;
    let sent = select_rows(z, &messages.senders);
    let weights = select_rows(w, &messages.edges);
    let rows = sent.dims()[0];
    let weighted = sent.reshape([rows, q, d]) * weights.reshape([rows, q, 1]);
    messages
        .receivers
        .sum(weighted.sum_dim(1).reshape([rows, d]))
}

pub(super) fn relate(graphs: &GraphBatch, z: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
    let [first, second] = graphs.edge_nodes();
    let d = x.dims()[1];
    let (rows, q) = (first.dims()[0], z.dims()[1] / d);
    let one_way = |of: &Tensor<1, Int>, with: &Tensor<1, Int>| {
        let z = select_rows(z.clone(), of).reshape([rows, q, d]);
        let x = select_rows(x.clone(), with).reshape([rows, 1, d]);
        (z * x).sum_dim(2).reshape([rows, q])
    };
    one_way(first, second) + one_way(second, first)
}

pub(super) fn convolve(
    graphs: &GraphBatch,
    x: Tensor<2>,
    w: Tensor<2>,
    weights: Tensor<3>,
) -> Tensor<2> {
    let [q, inputs, outputs] = weights.dims();
    if inputs <= outputs {
        return spread(graphs, x, w).matmul(weights.reshape([q * inputs, outputs]));
    }
    let side_by_side = weights.swap_dims(0, 1).reshape([inputs, q * outputs]);
    gather(graphs, x.matmul(side_by_side), w)
}

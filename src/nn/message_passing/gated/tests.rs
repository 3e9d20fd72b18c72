use burn::tensor::{Device, Tensor};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    graph::GraphBatch,
    testing::{assorted_graphs, random_features},
};

fn graphs(nodes: usize, edges: usize) -> GraphBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    random_features(&assorted_graphs(), nodes, edges, &Device::flex(), &mut rng)
}

fn data(tensor: Tensor<2>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

fn assert_close(a: Tensor<2>, b: Tensor<2>) {
    assert_eq!(a.dims(), b.dims());
    for (a, b) in data(a).into_iter().zip(data(b)) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{a} and {b}");
    }
}

#[test]
fn the_loops_are_the_composed_functions() {
    for width in [1, 5, 16, 37] {
        let graphs = graphs(width, width);
        let (x, e) = (graphs.nodes() * 3.0, graphs.edges());
        assert_close(silu(x.clone()), composed::silu(x.clone()));
        assert_close(
            normalize_rows(x.clone()),
            composed::normalize_rows(x.clone()),
        );
        assert_close(
            pair_silu(&graphs, x.clone(), e.clone()),
            composed::pair_silu(&graphs, x.clone(), e.clone()),
        );
        assert_close(
            gated_sum(&graphs, e.clone(), x.clone()),
            composed::gated_sum(&graphs, e, x),
        );
    }
}

#[test]
fn extreme_values_stay_finite() {
    let x = Tensor::<2>::from_floats([[-1e30, -100.0, 0.0, 100.0, 1e30]], &Device::flex());
    let y = data(silu(x));
    assert!(
        y[0].abs() < 1e-6 && y[1].abs() < 1e-6 && y[2] == 0.0,
        "{y:?}"
    );
    assert!(
        (y[3] - 100.0).abs() < 1e-4 && (y[4] / 1e30 - 1.0).abs() < 1e-6,
        "{y:?}"
    );
}

/// Compares the backward passes with the gradients of the composed functions.
#[test]
fn gradients() {
    let graphs = graphs(21, 21).autodiff();
    let (x, e) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
    let run = |fused: bool| {
        let outputs = match fused {
            true => [
                silu(x.clone()),
                normalize_rows(x.clone()),
                pair_silu(&graphs, x.clone(), e.clone()),
                gated_sum(&graphs, e.clone(), x.clone()),
            ],
            false => [
                composed::silu(x.clone()),
                composed::normalize_rows(x.clone()),
                composed::pair_silu(&graphs, x.clone(), e.clone()),
                composed::gated_sum(&graphs, e.clone(), x.clone()),
            ],
        };
        let loss = outputs.map(|y| (y.clone() * y.clone() * y).sum());
        let grads = loss.into_iter().reduce(|a, b| a + b).unwrap().backward();
        [x.grad(&grads).unwrap(), e.grad(&grads).unwrap()]
    };
    let scale = 1e-2;
    for (fused, composed) in run(true).into_iter().zip(run(false)) {
        assert_close(fused * scale, composed * scale);
    }
}

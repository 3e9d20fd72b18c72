use burn::{
    module::{Module, Param},
    tensor::{Device, Distribution, Tensor, TensorData, Tolerance},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    graph::{
        GraphTopology,
        generate::{complete, path, random_connected, star},
    },
    testing::{check_gradients, random_features},
};

fn batch(device: &Device, [d, q]: [usize; 2], large: bool) -> GraphBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let nodes = if large { 3000 } else { 7 };
    let graphs = [
        star(4),
        path(1),
        complete(5),
        random_connected(nodes, nodes, &mut rng).unwrap(),
        GraphTopology::single(3, vec![[0, 2]]).unwrap(),
    ];
    let topology = GraphTopology::disjoint_union(&graphs);
    random_features(&topology, d, q, device, &mut rng)
}

/// Compares loops with tensor operations, forward and backward, for small sizes and for sizes that
/// use several threads.
#[test]
fn loops_agree_with_tensor_operations() {
    let device = Device::flex().autodiff();
    for (d, q, large) in [(1, 1, false), (5, 3, false), (37, 2, false), (24, 5, true)] {
        let graphs = batch(&device, [d, q], large);
        let z = graphs.nodes().repeat(&[1, q]) * 0.5 + 0.1;
        let z = z.detach().require_grad();
        let (x, w) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
        type Map<'a> = &'a dyn Fn(Tensor<2>, Tensor<2>) -> Tensor<2>;
        let run = |spread: Map, gather: Map, relate: Map| {
            let (a, b) = (spread(x.clone(), w.clone()), gather(z.clone(), w.clone()));
            let c = relate(z.clone(), x.clone());
            let loss = (a.clone() * z.clone()).square().sum()
                + (b.clone() * x.clone()).square().sum()
                + (c.clone() * w.clone()).square().sum();
            let grads = loss.backward();
            let gradients = [&x, &w, &z].map(|leaf| leaf.grad(&grads).unwrap());
            [a, b, c]
                .into_iter()
                .chain(gradients)
                .map(Tensor::into_data)
                .collect::<Vec<_>>()
        };
        assert!(flex::supports(&x, &w));
        let fused = run(
            &|x, w| spread(&graphs, x, w),
            &|z, w| gather(&graphs, z, w),
            &|z, x| relate(&graphs, z, x),
        );
        let composed = run(
            &|x, w| composed::spread(&graphs, x, w),
            &|z, w| composed::gather(&graphs, z, w),
            &|z, x| composed::relate(&graphs, z, x),
        );
        for (a, b) in fused.iter().zip(&composed) {
            a.assert_approx_eq::<f32>(b, Tolerance::rel_abs(1e-4, 1e-3));
        }
    }
}

/// In double precision, also if only one factor has a gradient.
#[test]
fn gradients_match_finite_differences() {
    #[derive(Module, Debug)]
    struct Factors {
        x: Param<Tensor<2>>,
        w: Param<Tensor<2>>,
        z: Param<Tensor<2>>,
    }
    let device = Device::flex().autodiff();
    let graphs = batch(&device, [4, 3], false);
    let factors = |tracked: [bool; 3]| {
        let z = graphs.nodes().repeat(&[1, 3]);
        let [x, w, z] = [graphs.nodes(), graphs.edges(), z].map(Param::from_tensor);
        Factors {
            x: x.set_require_grad(tracked[0]),
            w: w.set_require_grad(tracked[1]),
            z: z.set_require_grad(tracked[2]),
        }
    };
    for tracked in [
        [true; 3],
        [true, false, false],
        [false, true, false],
        [false, false, true],
    ] {
        let factors = factors(tracked);
        check_gradients(&factors, 20, 1e-6, |factors| {
            let (x, w, z) = (factors.x.val(), factors.w.val(), factors.z.val());
            let spread = spread(&graphs, x.clone(), w.clone());
            let gathered = gather(&graphs, z.clone(), w.clone());
            let related = relate(&graphs, z.clone(), x.clone());
            (spread * z).square().sum()
                + (gathered * x).square().sum()
                + (related * w).square().sum()
        })
        .unwrap();
    }
}

/// Tensors that are views in memory.
#[test]
fn views() {
    let device = Device::flex();
    let graphs = batch(&device, [4, 3], false);
    let x = graphs
        .nodes()
        .transpose()
        .flip([0, 1])
        .flip([0, 1])
        .transpose();
    let w = graphs.edges().slice([0..graphs.edges().dims()[0], 1..3]);
    let fused = spread(&graphs, x.clone(), w.clone());
    let composed = composed::spread(&graphs, x, w);
    fused
        .into_data()
        .assert_approx_eq::<f32>(&composed.into_data(), Tolerance::relative(1e-5));
}

/// Message passing, forward and backward, with increasing and decreasing node widths, for one block
/// of edge features and several.
#[test]
fn message_passing_agrees_with_tensor_operations() {
    let device = Device::flex().autodiff();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for (q, inputs, outputs, large) in [
        (1, 1, 1, false),
        (3, 5, 7, false),
        (3, 7, 5, false),
        (5, 24, 30, true),
        (5, 30, 24, true),
    ] {
        let graphs = batch(&device, [inputs, q], large);
        let (x, w) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
        let values =
            TensorData::random::<f32, _, _>([q, inputs, outputs], Distribution::Default, &mut rng);
        let weights = Tensor::<3>::from_data(values, &device).require_grad();
        let run = |y: Tensor<2>| {
            let grads = y.clone().square().mean().backward();
            let weights = weights.grad(&grads).unwrap().into_data();
            let [x, w] = [&x, &w].map(|leaf| leaf.grad(&grads).unwrap().into_data());
            [y.into_data(), x, w, weights]
        };
        let fused = run(convolve(&graphs, x.clone(), w.clone(), weights.clone()));
        let (a, b, c) = (x.clone(), w.clone(), weights.clone());
        let composed = run(composed::convolve(&graphs, a, b, c));
        for (a, b) in fused.iter().zip(&composed) {
            a.assert_approx_eq::<f32>(b, Tolerance::rel_abs(1e-4, 1e-4));
        }
    }
}

/// In double precision, also if only one factor has a gradient, or is tracked at all.
#[test]
fn gradients_of_message_passing_match_finite_differences() {
    #[derive(Module, Debug)]
    struct Factors {
        x: Param<Tensor<2>>,
        w: Param<Tensor<2>>,
        weights: Param<Tensor<3>>,
    }
    let device = Device::flex().autodiff();
    for [inputs, outputs] in [[2, 3], [3, 2]] {
        let graphs = batch(&device, [inputs, 3], false);
        let weights = graphs.nodes().repeat(&[outputs, 1]);
        let weights = weights.slice([0..3 * outputs, 0..inputs]);
        for tracked in [
            [true; 3],
            [true, false, false],
            [false, true, false],
            [false, false, true],
        ] {
            let [x, w] = [graphs.nodes(), graphs.edges()].map(Param::from_tensor);
            let weights = Param::from_tensor(weights.clone().reshape([3, inputs, outputs]));
            let factors = Factors {
                x: x.set_require_grad(tracked[0]),
                w: w.set_require_grad(tracked[1]),
                weights: weights.set_require_grad(tracked[2]),
            };
            check_gradients(&factors, 20, 1e-6, |factors| {
                let (x, w) = (factors.x.val(), factors.w.val());
                convolve(&graphs, x, w, factors.weights.val())
                    .square()
                    .sum()
            })
            .unwrap();
        }
        let plain = convolve(
            &graphs,
            graphs.nodes().inner(),
            graphs.edges().inner(),
            Tensor::ones([3, inputs, outputs], &device).require_grad(),
        );
        assert!(plain.is_autodiff());
    }
}

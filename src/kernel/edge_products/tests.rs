use burn::{
    module::{Module, Param},
    tensor::{Device, Tensor, Tolerance},
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

/// Loops and tensor operations, forward and backward; small, and large enough for several threads.
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

/// In double precision, and where only one factor has a gradient.
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

//! The policy gradient through the layer against the analytic gradient.
//!
//! For the edge 0–1 whose node 0 is kept, `E[edges] = 2 + p_c · p_12`: linked children inherit the
//! edge singly or both, others both.

use burn::module::Param;

use super::*;
use crate::{
    graph::{generate::path, unpooling::Plan},
    nn::{Baseline, ReinforceLossConfig},
};

const BATCH: usize = 4;
const BATCHES: usize = 600;
/// Added to the number of edges, so that rewards are far from 0.
const OFFSET: f32 = 10.0;

/// Derivatives by the bias of the score for linking, and by that of the score for both heirs.
struct Biases {
    link: Param<Tensor<1>>,
    both: Param<Tensor<1>>,
}

impl Biases {
    fn of(layer: &UnpoolingLayer) -> Self {
        let networks = &layer.networks;
        let output = networks.both.linears()[2];
        Self {
            link: networks.intra_link.1.bias.clone().unwrap(),
            both: output.bias.clone().unwrap(),
        }
    }

    fn derivatives(&self, of: Tensor<1>) -> [f64; 2] {
        let gradients = of.backward();
        let first = |bias: &Param<Tensor<1>>| read(bias.grad(&gradients).unwrap())[0];
        [first(&self.link), first(&self.both)]
    }
}

fn graph(device: &Device) -> GraphBatch {
    features(&path(2), [8, 3], 3, device)
}

fn layer(factor: f32, device: &Device) -> UnpoolingLayer {
    scaled(UnpoolingLayerConfig::new(8, 3).init(device), factor)
}

/// `[p_c, p_12]`.
fn probabilities(layer: &UnpoolingLayer, device: &Device) -> [Tensor<1>; 2] {
    let graph = graph(device);
    let plan = Plan::new(graph.topology(), &[false, true]);
    let networks = &layer.networks;
    let children = networks.child_features(&graph.nodes(), &plan);
    let found = networks.structure_probabilities(&graph, &children, &plan, true);
    let inherit = found.ends.unwrap().inherit;
    [
        found.intra_link.slice([0..1, 0..1]).reshape([1]),
        inherit.slice([0..1, 2..3]).reshape([1]),
    ]
}

fn analytic(layer: &UnpoolingLayer, device: &Device) -> [f64; 2] {
    let [link, both] = probabilities(layer, device);
    Biases::of(layer).derivatives(link * both + 2.0)
}

/// The chain rule by hand, smoothing s included, where all weights are 0 but the biases for
/// linking.
#[test]
fn the_analytic_gradient_in_closed_form() {
    let device = Device::flex().autodiff();
    let mut layer = layer(0.0, &device);
    let bias = Tensor::from_floats([0.4, 0.1], &device);
    layer.networks.intra_link.1.bias = Some(Param::from_tensor(bias));
    let s = 1e-4;
    let sigmoid = 1.0 / (1.0 + (-0.3f64).exp());
    let link = (sigmoid + s) / (1.0 + 2.0 * s);
    // Each share is ½, against the score of no edge; they are smoothed, then normalized.
    let both = 1.0 / 3.0;
    let expected = [
        both * sigmoid * (1.0 - sigmoid) / (1.0 + 2.0 * s),
        link * 0.25 * (1.0 + 2.0 * s) / (1.5 + 3.0 * s).powi(2),
    ];
    let found = analytic(&layer, &device);
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    }
}

struct Estimate {
    mean: [f64; 2],
    /// Of the mean.
    error: [f64; 2],
    /// Of one batch, over both components.
    variance: f64,
}

fn estimate(layer: &UnpoolingLayer, baseline: Baseline, device: &Device) -> Estimate {
    let loss = ReinforceLossConfig::new()
        .with_baseline(baseline)
        .init(device);
    let batch = copies(&graph(device), BATCH);
    let roles = [NodeRole::Kept, NodeRole::Unpooled].repeat(BATCH);
    let biases = Biases::of(layer);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut step = || {
        let output = layer.forward_with_roles(&batch, &roles, &mut rng);
        let edges = output.graphs.topology().edge_counts();
        let reward: Vec<f32> = edges.map(|edges| edges as f32 + OFFSET).collect();
        let reward = Tensor::from_floats(reward.as_slice(), device);
        biases.derivatives(loss.forward(output.log_prob, reward))
    };
    // A moving average starts with the first batch in its own baseline.
    step();
    let found: Vec<[f64; 2]> = (0..BATCHES).map(|_| step()).collect();
    let count = BATCHES as f64;
    let mean = [0, 1].map(|k| found.iter().map(|g| g[k]).sum::<f64>() / count);
    let variance = [0, 1].map(|k| {
        let squares = found.iter().map(|g| (g[k] - mean[k]).powi(2));
        squares.sum::<f64>() / (count - 1.0)
    });
    Estimate {
        mean,
        error: variance.map(|variance| (variance / count).sqrt()),
        variance: variance.iter().sum(),
    }
}

#[test]
fn the_estimate_has_the_analytic_gradient_as_its_mean() {
    let device = Device::flex().autodiff();
    let layer = layer(2.0, &device);
    let exact = analytic(&layer, &device);
    let batch_mean = 1.0 - 1.0 / BATCH as f64;
    let baselines = [
        (Baseline::None, 1.0),
        (Baseline::BatchMean, batch_mean),
        (Baseline::LeaveOneOut, 1.0),
        (Baseline::MovingAverage { momentum: 0.9 }, 1.0),
    ];
    let estimates = baselines.map(|(baseline, factor)| {
        let estimate = estimate(&layer, baseline, &device);
        for (k, exact) in exact.iter().enumerate() {
            // The loss falls where edges rise.
            let (found, expected) = (estimate.mean[k], -factor * exact);
            let error = estimate.error[k];
            assert!(
                (found - expected).abs() < 3.0 * error,
                "{baseline:?}: {found} ± {error}, not {expected}"
            );
        }
        estimate
    });
    let [none, others @ ..] = &estimates;
    for other in others {
        assert!(
            none.variance > 50.0 * other.variance,
            "{} {}",
            none.variance,
            other.variance
        );
    }
    // The bias of the batch mean shows beyond the noise: the test could fail.
    let found = &estimates[1];
    assert!((found.mean[0] + exact[0]).abs() > 3.0 * found.error[0]);
}

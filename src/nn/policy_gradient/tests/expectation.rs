//! The exact mean and variance of the gradient of a softmax's logits, over all batches of draws.

use burn::tensor::activation::log_softmax;

use super::*;

const LOGITS: [f32; 3] = [0.3, -0.5, 0.1];
/// Far from 0, as in practice.
const REWARD: [f32; 3] = [10.0, 12.0, 11.0];
const BATCH: usize = 3;

fn probabilities() -> [f64; 3] {
    let weights = LOGITS.map(|logit| f64::from(logit).exp());
    weights.map(|weight| weight / weights.iter().sum::<f64>())
}

/// The gradient of the loss for given draws.
fn gradient(loss: &ReinforceLoss, draws: &[usize], reward: [f32; 3]) -> Vec<f64> {
    let device = Device::flex().autodiff();
    let logits = row(&LOGITS, &device).require_grad();
    let log_p = log_softmax(logits.clone(), 0);
    let log_prob = draws.iter().map(|&k| log_p.clone().slice(k..k + 1));
    let log_prob = Tensor::cat(log_prob.collect(), 0);
    let reward: Vec<f32> = draws.iter().map(|&k| reward[k]).collect();
    let value = loss.forward(log_prob, row(&reward, &device));
    values(logits.grad(&value.backward()).unwrap())
}

/// Mean of the gradient, and the sum of the variances of its components.
fn moments(config: ReinforceLossConfig, batch: usize, reward: [f32; 3]) -> ([f64; 3], f64) {
    let device = Device::flex().autodiff();
    let p = probabilities();
    let (mut mean, mut square) = ([0.0; 3], 0.0);
    for code in 0..3usize.pow(batch as u32) {
        let draws: Vec<usize> = (0..batch)
            .map(|at| code / 3usize.pow(at as u32) % 3)
            .collect();
        let probability: f64 = draws.iter().map(|&k| p[k]).product();
        let loss = config.init(&device);
        if matches!(config.baseline, Baseline::MovingAverage { .. }) {
            // One previous batch, with unrelated rewards.
            gradient(&loss, &[0, 1], reward);
        }
        let found = gradient(&loss, &draws, reward);
        square += probability * found.iter().map(|g| g * g).sum::<f64>();
        for (mean, found) in mean.iter_mut().zip(found) {
            *mean += probability * found;
        }
    }
    (mean, square - mean.iter().map(|m| m * m).sum::<f64>())
}

/// ∂E[r]/∂logit_k = p_k (r_k − E[r]).
fn gradient_of_the_expected_reward() -> [f64; 3] {
    let p = probabilities();
    let mean: f64 = (0..3).map(|k| p[k] * f64::from(REWARD[k])).sum();
    std::array::from_fn(|k| p[k] * (f64::from(REWARD[k]) - mean))
}

fn assert_near(found: [f64; 3], expected: [f64; 3]) {
    for k in 0..3 {
        let close = (found[k] - expected[k]).abs() < 2e-6;
        assert!(close, "{found:?}, expected {expected:?}");
    }
}

#[test]
fn the_mean_is_the_gradient_of_the_expected_reward() {
    let exact = gradient_of_the_expected_reward();
    for baseline in BASELINES {
        let config = ReinforceLossConfig::new().with_baseline(baseline);
        let (mean, _) = moments(config, BATCH, REWARD);
        let factor = match baseline {
            Baseline::BatchMean => 1.0 - 1.0 / BATCH as f64,
            _ => 1.0,
        };
        assert_near(mean, exact.map(|gradient| -factor * gradient));
    }
}

#[test]
fn baselines_lower_the_variance() {
    let variance = BASELINES.map(|baseline| {
        let config = ReinforceLossConfig::new().with_baseline(baseline);
        moments(config, BATCH, REWARD).1
    });
    let [none, batch_mean, leave_one_out, moving] = variance;
    assert!(none > 20.0 * leave_one_out, "{variance:?}");
    assert!(none > 20.0 * moving, "{variance:?}");
    // The same directions, shortened.
    let factor = (1.0 - 1.0 / BATCH as f64).powi(2);
    assert!(
        (batch_mean / leave_one_out - factor).abs() < 1e-4,
        "{variance:?}"
    );
}

/// ∂H/∂logit_k = −p_k (log p_k + H).
#[test]
fn the_entropy_bonus_has_the_gradient_of_the_entropy() {
    let p = probabilities();
    let entropy: f64 = p.iter().map(|p| -p * p.ln()).sum();
    let exact = p.map(|p| p * (p.ln() + entropy));
    for (baseline, batch) in [(Baseline::None, 1), (Baseline::LeaveOneOut, 3)] {
        let config = ReinforceLossConfig::new()
            .with_baseline(baseline)
            .with_entropy_weight(1.0);
        let (mean, _) = moments(config, batch, [0.0; 3]);
        assert_near(mean, exact);
    }
}

//! Mixtures of logistic distributions, truncated to the interval from −1 to 1.

use burn::tensor::{
    Device, Tensor,
    activation::{log_sigmoid, log_softmax, sigmoid, softplus},
};
use rand::{Rng, RngExt};

use super::rows::floats;

/// Number of components.
const COMPONENTS: usize = 12;
/// Number of parameters of a mixture.
pub(super) const PARAMETERS: usize = 3 * COMPONENTS;
/// Smallest scale of a component.
const LEAST_SCALE: f64 = 1e-3;
/// Scales are this much smaller for a network output of 0.
const SCALE_OFFSET: f64 = 1.0;

/// Means for a network output of 0, before tanh: evenly spread after it.
fn offset(component: usize) -> f64 {
    let at = (2 * component + 1) as f64 / COMPONENTS as f64 - 1.0;
    at.atanh()
}

/// Maximum shift of means, as a share of the anchor's distance from the middle.
const SHIFT: f64 = 0.95;

/// Shift of means toward an anchor in [−1, 1], before tanh.
fn shift(anchor: f32) -> f64 {
    (SHIFT * f64::from(anchor)).atanh()
}

/// Returns the log-densities of one value each; `anchors` are the expected values for a network
/// output of 0, from −1 to 1.
///
/// # Shapes
/// - parameters: `[rows, PARAMETERS]`
/// - values: `[rows, 1]`, from −1 to 1
/// - output: `[rows, 1]`
pub(super) fn log_density(
    parameters: Tensor<2>,
    anchors: &[f32],
    values: Tensor<2>,
    device: &Device,
) -> Tensor<2> {
    let shifts = anchors.iter().map(|&anchor| shift(anchor) as f32).collect();
    let shifts = floats(shifts, [anchors.len(), 1], device);
    let part = |k: usize| parameters.clone().narrow(1, k * COMPONENTS, COMPONENTS);
    let offsets = (0..COMPONENTS).map(|k| offset(k) as f32).collect();
    let means = (part(1) + floats(offsets, [1, COMPONENTS], device) + shifts).tanh();
    let scales = softplus(part(2) - SCALE_OFFSET, 1.0) + LEAST_SCALE;
    let z = (values - means.clone()) / scales.clone();
    let inside = |bound: f64| sigmoid((means.clone().neg() + bound) / scales.clone());
    let mass = inside(1.0) - inside(-1.0);
    let terms = log_softmax(part(0), 1) + log_sigmoid(z.clone()) + log_sigmoid(z.neg())
        - scales.log()
        - mass.log();
    let largest = terms.clone().max_dim(1).detach();
    (terms - largest.clone()).exp().sum_dim(1).log() + largest
}

/// One mixture on the host.
#[derive(Clone, Debug)]
pub(super) struct Mixture {
    weights: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Mixture {
    /// Creates a mixture from its parameters and anchor. Weights are raised to the power of 1 /
    /// temperature, and widths are multiplied by the temperature.
    pub(super) fn new(parameters: &[f32], anchor: f32, temperature: f64) -> Self {
        let shift = shift(anchor);
        let part = |k: usize| {
            let part = parameters[k * COMPONENTS..(k + 1) * COMPONENTS].iter();
            part.map(|&x| f64::from(x))
        };
        let largest = part(0).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = part(0)
            .map(|x| ((x - largest) / temperature).exp())
            .collect();
        let total: f64 = weights.iter().sum();
        let scale = |x: f64| {
            let x = x - SCALE_OFFSET;
            (x.max(0.0) + (-x.abs()).exp().ln_1p() + LEAST_SCALE) * temperature
        };
        Self {
            weights: weights.into_iter().map(|weight| weight / total).collect(),
            means: part(1)
                .zip(0..)
                .map(|(x, k)| (x + offset(k) + shift).tanh())
                .collect(),
            scales: part(2).map(scale).collect(),
        }
    }

    /// Consumes two draws.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> f64 {
        let mut at: f64 = rng.random();
        let chosen = self.weights.iter().position(|weight| {
            at -= weight;
            at < 0.0
        });
        let k = chosen.unwrap_or(COMPONENTS - 1);
        let (mean, scale) = (self.means[k], self.scales[k]);
        let [low, high] = [-1.0, 1.0].map(|bound| logistic((bound - mean) / scale));
        let share = low + (high - low) * rng.random::<f64>();
        let value = mean + scale * (share / (1.0 - share)).ln();
        value.clamp(-1.0, 1.0)
    }

    /// Returns the logarithm of the density at a value from −1 to 1.
    pub(super) fn log_density(&self, value: f64) -> f64 {
        let components = self.weights.iter().zip(&self.means).zip(&self.scales);
        let densities = components.map(|((weight, mean), scale)| {
            let z = (value - mean) / scale;
            let mass = logistic((1.0 - mean) / scale) - logistic((-1.0 - mean) / scale);
            weight * logistic(z) * logistic(-z) / (scale * mass)
        });
        densities.sum::<f64>().ln()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    /// Parameters of mixtures: nearly flat, narrow, and with means at the bounds.
    fn parameters(rng: &mut ChaCha8Rng) -> Vec<f32> {
        let factor = rng.random_range(0.1..3.0);
        (0..PARAMETERS)
            .map(|_| factor * rng.random_range(-1.0f32..1.0))
            .collect()
    }

    #[test]
    fn densities_integrate_to_one_and_are_those_of_the_tensors() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        const STEPS: usize = 20_000;
        for _ in 0..20 {
            let parameters = parameters(&mut rng);
            let anchor = rng.random_range(-1.0..=1.0);
            let mixture = Mixture::new(&parameters, anchor, 1.0);
            let at = |step: usize| 2.0 * (step as f64 + 0.5) / STEPS as f64 - 1.0;
            let total: f64 = (0..STEPS)
                .map(|step| mixture.log_density(at(step)).exp() * 2.0 / STEPS as f64)
                .sum();
            assert!((total - 1.0).abs() < 1e-4, "{total}");
            let values = [-1.0, -0.3, 0.0, 0.7, 1.0];
            let device = Device::flex();
            let rows = values.map(|_| parameters.clone()).concat();
            let found = log_density(
                floats(rows, [values.len(), PARAMETERS], &device),
                &[anchor; 5],
                floats(
                    values.map(|x| x as f32).to_vec(),
                    [values.len(), 1],
                    &device,
                ),
                &device,
            );
            let found = found.into_data();
            for (found, value) in found.iter::<f32>().zip(values) {
                let expected = mixture.log_density(value);
                assert!(
                    (f64::from(found) - expected).abs() < 1e-3,
                    "{found} {expected}"
                );
            }
        }
    }

    /// The Kolmogorov–Smirnov distance between draws and density.
    #[test]
    fn draws_follow_the_density() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        const DRAWS: usize = 20_000;
        for temperature in [1.0, 0.5] {
            let mixture = Mixture::new(&parameters(&mut rng), 0.4, temperature);
            let mut draws: Vec<f64> = (0..DRAWS).map(|_| mixture.draw(&mut rng)).collect();
            draws.sort_by(f64::total_cmp);
            let (mut x, mut share, mut distance) = (-1.0, 0.0, 0.0f64);
            for (k, &draw) in draws.iter().enumerate() {
                let width = draw - x;
                share += width * mixture.log_density(x + width / 2.0).exp();
                x = draw;
                distance = distance.max((share - k as f64 / DRAWS as f64).abs());
            }
            // 1.95 / √n is exceeded once in a thousand times.
            assert!(distance < 1.95 / (DRAWS as f64).sqrt(), "{distance}");
        }
    }
}

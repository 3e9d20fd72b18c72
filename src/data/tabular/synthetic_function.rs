use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::RegressionSet;
use crate::data::Provenance;

/// Standard deviation of the noise: variance 0.01.
const NOISE: f64 = 0.1;

/// The synthetic regression problem of the leaky ReLU paper: inputs in R⁵, one target.
///
/// ```text
/// y = sin(10 x₁ + 20 x₃²) + cos(3 x₃ + 5 x₄²) + 2 / √(1 + ReLU(0.05 + x₅)) + 2 x₁ x₅ + e
/// x ~ N(0, I₅),   e ~ N(0, 0.01)
/// ```
///
/// x₂ has no influence. The variance of y is about 5.06, or 1.11 on the unit sphere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyntheticFunction {
    /// Whether inputs are scaled to Euclidean norm 1 before the function is evaluated.
    pub unit_sphere: bool,
}

impl SyntheticFunction {
    /// Evaluates the function without noise.
    pub fn value(x: &[f64; 5]) -> f64 {
        (10.0 * x[0] + 20.0 * x[2] * x[2]).sin()
            + (3.0 * x[2] + 5.0 * x[3] * x[3]).cos()
            + 2.0 / (1.0 + (0.05 + x[4]).max(0.0)).sqrt()
            + 2.0 * x[0] * x[4]
    }

    /// Draws rows with features `x1` to `x5` and target `y`.
    ///
    /// Consumes six normal draws of `rng` for each row: the input, then the noise.
    pub fn sample(&self, rows: usize, rng: &mut impl Rng) -> RegressionSet {
        let mut features = Vec::with_capacity(rows);
        let mut targets = Vec::with_capacity(rows);
        for _ in 0..rows {
            let mut x: [f64; 5] = std::array::from_fn(|_| StandardNormal.sample(rng));
            let noise: f64 = StandardNormal.sample(rng);
            if self.unit_sphere {
                let norm = x.iter().map(|value| value * value).sum::<f64>().sqrt();
                // An exactly zero draw has no direction and is kept.
                if norm > 0.0 {
                    x.iter_mut().for_each(|value| *value /= norm);
                }
            }
            targets.push(vec![Self::value(&x) + NOISE * noise]);
            features.push(x.to_vec());
        }
        let names = (1..=5).map(|i| format!("x{i}")).collect();
        match RegressionSet::new(names, &features, vec!["y".into()], &targets) {
            Ok(set) => set,
            Err(error) => unreachable!("normal draws are finite: {error}"),
        }
    }

    /// Returns the title of the data.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            title: match self.unit_sphere {
                false => "synthetic function of R⁵",
                true => "synthetic function of the unit sphere in R⁵",
            }
            .into(),
            synthetic: false,
            sha256: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn sample(unit_sphere: bool, rows: usize, seed: u64) -> RegressionSet {
        SyntheticFunction { unit_sphere }.sample(rows, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
        let values: Vec<f64> = values.collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (
            mean,
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n,
        )
    }

    #[test]
    fn the_function_has_the_values_of_its_formula() {
        // sin 0 + cos 0 + 2/√1.05 + 0, computed by hand; and one point at which every term is
        // nonzero.
        let origin = SyntheticFunction::value(&[0.0; 5]);
        assert!((origin - (1.0 + 2.0 / 1.05f64.sqrt())).abs() < 1e-15);
        let point = SyntheticFunction::value(&[0.1, 9.0, 0.5, -1.0, 2.0]);
        let by_hand = 6f64.sin() + 6.5f64.cos() + 2.0 / 3.05f64.sqrt() + 0.4;
        assert!((point - by_hand).abs() < 1e-12, "{point} {by_hand}");
        // Below −0.05 the third term is 2.
        let flat = SyntheticFunction::value(&[0.0, 0.0, 0.0, 0.0, -3.0]);
        assert!((flat - 3.0).abs() < 1e-15);
    }

    #[test]
    fn inputs_are_standard_normal_and_noise_has_variance_one_hundredth() {
        let set = sample(false, 20_000, 3);
        for column in 0..5 {
            let (mean, variance) = moments(set.feature_rows().map(|row| row[column]));
            // Standard errors: 0.007 and 0.01.
            assert!(mean.abs() < 0.035 && (variance - 1.0).abs() < 0.05);
        }
        let residuals = set.feature_rows().zip(set.target_rows()).map(|(x, y)| {
            let x: [f64; 5] = x.try_into().unwrap();
            y[0] - SyntheticFunction::value(&x)
        });
        let (mean, variance) = moments(residuals);
        assert!(mean.abs() < 0.0035 && (variance - 0.01).abs() < 0.0005);
        let (_, variance) = moments(set.target_rows().map(|y| y[0]));
        assert!((variance - 5.06).abs() < 0.5, "{variance}");
    }

    #[test]
    fn inputs_can_lie_on_the_unit_sphere() {
        let set = sample(true, 5000, 4);
        for row in set.feature_rows() {
            let norm: f64 = row.iter().map(|x| x * x).sum();
            assert!((norm - 1.0).abs() < 1e-12);
        }
        let (_, variance) = moments(set.target_rows().map(|y| y[0]));
        assert!((variance - 1.11).abs() < 0.1, "{variance}");
        // The same draws, scaled.
        let raw = sample(false, 1, 4);
        let ratio = raw.features(0)[0] / set.features(0)[0];
        assert!((raw.features(0)[4] / set.features(0)[4] - ratio).abs() < 1e-9);
    }

    #[test]
    fn samples_are_stable() {
        let set = sample(false, 2, 0);
        let found = [set.features(0)[0], set.features(1)[4], set.targets(1)[0]];
        // Drawn once with rand 0.10.4 and rand_distr 0.6.
        let drawn = [
            0.699_960_794_626_815_4,
            1.514_552_147_150_017_2,
            5.271_582_914_073_186_5,
        ];
        for (value, drawn) in found.iter().zip(drawn) {
            // Another platform's sine may round differently.
            assert!((value - drawn).abs() < 1e-12, "{found:?}");
        }
    }
}

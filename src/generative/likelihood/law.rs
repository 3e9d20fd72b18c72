//! Log-probabilities of one choice.

use rand::{Rng, RngExt};

/// Divides log-probabilities by the temperature and normalizes them.
pub(super) fn temper(law: &mut [f32], temperature: f64) {
    if temperature == 1.0 {
        return;
    }
    // The largest is subtracted first, so that low temperatures do not underflow.
    let largest = law.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scaled = |law: f32| f64::from(law - largest) / temperature;
    let total: f64 = law.iter().map(|&law| scaled(law).exp()).sum();
    for law in law {
        *law = (scaled(*law) - total.ln()) as f32;
    }
}

/// Keeps only legal outcomes, with probabilities that sum to 1. Returns `false`, without a change,
/// if there are none.
pub(super) fn mask(law: &mut [f32], legal: impl Fn(usize) -> bool) -> bool {
    let left: Vec<bool> = (0..law.len()).map(legal).collect();
    let total: f64 = law
        .iter()
        .zip(&left)
        .filter(|(_, left)| **left)
        .map(|(&law, _)| f64::from(law).exp())
        .sum();
    if total <= 0.0 {
        return false;
    }
    for (law, left) in law.iter_mut().zip(left) {
        *law = if left {
            *law - total.ln() as f32
        } else {
            f32::NEG_INFINITY
        };
    }
    true
}

/// Consumes one draw.
pub(super) fn draw(law: &[f32], rng: &mut impl Rng) -> usize {
    let mut at: f64 = rng.random();
    let mut last = 0;
    for (value, &law) in law.iter().enumerate() {
        let probability = f64::from(law).exp();
        if probability > 0.0 {
            last = value;
            at -= probability;
            if at < 0.0 {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(probabilities: &[f64]) -> Vec<f32> {
        probabilities.iter().map(|p| p.ln() as f32).collect()
    }

    #[test]
    fn a_temperature_raises_probabilities_to_a_power() {
        let mut law = logs(&[0.6, 0.3, 0.1, 0.0]);
        temper(&mut law, 0.5);
        let total = 0.36 + 0.09 + 0.01;
        for (found, expected) in law.iter().zip([0.36, 0.09, 0.01, 0.0]) {
            let found = f64::from(*found).exp();
            assert!((found - expected / total).abs() < 1e-6, "{law:?}");
        }
        let mut law = logs(&[0.3, 0.6, 0.1]);
        temper(&mut law, 1e-6);
        let law: Vec<f32> = law.into_iter().map(f32::exp).collect();
        assert_eq!(law, [0.0, 1.0, 0.0]);
    }
}

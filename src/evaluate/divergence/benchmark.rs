use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Sample, sample::check};
use crate::evaluate::EvaluateError;

/// Number added to every density or share, so that the logarithm exists.
const SMALL: f64 = 1e-10;
/// Number of points of [`kl_density`] in benchmarks of molecules.
pub const DENSITY_POINTS: usize = 1000;
/// Kernels are zero in double precision beyond this many bandwidths.
const REACH: f64 = 9.0;

/// Returns the Kullback-Leibler divergence of two densities, as estimated in benchmarks of
/// molecules.
///
/// ```text
/// Σ_x p(x) ln(p(x) / q(x)),   p and q normalized over equally spaced points x
/// ```
///
/// The points span the range of both samples. Densities are estimated with normal kernels and
/// Scott's bandwidth, n^(−1/5) times the standard deviation; 1e-10 is added before normalization.
/// For a sample of equal values, the bandwidth is the distance of two points. Two samples of one
/// and the same value have divergence 0.
///
/// Complexity: O(points · distinct values).
///
/// Reference: N. Brown, M. Fiscato, M. Segler, A. Vaucher, GuacaMol, J. Chem. Inf. Model. 59, 2019.
///
/// # Errors
/// Returns an error for an empty sample, values that are not finite, or fewer than two points.
pub fn kl_density(source: &[f64], generated: &[f64], points: usize) -> Result<f64, EvaluateError> {
    check(source, Sample::Source)?;
    check(generated, Sample::Generated)?;
    if points < 2 {
        return Err(EvaluateError::TooFewEdges { edges: points });
    }
    let all = || source.iter().chain(generated).copied();
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    if low == high {
        return Ok(0.0);
    }
    let step = (high - low) / (points - 1) as f64;
    let grid: Vec<f64> = (0..points).map(|at| low + step * at as f64).collect();
    Ok(divergence(
        &density(source, &grid, step),
        &density(generated, &grid, step),
    ))
}

/// Returns the Kullback-Leibler divergence of integer counts, as computed in benchmarks of
/// molecules.
///
/// ```text
/// Σ_k p_k ln(p_k / q_k),   p_k the share of values in [k, k + 1), q_k likewise
/// ```
///
/// 1e-10 is added to every share before normalization.
///
/// Reference: same as [`kl_density`].
///
/// # Errors
/// Returns an error for an empty sample or values that are not finite.
pub fn kl_counts(source: &[f64], generated: &[f64]) -> Result<f64, EvaluateError> {
    check(source, Sample::Source)?;
    check(generated, Sample::Generated)?;
    let mut counts: BTreeMap<i64, [usize; 2]> = BTreeMap::new();
    for (place, values) in [source, generated].into_iter().enumerate() {
        for value in values {
            counts.entry(value.floor() as i64).or_default()[place] += 1;
        }
    }
    let shares = |place: usize, values: &[f64]| -> Vec<f64> {
        let shares = counts.values();
        let shares = shares.map(|count| count[place] as f64 / values.len() as f64 + SMALL);
        shares.collect()
    };
    Ok(divergence(&shares(0, source), &shares(1, generated)))
}

/// Densities of the values at the points.
fn density(values: &[f64], grid: &[f64], step: f64) -> Vec<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0).max(1.0)).sqrt();
    // Through rounding, equal values can have a small deviation.
    let bandwidth = match deviation > 1e-9 * mean.abs() {
        true => deviation * n.powf(-0.2),
        false => step,
    };
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let groups: Vec<(f64, f64)> = sorted
        .chunk_by(|a, b| a == b)
        .map(|group| (group[0], group.len() as f64))
        .collect();
    let norm = n * bandwidth * (2.0 * std::f64::consts::PI).sqrt();
    grid.par_iter()
        .map(|point| {
            let first = groups.partition_point(|&(value, _)| value < point - REACH * bandwidth);
            let kernels = groups[first..]
                .iter()
                .take_while(|&&(value, _)| value <= point + REACH * bandwidth)
                .map(|&(value, count)| {
                    let z = (point - value) / bandwidth;
                    count * (-0.5 * z * z).exp()
                });
            kernels.sum::<f64>() / norm + SMALL
        })
        .collect()
}

/// The divergence of the two after normalization.
fn divergence(p: &[f64], q: &[f64]) -> f64 {
    let totals = [p, q].map(|values| values.iter().sum::<f64>());
    let terms = p.iter().zip(q).map(|(p, q)| {
        let [p, q] = [p / totals[0], q / totals[1]];
        p * (p / q).ln()
    });
    terms.sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_samples_do_not_diverge() {
        let values = [0.1, 0.4, 0.4, 2.0];
        assert_eq!(kl_density(&values, &values, 100).unwrap(), 0.0);
        assert_eq!(kl_counts(&values, &values).unwrap(), 0.0);
    }

    #[test]
    fn counts_match_the_definition() {
        let found = kl_counts(&[0.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 1.0]).unwrap();
        let expected = 0.5 * 2f64.ln() + 0.5 * (2.0 / 3.0f64).ln();
        assert!((found - expected).abs() < 1e-8, "{found}");
        // A value that is never generated costs about ln 1e10 times its share.
        let found = kl_counts(&[0.0, 1.0], &[0.0, 0.0]).unwrap();
        assert!((found - (0.5 * 0.5f64.ln() + 0.5 * 0.5e10f64.ln())).abs() < 1e-6);
    }

    #[test]
    fn equal_values_have_no_bandwidth_but_a_divergence() {
        assert_eq!(kl_density(&[0.1; 7], &[0.1; 3], 10).unwrap(), 0.0);
        let found = kl_density(&[0.1; 7], &[0.2, 0.3, 0.4], 100).unwrap();
        assert!(found.is_finite() && found > 1.0, "{found}");
    }

    #[test]
    fn invalid_samples_are_rejected() {
        let error = kl_density(&[1.0], &[], 20).unwrap_err().to_string();
        assert!(error.starts_with("the generated sample is empty"));
        assert!(kl_counts(&[f64::NAN], &[1.0]).is_err());
        assert!(kl_density(&[1.0], &[1.0], 1).is_err());
    }
}

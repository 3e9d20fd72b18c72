use super::{Bins, Sample, sample::check};
use crate::evaluate::EvaluateError;

/// Number of edges of bins in published tables, for statistics of graphs.
pub const STATISTIC_EDGES: usize = 20;
/// Same for node features.
pub const FEATURE_EDGES: usize = 50;

/// Number added to both shares, so that the logarithm exists.
const SMALL: f64 = 1e-7;

/// Returns the Kullback-Leibler divergence of histograms, by the recipe of published tables.
///
/// ```text
/// Σ_bins (p + 1e-7) · ln((p + 1e-7) / (q + 1e-7))
/// ```
///
/// Here p and q are the shares of the source and of the generated sample in the bins of
/// [`Bins::around`] the source. Generated values outside all bins are ignored, without normalizing
/// again. So q may add up to less than 1, the value may be negative, and one empty bin of q costs
/// up to `p · ln(p / 1e-7)`. Use it only to compare with published values, and [`kl_smoothed`]
/// otherwise.
///
/// For two samples of sizes n and m from one distribution, it is about `bins · (1/n + 1/m) / 2`.
///
/// Reference: the authors' program for Guo, Zou and Lerman, "An Unpooling Layer for Graph
/// Generation" (2023).
///
/// # Errors
/// Returns [`EvaluateError`] for an empty sample, values that are not finite, or fewer than two
/// edges.
pub fn kl_published(source: &[f64], generated: &[f64], edges: usize) -> Result<f64, EvaluateError> {
    let [source, generated] = histograms(source, generated, edges)?;
    let inner = 1..source.len() - 1;
    let shares = |counts: &[usize]| -> Vec<f64> {
        let total = counts.iter().sum::<usize>() as f64;
        let inner = counts[inner.clone()].iter();
        inner.map(|&count| count as f64 / total + SMALL).collect()
    };
    Ok(divergence(&shares(&source), &shares(&generated)))
}

/// Returns the Kullback-Leibler divergence of two smoothed histograms, never negative.
///
/// ```text
/// Σ_bins p ln(p / q),   p = (count + ½) / (n + ½ bins),   q likewise
/// ```
///
/// The bins are those of [`Bins::around`] the source and two outer ones for values below and above.
/// So both shares add up to 1, and generated values outside the source's range count. Half a count
/// is added to each bin (Jeffreys' prior), so an empty bin costs less in a smaller sample.
///
/// # Errors
/// Same as [`kl_published`].
pub fn kl_smoothed(source: &[f64], generated: &[f64], edges: usize) -> Result<f64, EvaluateError> {
    let [source, generated] = histograms(source, generated, edges)?;
    let shares = |counts: &[usize]| -> Vec<f64> {
        let total = counts.iter().sum::<usize>() as f64 + 0.5 * counts.len() as f64;
        let counts = counts.iter();
        counts.map(|&count| (count as f64 + 0.5) / total).collect()
    };
    Ok(divergence(&shares(&source), &shares(&generated)).max(0.0))
}

fn histograms(
    source: &[f64],
    generated: &[f64],
    edges: usize,
) -> Result<[Vec<usize>; 2], EvaluateError> {
    let bins = Bins::around(source, edges)?;
    check(generated, Sample::Generated)?;
    Ok([bins.counts(source), bins.counts(generated)])
}

fn divergence(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| p * (p / q).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_samples_do_not_diverge() {
        let values = [0.1, 0.4, 0.4, 2.0];
        assert_eq!(kl_published(&values, &values, 20).unwrap(), 0.0);
        assert_eq!(kl_smoothed(&values, &values, 20).unwrap(), 0.0);
    }

    /// The published recipe ignores them.
    #[test]
    fn values_outside_cost_in_the_smoothed_recipe() {
        let source: Vec<f64> = (0..1000).map(|i| f64::from(i) / 1000.0).collect();
        let mut generated = source.clone();
        generated.extend([5.0; 1000]);
        let smoothed = kl_smoothed(&source, &generated, 20).unwrap();
        assert!((smoothed - 2f64.ln()).abs() < 0.02, "{smoothed}");
        // The distance outside the range does not matter.
        generated.extend([7.0; 2000]);
        assert!(kl_smoothed(&source, &generated, 20).unwrap() > smoothed + 0.6);
    }

    #[test]
    fn one_empty_bin_costs_much_in_the_published_recipe() {
        let source = [vec![0.0; 500], vec![1.0; 500]].concat();
        let generated = vec![0.0; 1000];
        let published = kl_published(&source, &generated, 20).unwrap();
        let smoothed = kl_smoothed(&source, &generated, 20).unwrap();
        assert!((published - (0.5 * 0.5f64.ln() + 0.5 * 5e6f64.ln())).abs() < 1e-4);
        assert!(smoothed < 0.5 * published, "{smoothed} {published}");
    }

    #[test]
    fn invalid_samples_are_rejected() {
        let error = kl_smoothed(&[1.0], &[], 20).unwrap_err().to_string();
        assert!(error.starts_with("the generated sample is empty"));
        let error = kl_published(&[1.0], &[f64::INFINITY], 20).unwrap_err();
        assert!(error.to_string().contains("the value inf"));
    }
}

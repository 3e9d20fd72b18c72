use super::{Sample, sample::check};
use crate::evaluate::EvaluateError;

/// Margin of the bins beyond the source, on both sides.
const MARGIN: f64 = 1e-5;

/// Bins of equal width for histograms.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    edges: Vec<f64>,
}

impl Bins {
    /// Creates bins between `edges` equally spaced edges, from 1e-5 below the smallest value of the
    /// source to 1e-5 above its largest.
    ///
    /// # Errors
    /// Returns [`EvaluateError`] if the source is empty or has values that are not finite, or for
    /// fewer than two edges.
    pub fn around(source: &[f64], edges: usize) -> Result<Self, EvaluateError> {
        check(source, Sample::Source)?;
        if edges < 2 {
            return Err(EvaluateError::TooFewEdges { edges });
        }
        let low = source.iter().copied().fold(f64::INFINITY, f64::min) - MARGIN;
        let high = source.iter().copied().fold(f64::NEG_INFINITY, f64::max) + MARGIN;
        let step = (high - low) / (edges - 1) as f64;
        // As numpy's `linspace`.
        let mut edges: Vec<f64> = (0..edges).map(|at| at as f64 * step + low).collect();
        if let Some(last) = edges.last_mut() {
            *last = high;
        }
        Ok(Self { edges })
    }

    /// Returns the edges, in ascending order.
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// Returns the number of values below all bins, in each bin, and above all bins.
    ///
    /// A bin contains its lower edge; the last one contains both. Complexity: O(n log bins).
    pub fn counts(&self, values: &[f64]) -> Vec<usize> {
        let bins = self.edges.len() - 1;
        let mut counts = vec![0; bins + 2];
        for &value in values {
            let place = self.edges.partition_point(|&edge| edge <= value);
            let last = place == bins + 1 && value == self.edges[bins];
            counts[place - usize::from(last)] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_falls_into_its_bin() {
        let bins = Bins::around(&[0.0, 2.0], 3).unwrap();
        let [low, middle, high] = [bins.edges()[0], bins.edges()[1], bins.edges()[2]];
        assert_eq!([low, high], [-1e-5, 2.0 + 1e-5]);
        assert!((middle - 1.0).abs() < 1e-15);
        let counts = |values: &[f64]| bins.counts(values);
        assert_eq!(counts(&[low]), [0, 1, 0, 0]);
        assert_eq!(counts(&[middle]), [0, 0, 1, 0]);
        assert_eq!(counts(&[high]), [0, 0, 1, 0]);
        assert_eq!(counts(&[-1.0, 0.5, 0.6, 2.1, f64::MAX]), [1, 2, 0, 2]);
        assert_eq!(counts(&[]), [0; 4]);
    }

    #[test]
    fn a_single_value_has_bins() {
        let bins = Bins::around(&[3.0], 20).unwrap();
        assert_eq!(bins.counts(&[3.0]).iter().sum::<usize>(), 1);
        assert!(bins.edges().is_sorted());
    }

    #[test]
    fn samples_without_bins_are_rejected() {
        let message = |source: &[f64], edges| Bins::around(source, edges).unwrap_err().to_string();
        assert!(message(&[], 20).starts_with("the source sample is empty"));
        assert!(message(&[f64::NAN], 20).contains("the value NaN"));
        assert!(message(&[1.0], 1).starts_with("1 edges make no bin"));
    }
}

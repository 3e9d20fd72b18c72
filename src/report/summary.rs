use std::fmt;

use serde::{Deserialize, Serialize};

/// Mean and standard deviation of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanStd {
    /// The mean.
    pub mean: f64,
    /// The standard deviation with n − 1 in the denominator; `None` for a single value.
    pub std: Option<f64>,
    /// The number n of values.
    pub count: usize,
}

impl MeanStd {
    /// Summarizes values; `None` if there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            mean,
            std: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
            count,
        })
    }
}

impl fmt::Display for MeanStd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(3);
        write!(f, "{:.decimals$}", self.mean)?;
        match self.std {
            Some(std) => write!(f, " ± {std:.decimals$}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_match_the_definitions() {
        let summary = MeanStd::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!(summary.mean, 5.0);
        assert!((summary.std.unwrap() - (32.0f64 / 7.0).sqrt()).abs() < 1e-15);
        assert_eq!(summary.to_string(), "5.000 ± 2.138");
    }

    #[test]
    fn one_value_has_no_deviation_and_an_empty_sample_no_summary() {
        assert_eq!(format!("{:.1}", MeanStd::of(&[1.25]).unwrap()), "1.2");
        assert_eq!(MeanStd::of(&[]), None);
    }
}

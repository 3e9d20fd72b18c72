use serde::{Deserialize, Serialize};

use super::RegressionSet;
use crate::data::DataError;

/// Scales columns to mean 0 and standard deviation 1, with the statistics of the training rows.
///
/// ```text
/// z = (x − mean) / deviation,   deviation² = Σ (x − mean)² / n
/// ```
///
/// A constant column becomes 0 in every set, so the column indices do not change;
/// [`constant`](Self::constant) returns its name. The weights of a network on it have no gradient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standardizer {
    features: Vec<Scale>,
    targets: Vec<Scale>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    name: String,
    mean: f64,
    /// 0 for a constant column.
    deviation: f64,
}

impl Standardizer {
    /// Computes means and deviations of a set, which should be only the training rows.
    ///
    /// # Errors
    /// Returns [`DataError::NoRows`] if there are no rows.
    pub fn fit(training: &RegressionSet) -> Result<Self, DataError> {
        if training.is_empty() {
            return Err(DataError::NoRows);
        }
        let fit = |names: &[String], cell: &dyn Fn(usize, usize) -> f64| {
            let scale = |(column, name): (usize, &String)| {
                let values: Vec<f64> = (0..training.len()).map(|row| cell(row, column)).collect();
                Scale::fit(name.clone(), &values)
            };
            names.iter().enumerate().map(scale).collect()
        };
        Ok(Self {
            features: fit(training.feature_names(), &|row, column| {
                training.features(row)[column]
            }),
            targets: fit(training.target_names(), &|row, column| {
                training.targets(row)[column]
            }),
        })
    }

    /// Returns the names of the constant columns, features first.
    pub fn constant(&self) -> Vec<&str> {
        (self.features.iter().chain(&self.targets))
            .filter(|scale| scale.deviation == 0.0)
            .map(|scale| scale.name.as_str())
            .collect()
    }

    /// Returns the means of the features.
    pub fn feature_means(&self) -> Vec<f64> {
        self.features.iter().map(|scale| scale.mean).collect()
    }

    /// Returns the standard deviations of the features; 0 for constant ones.
    pub fn feature_deviations(&self) -> Vec<f64> {
        self.features.iter().map(|scale| scale.deviation).collect()
    }

    /// Returns the means of the targets.
    pub fn target_means(&self) -> Vec<f64> {
        self.targets.iter().map(|scale| scale.mean).collect()
    }

    /// Returns the standard deviations of the targets; 0 for constant ones.
    pub fn target_deviations(&self) -> Vec<f64> {
        self.targets.iter().map(|scale| scale.deviation).collect()
    }

    /// Standardizes features and targets.
    ///
    /// # Errors
    /// Returns [`DataError::OtherColumns`] if the column names differ from those of the fit.
    pub fn apply(&self, set: &RegressionSet) -> Result<RegressionSet, DataError> {
        check(&self.targets, set.target_names())?;
        self.mapped(set, |column, value| self.targets[column].apply(value))
    }

    /// Standardizes only the features.
    ///
    /// # Errors
    /// Returns [`DataError::OtherColumns`] if the feature names differ from those of the fit.
    pub fn apply_to_features(&self, set: &RegressionSet) -> Result<RegressionSet, DataError> {
        self.mapped(set, |_, value| value)
    }

    /// Converts a standardized target, or its prediction, to the units of the data.
    ///
    /// # Panics
    /// Panics if the column is out of range.
    pub fn invert_target(&self, column: usize, value: f64) -> f64 {
        let scale = &self.targets[column];
        scale.mean + scale.deviation * value
    }

    fn mapped(
        &self,
        set: &RegressionSet,
        target: impl Fn(usize, f64) -> f64,
    ) -> Result<RegressionSet, DataError> {
        check(&self.features, set.feature_names())?;
        Ok(set.map(|column, value| self.features[column].apply(value), target))
    }
}

fn check(scales: &[Scale], names: &[String]) -> Result<(), DataError> {
    let fitted: Vec<&str> = scales.iter().map(|scale| scale.name.as_str()).collect();
    if fitted == names {
        return Ok(());
    }
    Err(DataError::OtherColumns {
        found: names.join(", "),
        expected: fitted.join(", "),
    })
}

impl Scale {
    fn fit(name: String, values: &[f64]) -> Self {
        let n = values.len() as f64;
        // Divided first, so that large numbers do not overflow in the sum.
        let mean: f64 = values.iter().map(|value| value / n).sum();
        let variance: f64 = values.iter().map(|value| (value - mean).powi(2) / n).sum();
        let deviation = variance.sqrt();
        // For equal values only the rounding error of their mean is left.
        let rounding = n * mean.abs() * f64::EPSILON;
        Self {
            name,
            mean,
            deviation: if deviation > rounding { deviation } else { 0.0 },
        }
    }

    fn apply(&self, value: f64) -> f64 {
        match self.deviation {
            0.0 => 0.0,
            deviation => (value - self.mean) / deviation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[[f64; 3]]) -> RegressionSet {
        let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let features: Vec<_> = rows.iter().map(|row| row[..2].to_vec()).collect();
        let targets: Vec<_> = rows.iter().map(|row| row[2..].to_vec()).collect();
        RegressionSet::new(names(&["a", "b"]), &features, names(&["y"]), &targets).unwrap()
    }

    #[test]
    fn training_rows_get_mean_zero_and_deviation_one() {
        let rows = [[1.0, 5.0, 2.0], [2.0, -5.0, 4.0], [6.0, 0.0, 12.0]];
        let training = set(&rows);
        let standardizer = Standardizer::fit(&training).unwrap();
        // Population figures of 1, 2, 6: mean 3, variance (4 + 1 + 9)/3.
        assert_eq!(standardizer.feature_means(), [3.0, 0.0]);
        assert!((standardizer.feature_deviations()[0].powi(2) - 14.0 / 3.0).abs() < 1e-12);
        let scaled = standardizer.apply(&training).unwrap();
        for column in 0..2 {
            let values: Vec<f64> = scaled.feature_rows().map(|row| row[column]).collect();
            let mean: f64 = values.iter().sum::<f64>() / 3.0;
            let square: f64 = values.iter().map(|z| z * z).sum::<f64>() / 3.0;
            assert!(mean.abs() < 1e-12 && (square - 1.0).abs() < 1e-12);
        }
        for (row, scaled) in rows.iter().zip(scaled.target_rows()) {
            assert!((standardizer.invert_target(0, scaled[0]) - row[2]).abs() < 1e-12);
        }
    }

    #[test]
    fn other_rows_are_scaled_by_the_training_rows() {
        let standardizer = Standardizer::fit(&set(&[[0.0, 0.0, 0.0], [2.0, 4.0, 6.0]])).unwrap();
        let test = set(&[[3.0, 2.0, 9.0]]);
        let scaled = standardizer.apply(&test).unwrap();
        assert_eq!(
            (scaled.features(0), scaled.targets(0)),
            (&[2.0, 0.0][..], &[2.0][..])
        );
        let features_only = standardizer.apply_to_features(&test).unwrap();
        assert_eq!(features_only.targets(0), [9.0]);
    }

    #[test]
    fn constant_columns_are_named_and_become_zero() {
        // 0.1 is not a binary fraction: its mean over many rows is rounded.
        let rows: Vec<[f64; 3]> = (0..1000).map(|i| [0.1, f64::from(i), 7.0]).collect();
        let standardizer = Standardizer::fit(&set(&rows)).unwrap();
        assert_eq!(standardizer.constant(), ["a", "y"]);
        let scaled = standardizer.apply(&set(&[[0.3, 999.0, 8.0]])).unwrap();
        assert_eq!((scaled.features(0)[0], scaled.targets(0)[0]), (0.0, 0.0));
        assert_eq!(
            standardizer.invert_target(0, 0.0),
            standardizer.target_means()[0]
        );
        assert_eq!(standardizer.target_deviations(), [0.0]);
    }

    #[test]
    fn invalid_sets_are_rejected() {
        assert!(matches!(
            Standardizer::fit(&set(&[])),
            Err(DataError::NoRows)
        ));
        let standardizer = Standardizer::fit(&set(&[[0.0, 1.0, 2.0]])).unwrap();
        let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let other = RegressionSet::new(names(&["b", "a"]), &[], names(&["y"]), &[]).unwrap();
        assert_eq!(
            standardizer.apply(&other).unwrap_err().to_string(),
            "the columns are b, a, but the standardizer was fitted to a, b"
        );
    }

    #[test]
    fn a_record_gives_the_same_numbers() {
        let standardizer = Standardizer::fit(&set(&[[0.1, 1.0, 2.0], [0.7, 1.5, -3.0]])).unwrap();
        let text = serde_json::to_string(&standardizer).unwrap();
        let read: Standardizer = serde_json::from_str(&text).unwrap();
        // JSON may round the last digit.
        for row in [[0.2, 1.1, -7.0], [3.0, -4.0, 0.0]] {
            let [a, b] = [&standardizer, &read].map(|s| s.apply(&set(&[row])).unwrap());
            let pairs = a.features(0).iter().zip(b.features(0));
            for (a, b) in pairs.chain(a.targets(0).iter().zip(b.targets(0))) {
                assert!((a - b).abs() < 1e-12, "{a} {b}");
            }
        }
        assert_eq!(read.constant(), standardizer.constant());
    }
}

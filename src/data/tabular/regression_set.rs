use std::collections::HashSet;

use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, seq::index};

use crate::data::DataError;

/// Rows of features and targets in named columns; all values are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct RegressionSet {
    features: Columns,
    targets: Columns,
    rows: usize,
}

/// Values in row-major order.
#[derive(Clone, Debug, PartialEq)]
struct Columns {
    names: Vec<String>,
    values: Vec<f64>,
}

impl RegressionSet {
    /// Creates a set from rows, possibly none.
    ///
    /// # Errors
    /// Returns [`DataError`] if there are no columns, names repeat, rows differ in length, or
    /// a number is NaN or infinite.
    pub fn new(
        feature_names: Vec<String>,
        features: &[Vec<f64>],
        target_names: Vec<String>,
        targets: &[Vec<f64>],
    ) -> Result<Self, DataError> {
        if features.len() != targets.len() {
            return Err(DataError::RowCounts {
                features: features.len(),
                targets: targets.len(),
            });
        }
        Ok(Self {
            rows: features.len(),
            features: Columns::new("features", feature_names, features)?,
            targets: Columns::new("targets", target_names, targets)?,
        })
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Returns the names of the features, in the order of a row.
    pub fn feature_names(&self) -> &[String] {
        &self.features.names
    }

    /// Returns the names of the targets, in the order of a row.
    pub fn target_names(&self) -> &[String] {
        &self.targets.names
    }

    /// Returns the features of one row.
    ///
    /// # Panics
    /// Panics if the row number is out of range.
    pub fn features(&self, row: usize) -> &[f64] {
        self.features.row(row)
    }

    /// Returns the targets of one row.
    ///
    /// # Panics
    /// Panics if the row number is out of range.
    pub fn targets(&self, row: usize) -> &[f64] {
        self.targets.row(row)
    }

    /// Returns the features of all rows.
    pub fn feature_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.features.rows()
    }

    /// Returns the targets of all rows.
    pub fn target_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.targets.rows()
    }

    /// Returns the rows with the given numbers, in that order.
    ///
    /// # Panics
    /// Panics if the row number is out of range.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            features: self.features.select(rows),
            targets: self.targets.select(rows),
            rows: rows.len(),
        }
    }

    /// Draws two disjoint, uniformly random parts, in random order.
    ///
    /// Consumes about `train + test` draws of `rng`.
    ///
    /// # Errors
    /// Returns [`DataError::TooFew`] if there are fewer than `train + test` rows.
    pub fn random_split(
        &self,
        train: usize,
        test: usize,
        rng: &mut impl Rng,
    ) -> Result<(Self, Self), DataError> {
        let requested = train.saturating_add(test);
        if requested > self.rows {
            return Err(DataError::TooFew {
                dataset: "the table".into(),
                requested,
                available: self.rows,
            });
        }
        let rows = index::sample(rng, self.rows, requested).into_vec();
        let (train, test) = rows.split_at(train);
        Ok((self.select(train), self.select(test)))
    }

    /// Returns the features on a device, in its floating-point type.
    ///
    /// # Shapes
    /// - output: `[rows, features]`
    pub fn feature_tensor(&self, device: &Device) -> Tensor<2> {
        self.features.tensor(self.rows, device)
    }

    /// Returns the targets on a device, in its floating-point type.
    ///
    /// # Shapes
    /// - output: `[rows, targets]`
    pub fn target_tensor(&self, device: &Device) -> Tensor<2> {
        self.targets.tensor(self.rows, device)
    }

    /// Returns these features with the targets of another set with the same number of rows.
    ///
    /// # Panics
    /// Panics if the sets differ in length.
    pub(crate) fn with_targets_of(&self, other: &Self) -> Self {
        assert_eq!(self.rows, other.rows, "rows of features and of targets");
        Self {
            targets: other.targets.clone(),
            ..self.clone()
        }
    }

    /// Returns the same columns with mapped values.
    ///
    /// `feature` and `target` map a column index and a value to a finite value.
    pub(super) fn map(
        &self,
        feature: impl Fn(usize, f64) -> f64,
        target: impl Fn(usize, f64) -> f64,
    ) -> Self {
        Self {
            features: self.features.map(feature),
            targets: self.targets.map(target),
            rows: self.rows,
        }
    }
}

impl Columns {
    fn new(kind: &'static str, names: Vec<String>, rows: &[Vec<f64>]) -> Result<Self, DataError> {
        if names.is_empty() {
            return Err(DataError::NoColumns { kind });
        }
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(DataError::DuplicateName {
                column: name.clone(),
            });
        }
        let mut values = Vec::with_capacity(rows.len() * names.len());
        for (number, row) in rows.iter().enumerate() {
            if row.len() != names.len() {
                return Err(DataError::RaggedRow {
                    row: number,
                    kind,
                    found: row.len(),
                    expected: names.len(),
                });
            }
            if let Some(column) = row.iter().position(|value| !value.is_finite()) {
                return Err(DataError::NotFiniteValue {
                    row: number,
                    column: names[column].clone(),
                    value: row[column],
                });
            }
            values.extend(row);
        }
        Ok(Self { names, values })
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.names.len()..][..self.names.len()]
    }

    fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.names.len())
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            names: self.names.clone(),
            values: rows
                .iter()
                .flat_map(|&row| self.row(row).iter().copied())
                .collect(),
        }
    }

    fn map(&self, value: impl Fn(usize, f64) -> f64) -> Self {
        let columns = self.names.len();
        Self {
            names: self.names.clone(),
            values: (self.values.iter().enumerate())
                .map(|(position, &old)| value(position % columns, old))
                .collect(),
        }
    }

    fn tensor(&self, rows: usize, device: &Device) -> Tensor<2> {
        let data = TensorData::new(self.values.clone(), [rows, self.names.len()]);
        Tensor::from_data(data, device)
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.into()).collect()
    }

    /// Row i is (i, 10 i) with target −i.
    fn numbered(rows: usize) -> RegressionSet {
        let value = |row: usize| row as f64;
        let features: Vec<_> = (0..rows).map(|i| vec![value(i), 10.0 * value(i)]).collect();
        let targets: Vec<_> = (0..rows).map(|i| vec![-value(i)]).collect();
        RegressionSet::new(names(&["a", "b"]), &features, names(&["y"]), &targets).unwrap()
    }

    fn firsts(set: &RegressionSet) -> Vec<usize> {
        set.feature_rows().map(|row| row[0] as usize).collect()
    }

    #[test]
    fn rows_are_returned_unchanged() {
        let set = numbered(4);
        assert_eq!((set.len(), set.is_empty()), (4, false));
        assert_eq!(set.features(3), [3.0, 30.0]);
        assert_eq!(set.targets(3), [-3.0]);
        assert_eq!(set.target_rows().len(), 4);
        assert!(numbered(0).is_empty());
    }

    #[test]
    fn invalid_rows_are_errors() {
        let make = |features: &[Vec<f64>], targets: &[Vec<f64>]| {
            RegressionSet::new(names(&["a", "b"]), features, names(&["y"]), targets)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            make(&[vec![1.0, 2.0], vec![3.0]], &[vec![1.0], vec![1.0]]),
            "row 1 has 1 features, but 2 are named"
        );
        assert_eq!(
            make(&[vec![1.0, f64::NAN]], &[vec![1.0]]),
            "row 0, column b is NaN; fix it or leave the row out"
        );
        assert_eq!(
            make(&[vec![1.0, 2.0]], &[vec![f64::NEG_INFINITY]]),
            "row 0, column y is -inf; fix it or leave the row out"
        );
        assert_eq!(
            make(&[vec![1.0, 2.0]], &[]),
            "1 rows of features but 0 rows of targets; each row needs both"
        );
        let none = RegressionSet::new(Vec::new(), &[], names(&["y"]), &[]).unwrap_err();
        assert!(matches!(none, DataError::NoColumns { kind: "features" }));
        let twice = RegressionSet::new(names(&["a", "a"]), &[], names(&["y"]), &[]).unwrap_err();
        assert!(matches!(twice, DataError::DuplicateName { column } if column == "a"));
    }

    #[test]
    fn a_split_is_disjoint_and_keeps_rows_together() {
        let set = numbered(100);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (train, test) = set.random_split(60, 40, &mut rng).unwrap();
        let all: HashSet<usize> = firsts(&train).into_iter().chain(firsts(&test)).collect();
        assert_eq!((train.len(), test.len(), all.len()), (60, 40, 100));
        for (features, targets) in train.feature_rows().zip(train.target_rows()) {
            assert_eq!(targets[0], -features[0]);
            assert_eq!(features[1], 10.0 * features[0]);
        }
        let error = set.random_split(60, 41, &mut rng).unwrap_err().to_string();
        assert_eq!(error, "101 samples were requested, but the table has 100");
        assert!(set.random_split(usize::MAX, 1, &mut rng).is_err());
    }

    #[test]
    fn a_split_is_stable() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let (train, test) = numbered(200).random_split(4, 2, &mut rng).unwrap();
        // The draws of `index::sample`, as for images.
        assert_eq!(firsts(&train), [127, 138, 143, 92]);
        assert_eq!(firsts(&test), [100, 139]);
    }

    #[cfg(feature = "flex")]
    #[test]
    fn tensors_hold_the_rows() {
        let device = Device::flex();
        let set = numbered(3);
        let features = set.feature_tensor(&device);
        assert_eq!(features.dims(), [3, 2]);
        let values: Vec<f32> = features.into_data().try_into_vec_as().unwrap();
        assert_eq!(values, [0.0, 0.0, 1.0, 10.0, 2.0, 20.0]);
        assert_eq!(set.target_tensor(&device).dims(), [3, 1]);
        assert_eq!(numbered(0).feature_tensor(&device).dims(), [0, 2]);
    }
}

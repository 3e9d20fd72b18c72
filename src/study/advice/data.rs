use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    data::{
        CaliforniaHousing, CsvOptions, DataError, DataPlaces, DownloadProgress, RegressionBatch,
        RegressionSet, Source, Standardizer, SyntheticFunction, read_regression_csv,
    },
    overparam::{
        InputMap, OverparamError,
        advisor::{Advice, Advisor, DistinctRows},
    },
    study::StudyError,
};

/// Maximum share of a column's variance due to one value, in tables that are not tiny.
const NEARLY_ALL: f64 = 0.98;
const FEW: usize = 10;

/// Suffix of titles for standardized columns.
const STANDARDIZED: &str = ", standardized";

/// Rows of features with targets, and their origin.
#[derive(Clone, Debug, PartialEq)]
pub struct AdviceData {
    /// Name of the data and their preprocessing, for every output.
    pub title: String,
    /// The rows.
    pub set: RegressionSet,
    /// Line numbers of the rows in the file, from 1; `None` if there is no file.
    pub lines: Option<Vec<u64>>,
    /// One-line notice if something was left out or replaced.
    pub notice: Option<String>,
    /// The rows with unscaled features, if those of `set` are standardized.
    unscaled: Option<RegressionSet>,
}

impl AdviceData {
    /// Reads a user-supplied table. Standardized columns, including targets, have mean 0 and
    /// standard deviation 1, so losses are shares of the variance.
    ///
    /// # Errors
    /// Returns [`StudyError::Data`] if the file cannot be used.
    pub fn from_csv(
        path: &Path,
        options: &CsvOptions,
        standardize: bool,
    ) -> Result<Self, StudyError> {
        let table = read_regression_csv(path, options)?;
        check_targets(path, &table.data.set)?;
        let title = format!(
            "{}, predicting {}",
            table.provenance.title,
            table.data.set.target_names().join(", ")
        );
        let data = Self::prepared(title, table.data.set, table.notice, standardize)?;
        Ok(Self {
            lines: Some(table.data.lines),
            ..data
        })
    }

    /// Loads California housing, or its labeled stand-in.
    ///
    /// # Errors
    /// Returns [`StudyError::Data`] if the data are not found and the stand-in is not allowed.
    pub fn housing(
        places: DataPlaces,
        standardize: bool,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Self, StudyError> {
        let data = CaliforniaHousing::default().load(&places, progress)?;
        Self::prepared(data.provenance.title, data.data, data.notice, standardize)
    }

    /// Draws the synthetic data of Guo, Li, Lerman (2024), on the unit sphere if the input map
    /// scales rows to norm 1.
    pub fn synthetic(samples: usize, map: InputMap, seed: u64) -> Self {
        let unit_sphere = matches!(map, InputMap::Unit | InputMap::UnitWithConstant);
        let function = SyntheticFunction { unit_sphere };
        Self {
            title: function.provenance().title,
            set: function.sample(samples, &mut ChaCha8Rng::seed_from_u64(seed)),
            lines: None,
            notice: None,
            unscaled: None,
        }
    }

    fn prepared(
        title: String,
        set: RegressionSet,
        notice: Option<String>,
        standardize: bool,
    ) -> Result<Self, StudyError> {
        if !standardize {
            return Ok(Self {
                title,
                set,
                lines: None,
                notice,
                unscaled: None,
            });
        }
        let scales = Standardizer::fit(&set)?;
        let constant = scales.constant();
        let notice = notice.into_iter().chain((!constant.is_empty()).then(|| {
            let names = constant.join(", ");
            format!("constant columns carry no information and become 0: {names}")
        }));
        let scaled = scales.apply(&set)?;
        let notice = notice.chain(outliers(&set, &scaled));
        Ok(Self {
            title: format!("{title}{STANDARDIZED}"),
            notice: notice.reduce(|first, second| format!("{first}; {second}")),
            unscaled: Some(set.with_targets_of(&scaled)),
            set: scaled,
            lines: None,
        })
    }

    /// Returns whether features are standardized.
    pub(super) fn standardized(&self) -> bool {
        self.unscaled.is_some()
    }

    /// Returns the same data with unscaled features, if the features are standardized.
    pub(super) fn as_they_are(&self) -> Option<Self> {
        let title = self.title.strip_suffix(STANDARDIZED).unwrap_or(&self.title);
        Some(Self {
            title: format!("{title}, targets standardized"),
            set: self.unscaled.clone()?,
            unscaled: None,
            ..self.clone()
        })
    }

    /// Computes the advice for these data; messages refer to rows by line numbers.
    ///
    /// # Errors
    /// Returns [`StudyError::Advice`], or [`StudyError::Coinciding`] if coinciding rows are an
    /// error.
    pub fn advise(&self, advisor: &Advisor) -> Result<Advice, StudyError> {
        let lines = |rows: [usize; 2]| {
            let lines = self.lines.as_ref()?;
            Some([*lines.get(rows[0])?, *lines.get(rows[1])?])
        };
        let mut advice =
            advisor
                .advise(&self.rows(), &self.targets())
                .map_err(|error| match error {
                    OverparamError::Duplicate { rows, scaled } => match lines(rows) {
                        Some(lines) => StudyError::Coinciding {
                            title: self.title.clone(),
                            lines,
                            scaled,
                        },
                        None => error.into(),
                    },
                    _ => error.into(),
                })?;
        advice.data.lines = advice.data.measured.and_then(|found| lines(found.rows));
        Ok(advice)
    }

    /// Returns the inputs, one row per sample.
    pub fn rows(&self) -> Vec<&[f64]> {
        self.set.feature_rows().collect()
    }

    /// Returns the targets, one row per sample.
    pub fn targets(&self) -> Vec<&[f64]> {
        self.set.target_rows().collect()
    }

    /// Returns the distinct inputs with the given indices.
    pub(super) fn batch(
        &self,
        distinct: &DistinctRows,
        rows: &[usize],
        device: &Device,
    ) -> RegressionBatch {
        let first: Vec<usize> = rows.iter().map(|&row| distinct.rows[row]).collect();
        let targets: Vec<f64> = rows
            .iter()
            .flat_map(|&row| distinct.targets[row].iter().copied())
            .collect();
        let columns = self.set.target_names().len();
        RegressionBatch {
            features: self.set.select(&first).feature_tensor(device),
            targets: Tensor::from_data(TensorData::new(targets, [rows.len(), columns]), device),
        }
    }
}

/// Checks that some target varies.
fn check_targets(path: &Path, set: &RegressionSet) -> Result<(), DataError> {
    let mut rows = set.target_rows();
    let Some(first) = rows.next() else {
        return Ok(());
    };
    if set.len() < 2 || rows.any(|row| row != first) {
        return Ok(());
    }
    Err(DataError::ConstantTarget {
        path: path.into(),
        column: set.target_names().join(", "),
        value: first
            .iter()
            .map(f64::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// Returns a note for each column whose variance is almost entirely due to one value, such as 1e90
/// among prices: the other values are then hardly distinguishable.
fn outliers(set: &RegressionSet, scaled: &RegressionSet) -> Vec<String> {
    let n = set.len();
    let note = |name: &String, values: Vec<f64>, scaled: Vec<f64>| {
        let (row, largest) =
            (scaled.iter().enumerate()).max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
        let mut others = values.iter().enumerate().filter(|&(other, _)| other != row);
        let (_, first) = others.next()?;
        // An indicator with a single 1 is not a mistake.
        let differ = others.any(|(_, value)| value != first);
        (n >= FEW && differ && largest * largest > NEARLY_ALL * (n - 1) as f64).then(|| {
            format!(
                "in column {name} the value {} dominates all others: fix it if it is a mistake",
                values[row]
            )
        })
    };
    let features = set
        .feature_names()
        .iter()
        .enumerate()
        .filter_map(|(k, name)| {
            let column = |set: &RegressionSet| set.feature_rows().map(|row| row[k]).collect();
            note(name, column(set), column(scaled))
        });
    let targets = set
        .target_names()
        .iter()
        .enumerate()
        .filter_map(|(k, name)| {
            let column = |set: &RegressionSet| set.target_rows().map(|row| row[k]).collect();
            note(name, column(set), column(scaled))
        });
    features.chain(targets).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dominating_values_are_named() {
        let note = |last: f64, indicator: f64| {
            let rows: Vec<Vec<f64>> = (0..200)
                .map(|i| {
                    vec![
                        if i == 7 { last } else { f64::from(i) },
                        f64::from(u8::from(i == 9)) * indicator,
                    ]
                })
                .collect();
            let targets: Vec<Vec<f64>> = (0..200).map(|i| vec![f64::from(i % 5)]).collect();
            let names = vec!["price".to_owned(), "kind=rare".to_owned()];
            let set = RegressionSet::new(names, &rows, vec!["y".into()], &targets).unwrap();
            let data = AdviceData::prepared("t".into(), set, None, true).unwrap();
            data.notice
        };
        assert_eq!(note(3.0, 1.0), None);
        let expected =
            "in column price the value 1000000000 dominates all others: fix it if it is a mistake";
        assert_eq!(note(1e9, 1.0).unwrap(), expected);
    }
}

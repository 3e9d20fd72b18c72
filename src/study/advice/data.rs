use std::path::Path;

use burn::tensor::Device;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    data::{
        CsvOptions, DataPlaces, DownloadProgress, HousingRequest, RegressionBatch, RegressionSet,
        Standardiser, SyntheticFunction, load_housing, read_regression_csv,
    },
    overparam::InputMap,
    study::StudyError,
};

/// Rows of numbers with their targets, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct AdviceData {
    /// Name of the data and what was done to them, for every output.
    pub title: String,
    /// The rows.
    pub set: RegressionSet,
    /// One line for people where something was left out or replaced.
    pub notice: Option<String>,
}

impl AdviceData {
    /// A table of the user's. Standardised columns have mean 0 and standard deviation 1, targets
    /// too, so that losses are shares of their variance.
    ///
    /// # Errors
    /// [`StudyError::Data`] where the file cannot be used.
    pub fn from_csv(
        path: &Path,
        options: &CsvOptions,
        standardise: bool,
    ) -> Result<Self, StudyError> {
        let table = read_regression_csv(path, options)?;
        let title = format!(
            "{}, predicting {}",
            table.provenance.title,
            table.set.target_names().join(", ")
        );
        Self::prepared(title, table.set, table.notice, standardise)
    }

    /// California housing, or its labelled stand-in.
    ///
    /// # Errors
    /// [`StudyError::Data`] where no place has it and the stand-in is not allowed.
    pub fn housing(
        places: DataPlaces,
        standardise: bool,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Self, StudyError> {
        let request = HousingRequest {
            places,
            ..HousingRequest::default()
        };
        let data = load_housing(&request, progress)?;
        Self::prepared(data.provenance.title, data.set, data.notice, standardise)
    }

    /// The synthetic data of chapter 2, on the unit sphere where the input map scales rows to it.
    pub fn synthetic(samples: usize, map: InputMap, seed: u64) -> Self {
        let unit_sphere = matches!(map, InputMap::Unit | InputMap::UnitWithConstant);
        let function = SyntheticFunction { unit_sphere };
        Self {
            title: function.provenance().title,
            set: function.sample(samples, &mut ChaCha8Rng::seed_from_u64(seed)),
            notice: None,
        }
    }

    fn prepared(
        title: String,
        set: RegressionSet,
        notice: Option<String>,
        standardise: bool,
    ) -> Result<Self, StudyError> {
        if !standardise {
            return Ok(Self { title, set, notice });
        }
        let scales = Standardiser::fit(&set).map_err(crate::data::DataError::from)?;
        let constant = scales.constant();
        let notice = notice.into_iter().chain((!constant.is_empty()).then(|| {
            let names = constant.join(", ");
            format!("columns with one value say nothing and become 0: {names}")
        }));
        Ok(Self {
            title: format!("{title}, standardised"),
            notice: notice.reduce(|first, second| format!("{first}; {second}")),
            set: scales.apply(&set).map_err(crate::data::DataError::from)?,
        })
    }

    /// Inputs, one row per sample.
    pub fn rows(&self) -> Vec<&[f64]> {
        self.set.feature_rows().collect()
    }

    /// Targets, one row per sample.
    pub fn targets(&self) -> Vec<&[f64]> {
        self.set.target_rows().collect()
    }

    /// The rows with the given numbers.
    pub(super) fn batch(&self, rows: &[usize], device: &Device) -> RegressionBatch {
        let part = self.set.select(rows);
        RegressionBatch {
            features: part.feature_tensor(device),
            targets: part.target_tensor(device),
        }
    }
}

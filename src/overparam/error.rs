use std::fmt::Display;

use crate::SettingError;

/// Error for data or settings that a theorem, the closed form at infinite width or the advisor does
/// not cover.
///
/// Rows and coordinates are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OverparamError {
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    // The closed form at infinite width.
    /// There are no rows.
    #[error("there are no rows: pass at least one input")]
    NoRows,
    /// Rows have no coordinates.
    #[error("row 0 has no coordinates: each input needs at least one")]
    NoCoordinates,
    /// Rows differ in length.
    #[error(
        "row {row} has {found} coordinates, but row 0 has {expected}: all rows need the same number"
    )]
    Ragged {
        /// The row.
        row: usize,
        /// The coordinates of row 0.
        expected: usize,
        /// The coordinates of the row.
        found: usize,
    },
    /// A number is not finite.
    #[error("row {row}, coordinate {column} is {value}: drop the row, or fill the gap")]
    NotFinite {
        /// The row.
        row: usize,
        /// The coordinate.
        column: usize,
        /// The rejected value.
        value: f64,
    },
    /// The norm of a row is so large that squares overflow.
    #[error("row {row} has norm {norm:e}, and squares overflow beyond 1e150: scale the inputs")]
    TooLong {
        /// The row.
        row: usize,
        /// Its Euclidean norm.
        norm: f64,
    },
    /// The numbers of targets and inputs differ.
    #[error("{found} rows of targets for {expected} inputs: each input needs one")]
    TargetRows {
        /// The number of inputs.
        expected: usize,
        /// The number of rows of targets.
        found: usize,
    },
    /// Test inputs or targets differ in size from those of training.
    #[error("{what} have {found} coordinates, but those of training have {expected}")]
    Coordinates {
        /// Name of the data.
        what: &'static str,
        /// Number of coordinates in training.
        expected: usize,
        /// Number of coordinates found.
        found: usize,
    },
    /// All inputs are zero.
    #[error(
        "all inputs are zero, so nothing trains: use nonzero rows, or add a constant coordinate"
    )]
    NothingTrains,
    /// The computation of eigenvalues did not converge.
    #[error("the eigenvalues of the {rows} x {rows} kernel did not converge: scale the inputs")]
    NoEigenvalues {
        /// Number of rows of the kernel.
        rows: usize,
    },
    // The theorems.
    /// A batch is larger than the data.
    #[error("a batch of {batch} from {samples} samples: choose at most as many")]
    Batch {
        /// The rejected batch size.
        batch: usize,
        /// Number of samples.
        samples: usize,
    },
    /// The decrease per step is not below 1.
    #[error(
        "the bound decreases the loss by the share {decrease} per step, which is not below 1: \
         choose a smaller step, or calibrate the constant"
    )]
    Decrease {
        /// The rejected value of 1 − γ.
        decrease: f64,
    },
    /// Two losses do not determine a rate.
    #[error(
        "losses {} at step {} and {} at step {} give no rate: two positive finite losses are \
         needed, the later one smaller", losses[0], steps[0], losses[1], steps[1]
    )]
    NoRate {
        /// The steps.
        steps: [u64; 2],
        /// The losses.
        losses: [f64; 2],
    },
    /// The run for a calibration has a linear network.
    #[error(
        "alpha = {alpha} has no jump of the slope, so a run with it calibrates nothing: use -1 or 0"
    )]
    NoGap {
        /// The rejected value.
        alpha: f64,
    },
    // The advisor.
    /// Too few rows for a distance.
    #[error("{found} row of data: at least 2 are needed to measure a separation")]
    TooFewRows {
        /// Number of rows.
        found: usize,
    },
    /// Two rows are the same input.
    #[error(
        "rows {} and {}, counted from 0, are the same input to the network: merge rows that coincide \
         (`Duplicates::Merge`){}", rows[0], rows[1], if *scaled { ", or keep their lengths with a raw input map" } else { "" }
    )]
    Duplicate {
        /// The rows, counted from 0.
        rows: [usize; 2],
        /// Whether the rows are scaled to norm 1 first, so that multiples coincide.
        scaled: bool,
    },
    /// All rows are the same input.
    #[error(
        "all {rows} rows are the same input to the network: use features that differ{}",
        if *scaled { ", or keep the lengths of rows with the input map raw-constant" } else { "" }
    )]
    OneInput {
        /// Number of rows.
        rows: usize,
        /// Whether the rows are scaled to norm 1 first.
        scaled: bool,
    },
    /// A single coordinate is scaled to norm 1.
    #[error(
        "a single feature scaled to norm 1 keeps only its sign: use the input map raw-constant"
    )]
    OnlySigns,
    /// The list of slopes is empty.
    #[error("no slopes to compare: pass at least one alpha, for example -1 and 0")]
    NoSlopes,
    /// The data are not valid for the closed form.
    #[error("the data: {source}")]
    Data {
        /// The problem.
        source: Box<OverparamError>,
    },
    /// The targets are empty, ragged or not finite.
    #[error("the targets: {source}")]
    Targets {
        /// The problem.
        source: Box<OverparamError>,
    },
}

impl OverparamError {
    pub(super) fn setting(name: &'static str, value: impl Display, expected: &'static str) -> Self {
        SettingError::new(name, value, expected).into()
    }

    /// Returns the error for a count below `least`, which is 1 or 2.
    pub(super) fn too_few(name: &'static str, found: impl Display, least: usize) -> Self {
        let expected = match least {
            1 => "at least 1",
            _ => "at least 2",
        };
        Self::setting(name, found, expected)
    }

    /// Adds that the data are the cause.
    pub(super) fn in_data(self) -> Self {
        Self::Data {
            source: Box::new(self),
        }
    }
}

use crate::overparam::{infinite_width::InfiniteWidthError, theory::TheoryError};

/// Reasons why no advice can be given for data or settings.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
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
    /// A slope is not a finite number below 1.
    #[error("alpha = {alpha} is not a slope: choose finite numbers below 1, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// A number is too small.
    #[error("{what} = {found}: at least {least} is needed")]
    TooFew {
        /// Name of the quantity.
        what: &'static str,
        /// The rejected number.
        found: u64,
        /// The smallest valid value.
        least: u64,
    },
    /// The target is not a share between 0 and 1.
    #[error("target = {target}: choose the share of the loss that may be left, between 0 and 1")]
    Target {
        /// The rejected value.
        target: f64,
    },
    /// The data are not valid for the closed form.
    #[error("the data: {0}")]
    Data(#[from] InfiniteWidthError),
    /// The targets are empty, ragged or not finite.
    #[error("the targets: {source}")]
    Targets {
        /// The problem.
        source: InfiniteWidthError,
    },
    /// A setting is not covered by the theorems.
    #[error(transparent)]
    Theory(#[from] TheoryError),
}

use crate::overparam::{infinite_width::InfiniteWidthError, theory::TheoryError};

/// Data or settings that no advice can be given for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
    /// Too few rows to have a distance.
    #[error("{found} row of data: a separation needs at least 2")]
    TooFewRows {
        /// The number of rows.
        found: usize,
    },
    /// Two rows are one input.
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
    /// All rows are one input.
    #[error(
        "all {rows} rows are the same input to the network: give features that differ{}",
        if *scaled { ", or keep the lengths of rows with the input map raw-constant" } else { "" }
    )]
    OneInput {
        /// The number of rows.
        rows: usize,
        /// Whether the rows are scaled to norm 1 first.
        scaled: bool,
    },
    /// One coordinate, scaled to norm 1.
    #[error(
        "a single feature scaled to norm 1 is nothing but its sign: use the input map raw-constant"
    )]
    OnlySigns,
    /// No slope to compare.
    #[error("no slopes to compare: give at least one alpha, for example -1 and 0")]
    NoSlopes,
    /// A slope that no network has.
    #[error("alpha = {alpha} is not a slope: choose finite numbers below 1, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// A number that is too small.
    #[error("{what} = {found}: at least {least} is needed")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// The rejected number.
        found: u64,
        /// The least that makes sense.
        least: u64,
    },
    /// A share of the loss that is none.
    #[error("target = {target}: choose the share of the loss that may be left, between 0 and 1")]
    Target {
        /// The rejected value.
        target: f64,
    },
    /// Data that the closed form cannot take.
    #[error("the data: {0}")]
    Data(#[from] InfiniteWidthError),
    /// Targets that are empty, ragged or not finite.
    #[error("the targets: {source}")]
    Targets {
        /// What is wrong with them.
        source: InfiniteWidthError,
    },
    /// A setting that the theorems do not cover.
    #[error(transparent)]
    Theory(#[from] TheoryError),
}

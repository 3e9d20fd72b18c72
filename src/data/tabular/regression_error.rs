/// Why rows of numbers are not a [`RegressionSet`](super::RegressionSet).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegressionError {
    /// There is no feature, or no target.
    #[error("a regression set needs at least one column of {kind}")]
    NoColumns {
        /// `features` or `targets`.
        kind: &'static str,
    },
    /// Two columns of one kind have the same name.
    #[error("two columns are called {column}; give each its own name")]
    DuplicateName {
        /// The name.
        column: String,
    },
    /// Features and targets do not belong together.
    #[error("{features} rows of features but {targets} rows of targets; each row needs both")]
    RowCounts {
        /// Rows of features.
        features: usize,
        /// Rows of targets.
        targets: usize,
    },
    /// A row is longer or shorter than the list of names.
    #[error("row {row} has {found} {kind} where {expected} are named")]
    Ragged {
        /// Number of the row, from 0.
        row: usize,
        /// `features` or `targets`.
        kind: &'static str,
        /// Numbers in the row.
        found: usize,
        /// Names.
        expected: usize,
    },
    /// A cell is NaN or infinite.
    #[error("row {row}, column {column} is {value}; mend it or leave the row out")]
    NotFinite {
        /// Number of the row, from 0.
        row: usize,
        /// Name of the column.
        column: String,
        /// The value.
        value: f64,
    },
    /// A standardiser was fitted to other columns.
    #[error("the columns are {found}, but the standardiser was fitted to {expected}")]
    OtherColumns {
        /// Names of the set's columns.
        found: String,
        /// Names of the fitted columns.
        expected: String,
    },
    /// There is nothing to fit to.
    #[error("a standardiser needs at least one row to be fitted to")]
    Empty,
}

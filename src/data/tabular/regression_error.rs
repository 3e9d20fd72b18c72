/// Reasons why rows of numbers do not form a [`RegressionSet`](super::RegressionSet).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegressionError {
    /// There are no features, or no targets.
    #[error("a regression set needs at least one column of {kind}")]
    NoColumns {
        /// `features` or `targets`.
        kind: &'static str,
    },
    /// Two columns of one kind have the same name.
    #[error("two columns are named {column}; use different names")]
    DuplicateName {
        /// The name.
        column: String,
    },
    /// Features and targets differ in the number of rows.
    #[error("{features} rows of features but {targets} rows of targets; each row needs both")]
    RowCounts {
        /// Number of rows of features.
        features: usize,
        /// Number of rows of targets.
        targets: usize,
    },
    /// A row has more or fewer numbers than there are names.
    #[error("row {row} has {found} {kind}, but {expected} are named")]
    Ragged {
        /// Number of the row, from 0.
        row: usize,
        /// `features` or `targets`.
        kind: &'static str,
        /// Number of values in the row.
        found: usize,
        /// Number of names.
        expected: usize,
    },
    /// A cell is NaN or infinite.
    #[error("row {row}, column {column} is {value}; fix it or leave the row out")]
    NotFinite {
        /// Number of the row, from 0.
        row: usize,
        /// Name of the column.
        column: String,
        /// The value.
        value: f64,
    },
    /// A standardizer was fitted to other columns.
    #[error("the columns are {found}, but the standardizer was fitted to {expected}")]
    OtherColumns {
        /// Names of the set's columns.
        found: String,
        /// Names of the fitted columns.
        expected: String,
    },
    /// There are no rows to fit to.
    #[error("a standardizer needs at least one row to be fitted to")]
    Empty,
}

use std::path::PathBuf;

use crate::one_line::counted;

/// Reasons why a user-supplied table cannot be used for regression.
///
/// Every message is one line that names the file and the location and suggests what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CsvError {
    /// The file is not text.
    #[error("{path} is not text: use a CSV table, plain or compressed as .gz")]
    Binary {
        /// The file.
        path: PathBuf,
    },
    /// The file is not encoded in UTF-8.
    #[error("{path}, line {line} is not UTF-8: save the table as UTF-8")]
    Encoding {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
    },
    /// The separator cannot be used.
    #[error(
        "{path} cannot be read with the separator {separator:?}: use one ASCII character, such as , or ;"
    )]
    Separator {
        /// The file.
        path: PathBuf,
        /// The rejected separator.
        separator: char,
    },
    /// The file is empty.
    #[error("{path} is empty: the first line must name the columns")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file has a header but no rows.
    #[error("{path} has a header but no rows: add one line for each sample")]
    HeaderOnly {
        /// The file.
        path: PathBuf,
    },
    /// The first line contains data.
    #[error("{path}, line {line} contains numbers: the first line must name the columns")]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
    },
    /// Two columns have the same name.
    #[error("{path}, line {line}: two columns are named {column}; rename one")]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// The name.
        column: String,
    },
    /// A line has more or fewer cells than the header.
    #[error(
        "{path}, line {line} has {found} cells, but the header has {expected}; fix it, or put cells that contain {separator:?} in quotation marks"
    )]
    Ragged {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// Number of cells in the line.
        found: usize,
        /// Number of cells in the header.
        expected: usize,
        /// The separator of cells.
        separator: char,
    },
    /// There is no column with this name.
    #[error(
        "{path} has no column {column}{}; its columns are {columns}",
        suggestion(nearest)
    )]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The requested name.
        column: String,
        /// A column with a similar name.
        nearest: Option<String>,
        /// All names.
        columns: String,
    },
    /// There is only one column, so either features or targets are missing.
    #[error(
        "{path} has a single column, {column}, with the separator {separator:?}: add features, or set the separator (--separator)"
    )]
    SingleColumn {
        /// The file.
        path: PathBuf,
        /// The name of the column, shortened.
        column: String,
        /// The separator of cells.
        separator: char,
    },
    /// A column is requested twice.
    #[error("{path}: column {column} is named twice among features and targets; name it only once")]
    NamedTwice {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// No column can be the target.
    #[error(
        "{path} has no column of numbers to predict; name a column of classes as the target (--target), its columns are {columns}"
    )]
    NoTarget {
        /// The file.
        path: PathBuf,
        /// All names.
        columns: String,
    },
    /// No feature column is left.
    #[error(
        "{path} has no column of numbers besides the target {target}{}; add some{}",
        left_out(others),
        if *encodable { ", or encode text columns (--one-hot)" } else { "" }
    )]
    NoFeatures {
        /// The file.
        path: PathBuf,
        /// Names of the targets.
        target: String,
        /// The other columns, and why they are not features.
        others: Vec<String>,
        /// Whether a text column has few enough values to encode.
        encodable: bool,
    },
    /// A cell of a numeric column is text.
    #[error("{path}, line {line}, column {column}: {value:?} is not a number; {remedy}")]
    Text {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// The cell.
        value: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A cell is NaN or infinite.
    #[error(
        "{path}, line {line}, column {column}: {value} is not finite; fix it, or leave the cell empty and drop the row (--drop-missing)"
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// The cell.
        value: String,
    },
    /// Cells are missing.
    #[error(
        "{path}: cells are missing in {}, the first in line {line}, column {column} ({columns}); fill them in, leave columns out (--leave-out, `CsvOptions::leave_out`), or drop such rows (--drop-missing, `Missing::Drop`), which leaves {left}",
        counted(*rows, "row")
    )]
    MissingCells {
        /// The file.
        path: PathBuf,
        /// Number of rows with missing cells.
        rows: usize,
        /// Number of complete rows.
        left: usize,
        /// Line number of the first such row, from 1.
        line: u64,
        /// The first missing column in that row.
        column: String,
        /// The columns with the most missing cells, and their counts.
        columns: String,
    },
    /// Every row has missing cells.
    #[error(
        "{path}: all {rows} rows have missing cells; leave out the emptiest column, {column}, which lacks {empty} (--leave-out, `CsvOptions::leave_out`)"
    )]
    NothingLeft {
        /// The file.
        path: PathBuf,
        /// The number of rows.
        rows: usize,
        /// The column with the most missing cells.
        column: String,
        /// Number of missing cells in this column.
        empty: usize,
    },
    /// A number is so large that sums of squares could overflow.
    #[error(
        "{path}, line {line}, column {column}: {value} is too large to compute with; fix it, leave the column out (--leave-out), or use a larger unit"
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// The cell.
        value: String,
    },
    /// A target column has too many different values for classes.
    #[error(
        "{path}: the target {column} has {found} different values, but at most {most} classes are supported; name a target of numbers (--target)"
    )]
    TooManyClasses {
        /// The file.
        path: PathBuf,
        /// Name of the target.
        column: String,
        /// Number of different texts.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// The target is constant.
    #[error(
        "{path}: column {column} is {value} in every row, so there is nothing to predict; name another target (--target)"
    )]
    ConstantTarget {
        /// The file.
        path: PathBuf,
        /// Name of the target.
        column: String,
        /// The value.
        value: String,
    },
    /// A text column has too many different values to encode.
    #[error(
        "{path}: column {column} has {found} different texts, but at most {most} can be encoded; leave it out (--leave-out)"
    )]
    TooManyCategories {
        /// The file.
        path: PathBuf,
        /// Name of the column.
        column: String,
        /// Number of different texts.
        found: usize,
        /// The limit.
        most: usize,
    },
}

fn suggestion(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!(" (did you mean {name}?)"),
        None => String::new(),
    }
}

fn left_out(others: &[String]) -> String {
    match others.is_empty() {
        true => String::new(),
        false => format!(", only {}", others.join(", ")),
    }
}

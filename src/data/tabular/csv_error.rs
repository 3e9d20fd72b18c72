use std::path::PathBuf;

use crate::one_line::counted;

/// Why a table of the user's is not data for regression.
///
/// Every message is one line, names the file and the place, and says what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CsvError {
    /// The file is not text.
    #[error("{path} is not text: give a table as CSV, plain or packed as .gz")]
    Binary {
        /// The file.
        path: PathBuf,
    },
    /// The file is text of another encoding.
    #[error("{path}, line {line} is not UTF-8: save the table as UTF-8")]
    Encoding {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
    },
    /// No table can be separated so.
    #[error(
        "{path} cannot be read with the separator {separator:?}: give one ASCII character, such as , or ;"
    )]
    Separator {
        /// The file.
        path: PathBuf,
        /// What should separate cells.
        separator: char,
    },
    /// The file has nothing in it.
    #[error("{path} is empty: the first line must name the columns")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// There is a header and nothing else.
    #[error("{path} has a header but no rows: add one line for each sample")]
    HeaderOnly {
        /// The file.
        path: PathBuf,
    },
    /// The first line is data.
    #[error("{path}, line {line} is numbers: the first line must name the columns")]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
    },
    /// Two columns have the same name.
    #[error("{path}, line {line}: two columns are called {column}; rename one")]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// The name.
        column: String,
    },
    /// A line has more or fewer cells than the header.
    #[error(
        "{path}, line {line} has {found} cells where the header has {expected}; mend it, or put cells that contain {separator:?} in quotation marks"
    )]
    Ragged {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// Cells of the line.
        found: usize,
        /// Cells of the header.
        expected: usize,
        /// What separates cells.
        separator: char,
    },
    /// There is no column of this name.
    #[error(
        "{path} has no column {column}{}; its columns are {columns}",
        suggestion(nearest)
    )]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        column: String,
        /// A column whose name is close.
        nearest: Option<String>,
        /// All names.
        columns: String,
    },
    /// There is one column, so either features or targets are missing.
    #[error(
        "{path} has a single column, {column}, where cells are separated by {separator:?}: add features, or name the separator (--separator)"
    )]
    SingleColumn {
        /// The file.
        path: PathBuf,
        /// The name of the column, shortened.
        column: String,
        /// What separates cells.
        separator: char,
    },
    /// A column is asked for twice.
    #[error("{path}: column {column} is named twice among features and targets; name it once")]
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
    /// No column is left to predict from.
    #[error(
        "{path} has no column of numbers beside the target {target}{}; add some{}",
        left_out(others),
        if *encodable { ", or encode text columns (--one-hot)" } else { "" }
    )]
    NoFeatures {
        /// The file.
        path: PathBuf,
        /// Names of the targets.
        target: String,
        /// The other columns, and why they are no features.
        others: Vec<String>,
        /// Whether some column of text has few enough values to encode.
        encodable: bool,
    },
    /// A cell of a numeric column is text.
    #[error("{path}, line {line}, column {column}: {value:?} is not a number; {remedy}")]
    Text {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
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
        "{path}, line {line}, column {column}: {value} is not finite; mend it, or leave the cell empty and drop the row (--drop-missing)"
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
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
        /// Rows that lack cells.
        rows: usize,
        /// Rows that do not.
        left: usize,
        /// Number of the first such line, from 1.
        line: u64,
        /// The first column that it lacks.
        column: String,
        /// The columns that lack most cells, with their numbers.
        columns: String,
    },
    /// Every row has a missing cell.
    #[error(
        "{path}: all {rows} rows lack cells; leave out the emptiest column, {column}, which lacks {empty} (--leave-out, `CsvOptions::leave_out`)"
    )]
    NothingLeft {
        /// The file.
        path: PathBuf,
        /// The number of rows.
        rows: usize,
        /// The column that lacks most cells.
        column: String,
        /// The cells that it lacks.
        empty: usize,
    },
    /// A number is too large to be squared with others.
    #[error(
        "{path}, line {line}, column {column}: {value} is too large to compute with; mend it, leave the column out (--leave-out), or give it in a larger unit"
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// The cell.
        value: String,
    },
    /// A text column has more values than classes that can be predicted.
    #[error(
        "{path}: the target {column} has {found} different values, at most {most} can be classes; name a target of numbers (--target)"
    )]
    TooManyClasses {
        /// The file.
        path: PathBuf,
        /// Name of the target.
        column: String,
        /// Different texts.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// There is nothing to learn.
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
    /// A text column has more values than are sensible to encode.
    #[error(
        "{path}: column {column} has {found} different texts, at most {most} can be encoded; leave it out (--leave-out)"
    )]
    TooManyCategories {
        /// The file.
        path: PathBuf,
        /// Name of the column.
        column: String,
        /// Different texts.
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

use std::path::PathBuf;

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
    #[error("{path}, line 1 is numbers: the first line must name the columns")]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// Two columns have the same name.
    #[error("{path}, line 1: two columns are called {column}; rename one")]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
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
    /// A column is asked for twice.
    #[error("{path}: column {column} is named twice among features and targets; name it once")]
    NamedTwice {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// No column can be the target.
    #[error("{path} has no column of numbers to predict; its columns are {columns}")]
    NoTarget {
        /// The file.
        path: PathBuf,
        /// All names.
        columns: String,
    },
    /// No column is left to predict from.
    #[error(
        "{path} has no column of numbers beside the target {target}; add some, or encode text columns"
    )]
    NoFeatures {
        /// The file.
        path: PathBuf,
        /// Names of the targets.
        target: String,
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
        "{path}, line {line}, column {column}: {value} is not finite; mend it, or leave the cell empty and drop the row"
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
        "{path}: {rows} rows lack cells (the first: line {line}, column {column}); fill them in, leave the column out, or ask to drop such rows"
    )]
    MissingCells {
        /// The file.
        path: PathBuf,
        /// Rows that lack cells.
        rows: usize,
        /// Number of the first such line, from 1.
        line: u64,
        /// The first column that it lacks.
        column: String,
    },
    /// Every row has a missing cell.
    #[error("{path}: all {rows} rows lack cells and were dropped; leave out the emptiest column")]
    NothingLeft {
        /// The file.
        path: PathBuf,
        /// The number of rows.
        rows: usize,
    },
    /// A text column has more values than are sensible to encode.
    #[error(
        "{path}: column {column} has {found} different texts, at most {most} can be encoded; name the features without it"
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

use std::path::{Path, PathBuf};

use crate::{FileError, SettingError, one_line::counted};

/// Error of a data set that cannot be loaded, written or used.
///
/// Every message is one line that names the file or location and suggests what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The data set was not found in any location.
    #[error(
        "{dataset} was not found: {tried}; name its folder with --data DIR or set FIREWEED_DATA"
    )]
    NotFound {
        /// Name of the data set.
        dataset: &'static str,
        /// The locations that were tried, in order, each with its outcome.
        tried: String,
    },
    /// There is no synthetic stand-in for the data set.
    #[error("there is no synthetic stand-in for {dataset}")]
    NoStandIn {
        /// Name of the data set.
        dataset: &'static str,
    },
    /// A user-supplied file or folder does not contain what is needed.
    #[error("{path} {problem}")]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what is needed.
        problem: String,
    },
    /// A user-supplied image cannot be used.
    #[error("cannot use the image {path}: {problem}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of molecules cannot be used.
    #[cfg(feature = "molecules")]
    #[error(transparent)]
    Molecules(#[from] crate::molecule::MoleculeError),
    /// A file is truncated, corrupt or of another format.
    #[error(
        "{path} is damaged at byte {offset} (unpacked): {problem}; delete it and download it again"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where decoding stopped, counted in the unpacked bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// A line of a text file is invalid.
    #[error("{path}, line {line}: {problem}; fix the line or download the file again")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// An array file has an unsupported type or shape.
    #[error("{path}: {problem}; {remedy}")]
    Array {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The numbers of images and labels differ.
    #[error(
        "{images} has {image_count} images but {labels} has {label_count} labels; take both files from one source"
    )]
    Mismatch {
        /// The image file.
        images: PathBuf,
        /// Number of images.
        image_count: usize,
        /// The label file.
        labels: PathBuf,
        /// Number of labels.
        label_count: usize,
    },
    /// More samples were requested than are available.
    #[error("{requested} samples were requested, but {dataset} has {available}")]
    TooFew {
        /// Name of the data set and split.
        dataset: String,
        /// Number of samples requested.
        requested: usize,
        /// Number of samples available.
        available: usize,
    },
    /// A download failed. The part received so far is kept, and the next call resumes it.
    #[error("cannot download {url}: {reason}")]
    Download {
        /// URL of the file.
        url: String,
        /// The reason.
        reason: String,
    },
    /// A download completed, but its checksum is not the expected one.
    #[error("{url} has SHA-256 {found} instead of {expected}; it was discarded")]
    Checksum {
        /// URL of the file.
        url: String,
        /// The published SHA-256.
        expected: String,
        /// SHA-256 of the downloaded file.
        found: String,
    },
    // Tables.
    /// The file is not encoded in UTF-8.
    #[error("{path}, line {line} is not UTF-8: save the table as UTF-8")]
    Encoding {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
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
    RaggedLine {
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
    TextCell {
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
    NotFiniteCell {
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
    AllRowsIncomplete {
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
    TooLargeCell {
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
    // Rows of numbers that do not form a set, or do not fit a standardizer.
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
    RaggedRow {
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
    NotFiniteValue {
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
    NoRows,
    // Files of graphs.
    /// The file does not follow its format.
    #[error("{path}, {place}: {problem}; fix it, or save the graphs again")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, or graph and node.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A node or edge lacks an attribute.
    #[error("{path}, {place} lacks {name}, which others have: add it everywhere, or ignore {name}")]
    MissingAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge.
        place: String,
        /// The attribute.
        name: String,
    },
    /// An attribute is a number in one place and text in another.
    #[error(
        "{path}, {place}: {name} is {text:?}, but a number elsewhere; read {name} as kinds, or \
         ignore it"
    )]
    MixedAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge with the text.
        place: String,
        /// The attribute.
        name: String,
        /// The text.
        text: String,
    },
    /// A number is NaN or infinite.
    #[error("{path}, {place}: {name} is {value}; use a finite number, or ignore {name}")]
    NotFiniteAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge.
        place: String,
        /// The attribute.
        name: String,
        /// The rejected value.
        value: f64,
    },
    /// An attribute has too many different texts.
    #[error(
        "{path}: {name} has {found} different texts, such as {example:?}, but {most} kinds are \
         allowed; ignore {name}, or allow more"
    )]
    TooManyKinds {
        /// The file or folder.
        path: PathBuf,
        /// The attribute.
        name: String,
        /// Number of different texts.
        found: usize,
        /// One of the texts.
        example: String,
        /// The limit.
        most: usize,
    },
    /// No node or edge has the named attribute.
    #[error("{path} has no attribute {name}; there are {names}")]
    UnknownAttribute {
        /// The file or folder.
        path: PathBuf,
        /// The requested name.
        name: String,
        /// All names.
        names: String,
    },
    /// A graph is not connected, and the options make this an error.
    #[error(
        "{path}, {place} has {components} connected components: join them, or take the largest of \
         each graph"
    )]
    Disconnected {
        /// The file.
        path: PathBuf,
        /// The graph.
        place: String,
        /// Number of components.
        components: usize,
    },
    /// No graph is left.
    #[error("{path}: none of its {found} graphs can be used ({reasons}); {remedy}")]
    NoGraphsLeft {
        /// The file or folder.
        path: PathBuf,
        /// Number of graphs in it.
        found: usize,
        /// Counts of the graphs left out, by reason.
        reasons: String,
        /// What to do.
        remedy: String,
    },
    /// The extension of an output file is not supported.
    #[error("{path}: use a file name that ends in .graphml or .json")]
    UnknownExtension {
        /// The file.
        path: PathBuf,
    },
    // Texts.
    /// A stored vocabulary has a word twice.
    #[error("the vocabulary has the word {word:?} twice; build it again from the training texts")]
    DuplicateWord {
        /// The word.
        word: String,
    },
}

impl DataError {
    pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let file = FileError::at("use", path);
        move |source| file(source).into()
    }

    pub(super) fn unusable(path: &Path, problem: impl Into<String>) -> Self {
        Self::Unusable {
            path: path.to_path_buf(),
            problem: problem.into(),
        }
    }
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

use std::path::{Path, PathBuf};

/// Why a data set could not be had.
///
/// Every message is one line, names the file or place, and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// No place has the data set.
    #[error("{dataset} is not here: {tried}; name its folder with --data DIR or set FIREWEED_DATA")]
    NotFound {
        /// Name of the data set.
        dataset: &'static str,
        /// What was tried, in order, each with its outcome.
        tried: String,
    },
    /// There is no synthetic stand-in for the data set.
    #[error("there is no synthetic stand-in for {dataset}")]
    NoStandIn {
        /// Name of the data set.
        dataset: &'static str,
    },
    /// A folder of your own does not hold what is needed.
    #[error("{path} {problem}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong and what is needed.
        problem: String,
    },
    /// An image of your own cannot be used.
    #[error("cannot use the image {path}: {problem}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The operating system refused a file.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A file of molecules.
    #[cfg(feature = "molecules")]
    #[error(transparent)]
    Smiles(#[from] crate::molecule::SmilesFileError),
    /// A table of the user's.
    #[error(transparent)]
    Csv(#[from] super::CsvError),
    /// Graphs of the user's.
    #[error(transparent)]
    Graphs(#[from] super::GraphFileError),
    /// Rows of numbers.
    #[error(transparent)]
    Regression(#[from] super::RegressionError),
    /// A file is truncated, corrupt or of another kind.
    #[error(
        "{path} is damaged at byte {offset} (unpacked): {problem}; delete it and fetch it again"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where decoding stopped, counted in the unpacked bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// A line of a text file is not what it should be.
    #[error("{path}, line {line}: {problem}; mend the line or fetch the file again")]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// An array file of another kind or shape than needed.
    #[error("{path}: {problem}; {remedy}")]
    Array {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A setting outside its range.
    #[error("{name} = {value}: {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The rejected value.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// Images and labels do not belong together.
    #[error(
        "{images} has {image_count} images but {labels} has {label_count} labels; take both files from one source"
    )]
    Mismatch {
        /// The image file.
        images: PathBuf,
        /// Its number of images.
        image_count: usize,
        /// The label file.
        labels: PathBuf,
        /// Its number of labels.
        label_count: usize,
    },
    /// More samples were asked for than there are.
    #[error("{requested} samples were asked for, but {dataset} has {available}")]
    TooFew {
        /// Name of the data set and split.
        dataset: String,
        /// The number asked for.
        requested: usize,
        /// The number there is.
        available: usize,
    },
    /// A download failed; what has arrived is kept and continued next time.
    #[error("cannot download {url}: {reason}")]
    Download {
        /// The address.
        url: String,
        /// Why.
        reason: String,
    },
    /// A download arrived whole, but is not the expected file.
    #[error("{url} has SHA-256 {found} instead of {expected}; it was not kept")]
    Checksum {
        /// The address.
        url: String,
        /// The published digest.
        expected: String,
        /// The digest of what arrived.
        found: String,
    },
}

impl DataError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        |source| Self::Io { path, source }
    }
}

use std::path::{Path, PathBuf};

/// Reasons why a data set could not be loaded.
///
/// Every message is one line that names the file or location and suggests what to do.
#[derive(Debug, thiserror::Error)]
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
    /// A file could not be opened, read or written.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A file of molecules cannot be used.
    #[cfg(feature = "molecules")]
    #[error(transparent)]
    Smiles(#[from] crate::molecule::SmilesFileError),
    /// A user-supplied table cannot be used.
    #[error(transparent)]
    Csv(#[from] super::CsvError),
    /// User-supplied graphs cannot be used.
    #[error(transparent)]
    Graphs(#[from] super::GraphFileError),
    /// Rows of numbers do not form a regression set.
    #[error(transparent)]
    Regression(#[from] super::RegressionError),
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
    Setting(#[from] crate::SettingError),
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
}

impl DataError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        |source| Self::Io { path, source }
    }
}

use std::path::{Path, PathBuf};

use crate::files::write_whole;

/// Error of a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A picture cannot be drawn.
    #[error("cannot draw {what}: {reason}")]
    Drawing {
        /// The picture.
        what: String,
        /// The reason.
        reason: String,
    },
}

/// Writes a report's file; see [`write_whole`].
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), ReportError> {
    write_whole(path, content).map_err(|source| ReportError::Io {
        path: path.to_path_buf(),
        source,
    })
}

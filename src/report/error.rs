use std::path::Path;

use crate::{FileError, files::write_whole};

/// Error of a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
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
    write_whole(path, content).map_err(FileError::at("write", path))?;
    Ok(())
}

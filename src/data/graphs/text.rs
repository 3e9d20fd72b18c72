//! The text of a file of graphs, and the errors about it.

use std::path::Path;

use crate::data::{DataError, unpack};

/// Returns the content of a text file; its digest is added to `digests`.
pub(super) fn read_text(path: &Path, digests: &mut Vec<String>) -> Result<String, DataError> {
    let bytes = unpack::read(path)?;
    digests.push(unpack::sha256(&bytes));
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| unknown(path, "is not text in UTF-8 (pickles cannot be read)"))?;
    Ok(text)
}

/// Creates the error for a file or folder that is not one of graphs.
pub(super) fn unknown(path: &Path, problem: &str) -> DataError {
    let remedy = "use an edge list, GraphML, node-link JSON, or a folder of such files";
    DataError::unusable(path, format!("{problem}: {remedy}"))
}

/// Creates the error for a file that does not follow its format.
pub(super) fn syntax(path: &Path, place: String, problem: impl Into<String>) -> DataError {
    DataError::Syntax {
        path: path.into(),
        place,
        problem: problem.into(),
    }
}

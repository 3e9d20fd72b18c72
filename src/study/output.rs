//! What all studies write with.

use std::path::Path;

use serde::Serialize;

use super::StudyError;
use crate::files::write_whole;

pub(super) fn pretty(value: &impl Serialize) -> Vec<u8> {
    // Maps with text keys and numbers always serialise.
    let mut json = serde_json::to_vec_pretty(value).unwrap_or_default();
    json.push(b'\n');
    json
}

/// CSV rows from texts; quoting is the library's.
pub(super) fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory fails only for rows of unequal length, which the callers do not make.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), StudyError> {
    write_whole(path, content).map_err(|source| StudyError::Io {
        path: path.to_path_buf(),
        source,
    })
}

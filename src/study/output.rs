//! Shared output functions of the studies.

use std::path::Path;

use serde::Serialize;

use super::StudyError;
use crate::{FileError, files::write_whole};

pub(super) fn pretty(value: &impl Serialize) -> Vec<u8> {
    // Serialization of maps with text keys and numbers is infallible.
    let mut json = serde_json::to_vec_pretty(value).unwrap_or_default();
    json.push(b'\n');
    json
}

/// Writes CSV rows; the library quotes cells.
pub(super) fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory fails only for rows of unequal length, which the callers do not pass.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), StudyError> {
    write_whole(path, content).map_err(FileError::at("use", path))?;
    Ok(())
}

/// Sorts the header entries of a safetensors file. The writer keeps them in a hash map, so equal
/// models would give different bytes.
pub(super) fn with_sorted_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let header: serde_json::Value = serde_json::from_slice(rest.get(..length)?).ok()?;
    let mut header = serde_json::to_vec(&header).ok()?;
    while header.len() % 8 != 0 {
        header.push(b' ');
    }
    let mut sorted = (header.len() as u64).to_le_bytes().to_vec();
    sorted.extend(header);
    sorted.extend(rest.get(length..)?);
    Some(sorted)
}

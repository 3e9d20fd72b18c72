//! The IDX format of the MNIST family: big-endian header, then unsigned bytes.

use std::{io::Read, path::Path};

use sha2::{Digest, Sha256};

use crate::data::{
    DataError,
    unpack::{self, MAX_BYTES, hexadecimal},
};

const IMAGES_MAGIC: u32 = 0x0803;
const LABELS_MAGIC: u32 = 0x0801;

/// The content of an IDX image file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdxImages {
    /// Number of images.
    pub(super) count: usize,
    /// Pixels per column.
    pub(super) rows: usize,
    /// Pixels per row.
    pub(super) columns: usize,
    /// `count · rows · columns` gray values, row-major, 0 to 255.
    pub(super) pixels: Vec<u8>,
    /// SHA-256 of the unpacked file, in hexadecimal.
    pub(super) sha256: String,
}

/// The content of an IDX label file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IdxLabels {
    /// Class numbers.
    pub(super) labels: Vec<u8>,
    /// SHA-256 of the unpacked file, in hexadecimal.
    pub(super) sha256: String,
}

/// Reads an IDX image file (magic 0x0803), plain or gzip-compressed.
///
/// # Errors
/// Returns [`DataError::File`] if the file cannot be opened, [`DataError::Malformed`] if it is
/// truncated, has trailing bytes, fails gzip's checksum, or is not an IDX image file, and
/// [`DataError::Array`] if its numbers are not unsigned bytes.
pub(super) fn read_idx_images(path: &Path) -> Result<IdxImages, DataError> {
    let mut reader = IdxReader::open(path)?;
    reader.magic(IMAGES_MAGIC, "images")?;
    let count = reader.u32()?;
    let rows = reader.u32()?;
    let columns = reader.u32()?;
    // The product of three 32-bit factors needs 96 bits.
    let size = u128::from(count) * u128::from(rows) * u128::from(columns);
    if rows == 0 || columns == 0 {
        return Err(reader.malformed(8, format!("images of {rows}×{columns} pixels")));
    }
    let pixels = reader.bytes(u64::try_from(size).unwrap_or(u64::MAX))?;
    let sha256 = reader.end()?;
    Ok(IdxImages {
        sha256,
        count: count as usize,
        rows: rows as usize,
        columns: columns as usize,
        pixels,
    })
}

/// Reads an IDX label file (magic 0x0801), plain or gzip-compressed.
///
/// # Errors
/// Returns the errors of [`read_idx_images`], and [`DataError::Array`] if a label is not below
/// `classes`.
pub(super) fn read_idx_labels(path: &Path, classes: usize) -> Result<IdxLabels, DataError> {
    let mut reader = IdxReader::open(path)?;
    reader.magic(LABELS_MAGIC, "labels")?;
    let count = reader.u32()?;
    let start = reader.offset;
    let labels = reader.bytes(u64::from(count))?;
    let sha256 = reader.end()?;
    match labels
        .iter()
        .position(|&label| usize::from(label) >= classes)
    {
        None => Ok(IdxLabels { labels, sha256 }),
        Some(index) => Err(DataError::Array {
            path: path.to_path_buf(),
            problem: format!(
                "label {} at byte {} (unpacked), but the data set has {classes} classes",
                labels[index],
                start + index as u64
            ),
            remedy: "for your own images use IdxFolder or leaky_study own; otherwise delete the \
                     file and download it again",
        }),
    }
}

struct IdxReader<'a> {
    path: &'a Path,
    inner: Box<dyn Read>,
    offset: u64,
    digest: Sha256,
}

impl<'a> IdxReader<'a> {
    fn open(path: &'a Path) -> Result<Self, DataError> {
        Ok(Self {
            path,
            inner: unpack::open(path)?,
            offset: 0,
            digest: Sha256::new(),
        })
    }

    fn magic(&mut self, expected: u32, what: &str) -> Result<(), DataError> {
        let found = self.u32()?;
        if found == expected {
            return Ok(());
        }
        // The third byte is the type of the numbers, the last one the number of dimensions.
        let kind = match found.to_be_bytes() {
            [0, 0, 0x08, _] => None,
            [0, 0, 0x09, _] => Some("signed bytes"),
            [0, 0, 0x0B, _] => Some("16-bit integers"),
            [0, 0, 0x0C, _] => Some("32-bit integers"),
            [0, 0, 0x0D, _] => Some("32-bit floats"),
            [0, 0, 0x0E, _] => Some("64-bit floats"),
            _ => None,
        };
        if let Some(kind) = kind {
            return Err(DataError::Array {
                path: self.path.into(),
                problem: format!("IDX {what} of {kind}, but only unsigned bytes are supported"),
                remedy: "convert it to unsigned bytes, 0 to 255",
            });
        }
        let problem =
            format!("magic number {found:#010x}, but that of IDX {what} is {expected:#010x}");
        Err(self.malformed(0, problem))
    }

    fn u32(&mut self) -> Result<u32, DataError> {
        let bytes = self.bytes(4)?;
        Ok(bytes.iter().fold(0, |value, &b| value << 8 | u32::from(b)))
    }

    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, DataError> {
        // 2³¹ bytes are 2.7 million MNIST images; reject larger sizes before allocating memory.
        if count > MAX_BYTES {
            return Err(self.malformed(self.offset, format!("the header specifies {count} bytes")));
        }
        let mut bytes = Vec::new();
        let result = self.inner.by_ref().take(count).read_to_end(&mut bytes);
        let read = bytes.len() as u64;
        let end = self.offset + read;
        match result {
            Ok(_) if read == count => {
                self.offset = end;
                self.digest.update(&bytes);
                Ok(bytes)
            }
            Ok(_) => {
                Err(self.malformed(end, format!("the file ends {} bytes early", count - read)))
            }
            Err(error) => Err(unpack::failure(self.path, end, error)),
        }
    }

    /// Checks that nothing follows (with gzip, this also verifies its checksum) and returns the
    /// digest of the unpacked bytes.
    fn end(mut self) -> Result<String, DataError> {
        let mut rest = [0];
        match self.inner.read(&mut rest) {
            Ok(0) => Ok(hexadecimal(&self.digest.finalize())),
            Ok(_) => Err(self.malformed(
                self.offset,
                "the file is longer than its header specifies".into(),
            )),
            Err(error) => Err(unpack::failure(self.path, self.offset, error)),
        }
    }

    fn malformed(&self, offset: u64, problem: String) -> DataError {
        unpack::malformed(self.path, offset, problem)
    }
}

#[cfg(test)]
#[path = "idx_tests.rs"]
mod tests;

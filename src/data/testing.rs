//! Small files for tests of this module.

use std::{io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};

/// An IDX file in memory: magic number, sizes, then content.
pub(super) fn idx(magic: u32, sizes: &[u32], content: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    for size in sizes {
        bytes.extend(size.to_be_bytes());
    }
    bytes.extend(content);
    bytes
}

/// The bytes, gzip-compressed.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes a file and returns its path.
pub(super) fn write(dir: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

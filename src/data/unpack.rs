//! Reads files, unpacked if they are gzip-compressed.

use std::{
    cell::Cell,
    fs::File,
    io::{BufReader, Cursor, ErrorKind, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use tar::Archive;

use super::DataError;
use crate::one_line::one_line;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Larger files are rejected, since they could exhaust the memory.
pub(super) const MAX_BYTES: u64 = 1 << 31;

/// Opens a file and unpacks it if it is gzip-compressed. The content decides, not the name, since
/// an unpacked file may keep its extension.
///
/// # Errors
/// Returns [`DataError::File`] if the file cannot be opened.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, DataError> {
    let mut file = File::open(path).map_err(DataError::io(path))?;
    let mut start = Vec::new();
    file.by_ref()
        .take(2)
        .read_to_end(&mut start)
        .map_err(DataError::io(path))?;
    let packed = start == GZIP_MAGIC;
    let whole = BufReader::new(Cursor::new(start).chain(file));
    Ok(match packed {
        true => Box::new(MultiGzDecoder::new(whole)),
        false => Box::new(whole),
    })
}

/// Reads the whole content, unpacked.
///
/// # Errors
/// Returns [`DataError::File`] if the file cannot be opened, [`DataError::Malformed`] if it ends
/// early, fails gzip's checksum, or unpacks to more than 2 GiB.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let result = open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    let end = bytes.len() as u64;
    match result {
        Err(error) => Err(failure(path, end, error)),
        Ok(_) if end > MAX_BYTES => Err(malformed(path, end, "it is larger than 2 GiB".into())),
        Ok(_) => Ok(bytes),
    }
}

/// Converts an error during unpacking to a [`DataError`].
pub(super) fn failure(path: &Path, offset: u64, error: std::io::Error) -> DataError {
    match error.kind() {
        ErrorKind::UnexpectedEof => malformed(path, offset, "the gzip stream ends early".into()),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            malformed(path, offset, format!("gzip: {error}"))
        }
        _ => DataError::io(path)(error),
    }
}

/// Creates the error for invalid file content.
pub(super) fn malformed(path: &Path, offset: u64, problem: String) -> DataError {
    DataError::Malformed {
        path: path.to_path_buf(),
        offset,
        problem,
    }
}

/// Returns the SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Formats bytes as two hexadecimal digits each.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Calls `visit` with the name and the content of every file in a tar archive, plain or gzip.
///
/// # Errors
/// Returns [`DataError::File`] if it cannot be opened, [`DataError::Malformed`] if it is damaged or
/// is not an archive.
pub(super) fn each_member(
    path: &Path,
    visit: &mut dyn FnMut(&str, &mut dyn Read) -> std::io::Result<()>,
) -> Result<(), DataError> {
    let read = Cell::new(0);
    let mut reader = Counted {
        inner: open(path)?,
        read: &read,
    };
    let mut visit_all = || -> std::io::Result<u64> {
        let mut archive = Archive::new(&mut reader);
        let mut members = 0;
        for member in archive.entries()? {
            let mut member = member?;
            let name = member.path()?.to_string_lossy().into_owned();
            if member.header().entry_type().is_file() {
                if member.size() > MAX_BYTES {
                    return Err(std::io::Error::other("a member is larger than 2 GiB"));
                }
                visit(&name, &mut member)?;
            }
            members += 1;
        }
        Ok(members)
    };
    match visit_all() {
        Ok(0) => Err(malformed(
            path,
            read.get(),
            "the archive has no files".into(),
        )),
        // Bytes after the end of the archive are still part of gzip's checksum.
        Ok(_) => match std::io::copy(&mut reader, &mut std::io::sink()) {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(path, read.get(), error)),
        },
        Err(error) => Err(malformed(
            path,
            read.get(),
            one_line(&format!("tar: {error}")),
        )),
    }
}

/// Counts the bytes read.
struct Counted<'a> {
    inner: Box<dyn Read>,
    read: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

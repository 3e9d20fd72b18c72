//! NumPy's file format `.npy`: a text header that describes an array, then its values.

use std::path::Path;

use super::{DataError, unpack};

const MAGIC: &[u8] = b"\x93NUMPY";
const REWRITE: &str = "save it again with np.save(path, np.ascontiguousarray(array, dtype='<f4'))";
const REFETCH: &str = "delete it and download it again";

/// An array of numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NpyArray {
    /// Length of each axis.
    pub(super) shape: Vec<usize>,
    /// The values, in row-major order.
    pub(super) values: Vec<f64>,
    /// SHA-256 of the unpacked file, in hexadecimal.
    pub(super) sha256: String,
}

/// Reads an array of format version 1, 2 or 3, plain or gzip-compressed.
///
/// Supported types: little-endian floats of 4 or 8 bytes, signed and unsigned integers of 1 to 8
/// bytes, and booleans as 0 and 1. Integers beyond 2⁵³ are rounded.
///
/// # Errors
/// Returns [`DataError::File`] or [`DataError::Malformed`] if the file cannot be read or unpacked.
/// Returns [`DataError::Array`] if it is not a row-major array of a supported type, or its length
/// differs from that in the header.
pub(super) fn read_npy(path: &Path) -> Result<NpyArray, DataError> {
    let bytes = unpack::read(path)?;
    let (header, body) = split(path, &bytes)?;
    let text = std::str::from_utf8(header).unwrap_or_default();
    let failed = |problem: String, remedy| wrong(path, problem, remedy);
    let no_entry = |name: &str| failed(format!("the header has no {name}"), REFETCH);
    let descr = entry(text, "descr").and_then(quoted);
    let descr = descr.ok_or_else(|| no_entry("descr"))?;
    let number = Number::named(descr).ok_or_else(|| {
        failed(
            format!("numbers of type {descr} are not supported"),
            REWRITE,
        )
    })?;
    let order = entry(text, "fortran_order").ok_or_else(|| no_entry("fortran_order"))?;
    if !order.starts_with("False") {
        let problem = "the array is in column-major order".to_owned();
        return Err(failed(problem, REWRITE));
    }
    let shape = entry(text, "shape").and_then(axes);
    let shape = shape.ok_or_else(|| no_entry("shape"))?;
    let lengths = shape.iter().try_fold(number.size(), |product, &axis| {
        usize::checked_mul(product, axis)
    });
    if lengths != Some(body.len()) {
        let found = body.len();
        let problem = match lengths {
            Some(expected) => {
                format!("{found} bytes follow the header instead of {expected}")
            }
            None => "the size in the header is impossible".to_owned(),
        };
        return Err(failed(problem, REFETCH));
    }
    let values = body.chunks_exact(number.size());
    Ok(NpyArray {
        shape,
        values: values.map(|bytes| number.read(bytes)).collect(),
        sha256: unpack::sha256(&bytes),
    })
}

/// Creates the error for an array with an unsupported type or shape.
pub(super) fn wrong(path: &Path, problem: String, remedy: &'static str) -> DataError {
    DataError::Array {
        path: path.into(),
        problem,
        remedy,
    }
}

/// Header and numbers.
fn split<'a>(path: &Path, bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), DataError> {
    let failed = |problem: &str| wrong(path, problem.to_owned(), REFETCH);
    let rest = bytes.strip_prefix(MAGIC);
    let rest = rest.ok_or_else(|| failed("it is not a NumPy array file (.npy)"))?;
    let early = || failed("it ends inside the header");
    let (&[major, _minor], rest) = rest.split_first_chunk::<2>().ok_or_else(early)?;
    let (length, rest) = match major {
        1 => {
            let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(early)?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(early)?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        _ => {
            let problem = format!("format version {major} is not supported");
            return Err(wrong(path, problem, REWRITE));
        }
    };
    rest.split_at_checked(length).ok_or_else(early)
}

/// Returns the text after `'name':` in the header.
fn entry<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{name}'"))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    let (text, _) = text.strip_prefix('\'')?.split_once('\'')?;
    Some(text)
}

/// Parses a shape such as `(76000, 8, 3)`, `(5,)` or `()`.
fn axes(text: &str) -> Option<Vec<usize>> {
    let (inner, _) = text.strip_prefix('(')?.split_once(')')?;
    let parts = inner.split(',').map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

/// Storage type of one number, little-endian.
#[derive(Clone, Copy)]
enum Number {
    Float(usize),
    Signed(usize),
    Unsigned(usize),
}

impl Number {
    fn named(descr: &str) -> Option<Self> {
        let kind = descr.strip_prefix(['<', '|', '='])?;
        let size: usize = kind.get(1..)?.parse().ok()?;
        // Only one-byte numbers have no byte order.
        if descr.starts_with('|') && size != 1 {
            return None;
        }
        match (kind.as_bytes()[0], size) {
            (b'f', 4 | 8) => Some(Self::Float(size)),
            (b'i', 1 | 2 | 4 | 8) => Some(Self::Signed(size)),
            (b'u', 1 | 2 | 4 | 8) | (b'b', 1) => Some(Self::Unsigned(size)),
            _ => None,
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Float(size) | Self::Signed(size) | Self::Unsigned(size) => size,
        }
    }

    fn read(self, bytes: &[u8]) -> f64 {
        let bits = bytes.iter().rev();
        let bits = bits.fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
        match self {
            Self::Float(4) => f32::from_bits(bits as u32).into(),
            Self::Float(_) => f64::from_bits(bits),
            Self::Unsigned(_) => bits as f64,
            Self::Signed(size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
        }
    }
}

#[cfg(test)]
#[path = "npy_tests.rs"]
mod tests;

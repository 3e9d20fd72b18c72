use std::{
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use super::Reject;
use crate::one_line::counted;

/// Error of a file of SMILES.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmilesFileError {
    /// The operating system could not read the file.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file has no lines with SMILES.
    #[error("{path} contains no molecules: write one SMILES per line")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is not text.
    #[error("{path} is not text: provide a file with one SMILES per line, plain or packed as .gz")]
    Binary {
        /// The file.
        path: PathBuf,
    },
    /// The file has another known format.
    #[error(
        "{path} is {format}: write its molecules as SMILES, one per line, for example with Open Babel or RDKit"
    )]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The format, such as `an SD or MOL file`.
        format: &'static str,
    },
    /// The table has no column of the requested name.
    #[error("{path} has no column {column:?}: its first line is {header:?}")]
    NoSuchColumn {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
        /// The first line, truncated to 200 letters.
        header: String,
    },
    /// No line is SMILES, or most lines are not, of at least ten.
    #[error("{}", foreign(path, *rejected, *lines, first))]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Number of lines that are not molecules.
        rejected: usize,
        /// Number of lines.
        lines: usize,
        /// The first that is not a molecule.
        first: Box<Reject>,
    },
    /// No molecule of the file is left.
    #[error("{}", none_left(path, *molecules, range, *several_parts))]
    NoneOfSize {
        /// The file.
        path: PathBuf,
        /// Number of molecules in it.
        molecules: usize,
        /// The requested sizes.
        range: RangeInclusive<usize>,
        /// Number of molecules left out because they have several parts.
        several_parts: usize,
    },
}

fn foreign(path: &Path, rejected: usize, lines: usize, first: &Reject) -> String {
    let path = path.display();
    let of = counted(lines, "line");
    let many = match lines {
        1 => format!("the only line of {path} is not a molecule"),
        _ if rejected == lines => format!("none of the {of} of {path} is a molecule"),
        _ => format!("{rejected} of the {of} of {path} are not molecules"),
    };
    format!(
        "{many} (line {}: {}): provide a file with one SMILES per line, or a table and the name of its column of SMILES",
        first.line, first.reason
    )
}

fn none_left(
    path: &Path,
    molecules: usize,
    range: &RangeInclusive<usize>,
    several_parts: usize,
) -> String {
    let path = path.display();
    let of = match molecules {
        1 => format!("the only molecule of {path} is not usable"),
        _ => format!("none of the {molecules} molecules of {path} is usable"),
    };
    let sizes = match (range.start(), range.end()) {
        (low, high) if low == high => counted(*low, "heavy atom"),
        (low, high) => format!("{low} to {high} heavy atoms"),
    };
    match several_parts {
        0 => format!("{of}: {sizes} were requested; widen the range"),
        number => format!(
            "{of}: {sizes} in one part were requested, and {number} {} several parts; widen the range or keep largest parts",
            if number == 1 { "has" } else { "have" }
        ),
    }
}

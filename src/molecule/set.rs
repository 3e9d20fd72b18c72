use std::{
    io::{self, Read, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde::Serialize;

use super::{MolecularGraph, SmilesError};

/// Molecules read from a file of SMILES, in the order of the file.
///
/// A line holds one SMILES and, after white space, whatever else, such as a name. Blank lines and
/// lines that begin with `#` are passed over.
#[derive(Clone, Debug)]
pub struct MoleculeSet {
    molecules: Vec<MolecularGraph>,
    rejects: Vec<Reject>,
    left_out: usize,
}

/// A line that is not a molecule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The line, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// Why it was not taken.
    pub reason: String,
}

/// A file of SMILES that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmilesFileError {
    /// The operating system refused the file.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file has no lines with SMILES.
    #[error("{path} holds no molecules: write one SMILES per line")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is not text.
    #[error("{path} is not text: give a file with one SMILES per line, plain or packed as .gz")]
    Binary {
        /// The file.
        path: PathBuf,
    },
    /// No line is SMILES.
    #[error(
        "none of the {lines} lines of {path} is a molecule (line {}: {}): give a file with one SMILES per line",
        first.line, first.reason
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Lines in it.
        lines: usize,
        /// The first of them.
        first: Box<Reject>,
    },
    /// No molecule has a size in the range that was asked for.
    #[error(
        "none of the {molecules} molecules of {path} has {} to {} heavy atoms: widen the range",
        range.start(), range.end()
    )]
    NoneOfSize {
        /// The file.
        path: PathBuf,
        /// Molecules in it.
        molecules: usize,
        /// The range.
        range: RangeInclusive<usize>,
    },
}

impl MoleculeSet {
    /// Reads a file, on all cores; unpacks it where it is gzip.
    ///
    /// Lines that are not molecules are skipped and kept in [`rejects`](Self::rejects).
    ///
    /// # Errors
    /// The file cannot be read, is not text, is empty, or has no molecule in it.
    pub fn read(path: &Path) -> Result<Self, SmilesFileError> {
        let io = |source| SmilesFileError::Io {
            path: path.to_path_buf(),
            source,
        };
        let mut bytes = std::fs::read(path).map_err(io)?;
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let packed = std::mem::take(&mut bytes);
            let mut unpacked = flate2::read::MultiGzDecoder::new(packed.as_slice());
            unpacked.read_to_end(&mut bytes).map_err(io)?;
        }
        let path = path.to_path_buf();
        let text = match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => text,
            _ => return Err(SmilesFileError::Binary { path }),
        };
        let set = Self::parse(&text);
        if set.is_empty() {
            return Err(match set.rejects.first() {
                None => SmilesFileError::Empty { path },
                Some(first) => SmilesFileError::Foreign {
                    path,
                    lines: set.rejects.len(),
                    first: Box::new(first.clone()),
                },
            });
        }
        Ok(set)
    }

    /// As [`read`](Self::read), and leaves out molecules of other sizes.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); no molecule has a size in the range.
    pub fn read_sizes(
        path: &Path,
        heavy_atoms: RangeInclusive<usize>,
    ) -> Result<Self, SmilesFileError> {
        let all = Self::read(path)?;
        let molecules = all.len();
        let set = all.with_sizes(heavy_atoms.clone());
        if set.is_empty() {
            return Err(SmilesFileError::NoneOfSize {
                path: path.to_path_buf(),
                molecules,
                range: heavy_atoms,
            });
        }
        Ok(set)
    }

    /// Reads the lines of a text, on all cores.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let lines: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
            .collect();
        let read: Vec<Result<MolecularGraph, Reject>> = lines
            .par_iter()
            .map(|&(index, line)| {
                let smiles = line.split_whitespace().next().unwrap_or_default();
                MolecularGraph::from_smiles(smiles).map_err(|error| Reject {
                    line: index + 1,
                    text: line.to_owned(),
                    reason: reason(error),
                })
            })
            .collect();
        let mut set = Self::from(Vec::with_capacity(read.len()));
        for line in read {
            match line {
                Ok(molecule) => set.molecules.push(molecule),
                Err(reject) => set.rejects.push(reject),
            }
        }
        set
    }

    /// Only the molecules with so many atoms other than hydrogen.
    #[must_use]
    pub fn with_sizes(mut self, heavy_atoms: RangeInclusive<usize>) -> Self {
        let before = self.len();
        self.molecules
            .retain(|molecule| heavy_atoms.contains(&molecule.atoms().len()));
        self.left_out += before - self.len();
        self
    }

    /// The molecules.
    pub fn molecules(&self) -> &[MolecularGraph] {
        &self.molecules
    }

    /// The molecules, to keep.
    pub fn into_molecules(self) -> Vec<MolecularGraph> {
        self.molecules
    }

    /// Lines that were skipped.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// Molecules that were left out for their size.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Number of molecules.
    pub fn len(&self) -> usize {
        self.molecules.len()
    }

    /// Whether there are no molecules.
    pub fn is_empty(&self) -> bool {
        self.molecules.is_empty()
    }

    /// Writes the skipped lines as tab-separated values: line, reason, text.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_rejects(&self, path: &Path) -> Result<(), SmilesFileError> {
        write_rejects(&self.rejects, path)
    }
}

/// Writes rejected lines as a table with tabs: number, reason, text.
///
/// # Errors
/// The file cannot be written.
pub fn write_rejects(rejects: &[Reject], path: &Path) -> Result<(), SmilesFileError> {
    let write = || -> io::Result<()> {
        let mut file = io::BufWriter::new(std::fs::File::create(path)?);
        writeln!(file, "line\treason\ttext")?;
        for Reject { line, text, reason } in rejects {
            let [reason, text] = [reason, text].map(|field| field.replace('\t', " "));
            writeln!(file, "{line}\t{reason}\t{text}")?;
        }
        file.flush()
    };
    write().map_err(|source| SmilesFileError::Io {
        path: path.to_path_buf(),
        source,
    })
}

impl From<Vec<MolecularGraph>> for MoleculeSet {
    fn from(molecules: Vec<MolecularGraph>) -> Self {
        Self {
            molecules,
            rejects: Vec::new(),
            left_out: 0,
        }
    }
}

/// Without the text, which stands beside it.
fn reason(error: SmilesError) -> String {
    match error {
        SmilesError::Syntax { problem, .. } => format!("not SMILES: {problem}"),
        SmilesError::Impossible { source, .. } => format!("not a possible molecule: {source}"),
        SmilesError::Unsupported { what, .. } => format!("cannot be held: {what}"),
    }
}

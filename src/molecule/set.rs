use std::{
    io::{self, Read, Write},
    ops::RangeInclusive,
    path::Path,
};

use rayon::prelude::*;
use serde::Serialize;

use super::{
    LeftOut, MolecularGraph, MoleculeError, Parts,
    file_text::{decode, foreign_bytes, foreign_text, with_line_feeds},
    smiles_lines::{SmilesLine, smiles_lines},
};
use crate::FileError;

/// Molecules read from a file of SMILES, in the order of the file.
///
/// A line has one SMILES and, after white space, a name. Blank lines and lines that begin with `#`
/// are skipped. Tables with a header (CSV, tab- or semicolon-separated) are read by the column
/// named `smiles`, `SMILES`, `canonical_smiles` or similar, or by a given column.
#[derive(Clone, Debug)]
pub struct MoleculeSet {
    molecules: Vec<MolecularGraph>,
    names: Vec<String>,
    rejects: Vec<Reject>,
    left_out: LeftOut,
}

/// A line that is not a molecule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The line, counted from 1.
    pub line: usize,
    /// Its text; for a table, the cells with SMILES and with a name.
    pub text: String,
    /// The reason of the rejection.
    pub reason: String,
}

/// Options for reading a file of SMILES.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Name of the column with SMILES. If `None`, tables are recognized by their header.
    pub smiles_column: Option<String>,
    /// Whether most lines of a file, or all, may be rejected, as in lists of generated molecules.
    pub any_rejects: bool,
}

/// If most lines are rejected, of at least this many, the file is something else.
const ENOUGH_TO_JUDGE: usize = 10;

impl MoleculeSet {
    /// Reads a file, on all cores; unpacks gzip files.
    ///
    /// Lines that are not molecules are skipped and stored in [`rejects`](Self::rejects). All
    /// common line endings are accepted; a line that is not UTF-8 is read as Latin-1.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is not text, has another format, or has no
    /// molecules. Also returns an error if more than half of its lines, of at least ten, are not
    /// molecules.
    pub fn read(path: &Path) -> Result<Self, MoleculeError> {
        Self::read_with(path, &ReadOptions::default())
    }

    /// Same as [`read`](Self::read), with options.
    ///
    /// # Errors
    /// Same as [`read`](Self::read); also returns an error if there is no column of the given name.
    pub fn read_with(path: &Path, options: &ReadOptions) -> Result<Self, MoleculeError> {
        let io = FileError::at("use", path);
        let mut bytes = std::fs::read(path).map_err(&io)?;
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let packed = std::mem::take(&mut bytes);
            let mut unpacked = flate2::read::MultiGzDecoder::new(packed.as_slice());
            unpacked.read_to_end(&mut bytes).map_err(io)?;
        }
        let path = path.to_path_buf();
        if let Some(format) = foreign_bytes(&bytes) {
            return Err(MoleculeError::OtherFormat { path, format });
        }
        let Some(text) = decode(bytes) else {
            return Err(MoleculeError::BinaryFile { path });
        };
        if let Some(format) = foreign_text(&text) {
            return Err(MoleculeError::OtherFormat { path, format });
        }
        let lines = match smiles_lines(&text, options.smiles_column.as_deref()) {
            Ok(lines) => lines,
            Err(missing) => {
                return Err(MoleculeError::NoSuchColumn {
                    path,
                    column: options.smiles_column.clone().unwrap_or_default(),
                    header: missing.header,
                });
            }
        };
        drop(text);
        let set = Self::of_lines(lines);
        if options.any_rejects {
            return Ok(set);
        }
        let rejected = set.rejects.len();
        let lines = rejected + set.len();
        let foreign = set.is_empty() || lines >= ENOUGH_TO_JUDGE && 2 * rejected > lines;
        match set.rejects.first() {
            None if set.is_empty() => Err(MoleculeError::EmptyFile { path }),
            Some(first) if foreign => Err(MoleculeError::Foreign {
                path,
                rejected,
                lines,
                first: Box::new(first.clone()),
            }),
            _ => Ok(set),
        }
    }

    /// Same as [`read`](Self::read), without molecules of other sizes.
    ///
    /// # Errors
    /// Same as [`read`](Self::read); also returns an error if no molecule has a size in the range.
    pub fn read_sizes(
        path: &Path,
        heavy_atoms: RangeInclusive<usize>,
    ) -> Result<Self, MoleculeError> {
        Self::read_chosen(path, &ReadOptions::default(), Parts::Keep, heavy_atoms)
    }

    /// Same as [`read_with`](Self::read_with), without molecules of other sizes. Molecules of
    /// several parts are treated first.
    ///
    /// # Errors
    /// Same as [`read_with`](Self::read_with); also returns an error if no molecule is left.
    pub fn read_chosen(
        path: &Path,
        options: &ReadOptions,
        parts: Parts,
        heavy_atoms: RangeInclusive<usize>,
    ) -> Result<Self, MoleculeError> {
        let all = Self::read_with(path, options)?;
        let molecules = all.len();
        let set = all.with_parts(parts).with_sizes(heavy_atoms.clone());
        if set.is_empty() && molecules > 0 {
            return Err(MoleculeError::NoneOfSize {
                path: path.to_path_buf(),
                molecules,
                range: heavy_atoms,
                several_parts: set.left_out.several_parts,
            });
        }
        Ok(set)
    }

    /// Reads the lines of a text, on all cores; the text may be a table with a known header.
    pub fn parse(text: &str) -> Self {
        // Only a requested column can be missing.
        Self::of_lines(smiles_lines(&with_line_feeds(text), None).unwrap_or_default())
    }

    fn of_lines(lines: Vec<SmilesLine>) -> Self {
        let read: Vec<Result<(MolecularGraph, String), Reject>> = lines
            .into_par_iter()
            .map(|SmilesLine { line, smiles, name }| {
                if smiles.is_empty() {
                    let (text, reason) = (name, "there is no SMILES".into());
                    return Err(Reject { line, text, reason });
                }
                match MolecularGraph::from_smiles(&smiles) {
                    Ok(molecule) => Ok((molecule, name)),
                    Err(error) => Err(Reject {
                        line,
                        text: format!("{smiles} {name}").trim_end().to_owned(),
                        reason: reason(error),
                    }),
                }
            })
            .collect();
        let mut set = Self::from(Vec::with_capacity(read.len()));
        set.names.reserve(read.len());
        for line in read {
            match line {
                Ok((molecule, name)) => {
                    set.molecules.push(molecule);
                    set.names.push(name);
                }
                Err(reject) => set.rejects.push(reject),
            }
        }
        set
    }

    /// Keeps only the molecules with these numbers of atoms other than hydrogen.
    #[must_use]
    pub fn with_sizes(mut self, heavy_atoms: RangeInclusive<usize>) -> Self {
        let sizes = self.molecules.iter().map(|molecule| molecule.atoms().len());
        self.left_out.too_small += sizes
            .clone()
            .filter(|size| size < heavy_atoms.start())
            .count();
        self.left_out.too_large += sizes.filter(|size| size > heavy_atoms.end()).count();
        self.retain(|molecule| heavy_atoms.contains(&molecule.atoms().len()));
        self
    }

    /// Keeps only the molecules of one part, without salts and hydrates.
    ///
    /// Needed for generators of connected molecules.
    #[must_use]
    pub fn connected_only(mut self) -> Self {
        let before = self.len();
        self.retain(MolecularGraph::is_connected);
        self.left_out.several_parts += before - self.len();
        self
    }

    /// Reduces every molecule to its [largest part](MolecularGraph::largest_part), for a salt the
    /// larger ion with its charge.
    #[must_use]
    pub fn largest_parts(mut self) -> Self {
        for molecule in self.molecules.iter_mut().filter(|one| !one.is_connected()) {
            *molecule = molecule.largest_part();
            self.left_out.reduced += 1;
        }
        self
    }

    /// Returns the set with the given treatment of molecules of several parts.
    #[must_use]
    pub fn with_parts(self, parts: Parts) -> Self {
        match parts {
            Parts::Keep => self,
            Parts::LeaveOut => self.connected_only(),
            Parts::Largest => self.largest_parts(),
        }
    }

    fn retain(&mut self, keeps: impl Fn(&MolecularGraph) -> bool) {
        let kept: Vec<bool> = self.molecules.iter().map(keeps).collect();
        let mut each = kept.iter();
        self.molecules.retain(|_| each.next() == Some(&true));
        let mut each = kept.iter();
        self.names.retain(|_| each.next() == Some(&true));
    }

    /// Returns the molecules.
    pub fn molecules(&self) -> &[MolecularGraph] {
        &self.molecules
    }

    /// Returns the name of each molecule in the file: the rest of the line, or the cell in the
    /// column `name`, `id` or similar. Empty if there is none.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Consumes the set and returns the molecules.
    pub fn into_molecules(self) -> Vec<MolecularGraph> {
        self.molecules
    }

    /// Consumes the set and returns the molecules and their names.
    pub fn into_parts(self) -> (Vec<MolecularGraph>, Vec<String>) {
        (self.molecules, self.names)
    }

    /// Returns the skipped lines.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// Returns the number of molecules that were left out or reduced, by reason.
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// Returns the number of molecules.
    pub fn len(&self) -> usize {
        self.molecules.len()
    }

    /// Returns whether there are no molecules.
    pub fn is_empty(&self) -> bool {
        self.molecules.is_empty()
    }

    /// Writes the skipped lines as tab-separated values: line, reason, text.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn write_rejects(&self, path: &Path) -> Result<(), MoleculeError> {
        write_rejects(&self.rejects, path)
    }
}

/// Writes rejected lines as tab-separated values: line, reason, text.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub fn write_rejects(rejects: &[Reject], path: &Path) -> Result<(), MoleculeError> {
    let write = || -> io::Result<()> {
        let mut file = io::BufWriter::new(std::fs::File::create(path)?);
        writeln!(file, "line\treason\ttext")?;
        for Reject { line, text, reason } in rejects {
            let [reason, text] = [reason, text].map(|field| field.replace(['\t', '\n'], " "));
            writeln!(file, "{line}\t{reason}\t{text}")?;
        }
        file.flush()
    };
    Ok(write().map_err(FileError::at("use", path))?)
}

impl From<Vec<MolecularGraph>> for MoleculeSet {
    fn from(molecules: Vec<MolecularGraph>) -> Self {
        Self {
            names: vec![String::new(); molecules.len()],
            molecules,
            rejects: Vec::new(),
            left_out: LeftOut::default(),
        }
    }
}

/// The reason without the text, which is a separate column.
fn reason(error: MoleculeError) -> String {
    match error {
        MoleculeError::Syntax { problem, .. } => format!("not SMILES: {problem}"),
        MoleculeError::Impossible { source, .. } => format!("not a possible molecule: {source}"),
        MoleculeError::Unsupported { what, .. } => format!("not supported: {what}"),
        other => other.to_string(),
    }
}

use std::{
    io::{self, Read, Write},
    ops::RangeInclusive,
    path::Path,
};

use rayon::prelude::*;
use serde::Serialize;

use super::{
    LeftOut, MolecularGraph, Parts, SmilesError, SmilesFileError,
    file_text::{decode, foreign_bytes, foreign_text, with_line_feeds},
    smiles_lines::{SmilesLine, smiles_lines},
};

/// Molecules read from a file of SMILES, in the order of the file.
///
/// A line holds one SMILES and, after white space, a name. Blank lines and lines that begin with
/// `#` are passed over. Tables with a header (CSV, tab- or semicolon-separated) are read by the
/// column whose name is `smiles`, `SMILES`, `canonical_smiles` or the like, or is given.
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
    /// Its text; of a table, the cell with SMILES and that with a name.
    pub text: String,
    /// Why it was not taken.
    pub reason: String,
}

/// How a file of SMILES is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Name of the column with SMILES. Without it, tables are recognized by their header.
    pub smiles_column: Option<String>,
    /// Whether a file may be read most of whose lines are not molecules, as lists of generated
    /// molecules may be; it may also have no molecule at all.
    pub any_rejects: bool,
}

/// Where most of at least so many lines are rejected, the file is something else.
const ENOUGH_TO_JUDGE: usize = 10;

impl MoleculeSet {
    /// Reads a file, on all cores; unpacks it where it is gzip.
    ///
    /// Lines that are not molecules are skipped and kept in [`rejects`](Self::rejects). Lines may
    /// end as on any system; a line that is not UTF-8 is read as Latin-1.
    ///
    /// # Errors
    /// The file cannot be read, is not text, has another format, is empty, or has no molecule in
    /// it; or more than half of its lines, of at least ten, are not molecules.
    pub fn read(path: &Path) -> Result<Self, SmilesFileError> {
        Self::read_with(path, &ReadOptions::default())
    }

    /// As [`read`](Self::read), with options.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); no column has the name that is asked for.
    pub fn read_with(path: &Path, options: &ReadOptions) -> Result<Self, SmilesFileError> {
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
        if let Some(format) = foreign_bytes(&bytes) {
            return Err(SmilesFileError::OtherFormat { path, format });
        }
        let Some(text) = decode(bytes) else {
            return Err(SmilesFileError::Binary { path });
        };
        if let Some(format) = foreign_text(&text) {
            return Err(SmilesFileError::OtherFormat { path, format });
        }
        let lines = match smiles_lines(&text, options.smiles_column.as_deref()) {
            Ok(lines) => lines,
            Err(missing) => {
                return Err(SmilesFileError::NoSuchColumn {
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
            None if set.is_empty() => Err(SmilesFileError::Empty { path }),
            Some(first) if foreign => Err(SmilesFileError::Foreign {
                path,
                rejected,
                lines,
                first: Box::new(first.clone()),
            }),
            _ => Ok(set),
        }
    }

    /// As [`read`](Self::read), and leaves out molecules of other sizes.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); no molecule has a size in the range.
    pub fn read_sizes(
        path: &Path,
        heavy_atoms: RangeInclusive<usize>,
    ) -> Result<Self, SmilesFileError> {
        Self::read_chosen(path, &ReadOptions::default(), Parts::Keep, heavy_atoms)
    }

    /// As [`read_with`](Self::read_with), and leaves out molecules of other sizes; those of several
    /// parts are treated first.
    ///
    /// # Errors
    /// Those of [`read_with`](Self::read_with); no molecule is left.
    pub fn read_chosen(
        path: &Path,
        options: &ReadOptions,
        parts: Parts,
        heavy_atoms: RangeInclusive<usize>,
    ) -> Result<Self, SmilesFileError> {
        let all = Self::read_with(path, options)?;
        let molecules = all.len();
        let set = all.with_parts(parts).with_sizes(heavy_atoms.clone());
        if set.is_empty() && molecules > 0 {
            return Err(SmilesFileError::NoneOfSize {
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
        // Only a column that is asked for can be missing.
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

    /// Only the molecules with so many atoms other than hydrogen.
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

    /// Only the molecules of one part: without salts and hydrates.
    ///
    /// A set for a generator whose molecules are all connected needs it.
    #[must_use]
    pub fn connected_only(mut self) -> Self {
        let before = self.len();
        self.retain(MolecularGraph::is_connected);
        self.left_out.several_parts += before - self.len();
        self
    }

    /// Of every molecule its [largest part](MolecularGraph::largest_part): of a salt the larger
    /// ion, with its charge.
    #[must_use]
    pub fn largest_parts(mut self) -> Self {
        for molecule in self.molecules.iter_mut().filter(|one| !one.is_connected()) {
            *molecule = molecule.largest_part();
            self.left_out.reduced += 1;
        }
        self
    }

    /// The set with molecules of several parts treated as asked for.
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

    /// The molecules.
    pub fn molecules(&self) -> &[MolecularGraph] {
        &self.molecules
    }

    /// Of each molecule its name in the file: the rest of the line, or the cell in the column
    /// `name`, `id` or the like. Empty where there is none.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The molecules, to keep.
    pub fn into_molecules(self) -> Vec<MolecularGraph> {
        self.molecules
    }

    /// The molecules and their names, to keep.
    pub fn into_parts(self) -> (Vec<MolecularGraph>, Vec<String>) {
        (self.molecules, self.names)
    }

    /// Lines that were skipped.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// Number of molecules that were left out or reduced, by reason.
    pub fn left_out(&self) -> LeftOut {
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
            let [reason, text] = [reason, text].map(|field| field.replace(['\t', '\n'], " "));
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
            names: vec![String::new(); molecules.len()],
            molecules,
            rejects: Vec::new(),
            left_out: LeftOut::default(),
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

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use rayon::prelude::*;
use serde::Deserialize;

use crate::{
    FileError,
    evaluate::EvaluateError,
    molecule::{Checked, MolecularGraph, MoleculeError, MoleculeSet, Reject, Validity},
};

/// Generated molecules of a file, valid or not.
///
/// Lines that do not parse are counted: a file with 2,000 lines of which 328 do not parse has the
/// validity 0.836.
#[derive(Clone, Debug)]
pub struct GeneratedMolecules {
    molecules: Vec<MolecularGraph>,
    checked: Vec<Checked>,
    unreadable: usize,
    first: Option<Reject>,
}

/// A line of `graphs.jsonl`.
#[derive(Deserialize)]
struct Line {
    molecule: MolecularGraph,
}

impl GeneratedMolecules {
    /// Reads and checks molecules, on all cores: every graph of a file whose name ends with
    /// `.jsonl`, or the lines of a file that [`MoleculeSet::read`] reads.
    ///
    /// A line of SMILES that begins with `#` and a further letter is not a comment here, but a
    /// sample that does not parse.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is empty, or is a damaged file of graphs.
    pub fn read(path: &Path) -> Result<Self, EvaluateError> {
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            return Ok(Self::new(read_graphs(path)?, 0, None));
        }
        let (molecules, rejects, first) = match MoleculeSet::read(path) {
            Ok(set) => {
                let (rejects, first) = (set.rejects().len(), set.rejects().first().cloned());
                (set.into_molecules(), rejects, first)
            }
            // If no line parses, that is a valid result here.
            Err(MoleculeError::Foreign { lines, first, .. }) => (Vec::new(), lines, Some(*first)),
            Err(error) => return Err(error.into()),
        };
        let hashes = lines_like_comments(path).map_err(FileError::at("use", path))?;
        Ok(Self::new(molecules, rejects + hashes, first))
    }

    /// Creates a sample from molecules, with the number of samples that are not graphs.
    pub fn from_molecules(molecules: Vec<MolecularGraph>, unreadable: usize) -> Self {
        Self::new(molecules, unreadable, None)
    }

    fn new(molecules: Vec<MolecularGraph>, unreadable: usize, first: Option<Reject>) -> Self {
        Self {
            checked: molecules.par_iter().map(MolecularGraph::check).collect(),
            molecules,
            unreadable,
            first,
        }
    }

    /// Returns the graphs, valid or not.
    pub fn molecules(&self) -> &[MolecularGraph] {
        &self.molecules
    }

    /// Returns the result of [`MolecularGraph::check`] for each graph.
    pub fn checked(&self) -> &[Checked] {
        &self.checked
    }

    /// Returns the number of lines that are not graphs.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// Returns the first of these lines, if known.
    pub fn first_unreadable(&self) -> Option<&Reject> {
        self.first.as_ref()
    }

    /// Returns the number of samples: graphs and lines that are not graphs.
    pub fn samples(&self) -> usize {
        self.molecules.len() + self.unreadable
    }

    /// Returns the graphs that are possible molecules of one part.
    pub fn valid(&self) -> Vec<MolecularGraph> {
        let all = self.molecules.iter().zip(&self.checked);
        let valid = all.filter(|(_, checked)| checked.is(Validity::Connected));
        valid.map(|(molecule, _)| molecule.clone()).collect()
    }
}

fn read_graphs(path: &Path) -> Result<Vec<MolecularGraph>, EvaluateError> {
    let io = FileError::at("use", path);
    let mut molecules = Vec::new();
    for (place, line) in BufReader::new(File::open(path).map_err(&io)?)
        .lines()
        .enumerate()
    {
        let line = line.map_err(&io)?;
        if line.trim().is_empty() {
            continue;
        }
        let read: Result<Line, _> = serde_json::from_str(&line);
        let read = read.map_err(|error| EvaluateError::DamagedGraph {
            path: path.to_path_buf(),
            line: place + 1,
            reason: error.to_string(),
        })?;
        molecules.push(read.molecule);
    }
    match molecules.is_empty() {
        true => Err(EvaluateError::NoGraphs {
            path: path.to_path_buf(),
        }),
        false => Ok(molecules),
    }
}

/// Counts lines that begin with `#` and a further letter, which readers of data skip.
fn lines_like_comments(path: &Path) -> io::Result<usize> {
    let mut bytes = std::fs::read(path)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let packed = std::mem::take(&mut bytes);
        flate2::read::MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut bytes)?;
    }
    let lines = bytes.split(|&byte| byte == b'\n' || byte == b'\r');
    let like = |line: &&[u8]| matches!(line, [b'#', next, ..] if !next.is_ascii_whitespace());
    Ok(lines.filter(like).count())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::evaluate::{MoleculeReference, MoleculeReport};

    fn file(name: &str, content: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        (dir, path)
    }

    #[test]
    fn lines_that_do_not_parse_are_not_valid() {
        let text = "CCO\n\nnot SMILES\nC.C\n# a comment\n#C\nC1CC\n";
        let (_dir, path) = file("made.smi", text);
        let generated = GeneratedMolecules::read(&path).unwrap();
        assert_eq!((generated.samples(), generated.unreadable()), (5, 3));
        assert_eq!(generated.first_unreadable().unwrap().line, 3);
        assert_eq!(generated.valid().len(), 1);
        let report = MoleculeReport::from_checked_and_unreadable(
            generated.molecules(),
            generated.checked(),
            generated.unreadable(),
            &MoleculeReference::new(&[]),
        );
        assert_eq!((report.samples, report.unreadable), (5, 3));
        assert_eq!(report.corrected.validity, 0.2);
        assert!(
            report
                .to_string()
                .contains("3 further samples are not graphs")
        );
        assert!(
            report
                .to_csv()
                .contains("with stereo marks,validity,,,,0.2,")
        );
    }

    #[test]
    fn a_file_without_any_molecule_has_validity_zero() {
        let (_dir, path) = file("made.smi", "nothing\nhere\n");
        let generated = GeneratedMolecules::read(&path).unwrap();
        assert_eq!((generated.samples(), generated.valid().len()), (2, 0));
    }

    #[test]
    fn graphs_of_runs_are_read() {
        let molecule = MolecularGraph::from_smiles("CCO").unwrap();
        let line = serde_json::json!({"valid": true, "smiles": "CCO", "molecule": molecule});
        let (_dir, path) = file("graphs.jsonl", &format!("{line}\n{line}\n"));
        let generated = GeneratedMolecules::read(&path).unwrap();
        assert_eq!(generated.molecules(), [molecule.clone(), molecule]);

        let (_dir, path) = file("graphs.jsonl", &format!("{line}\n{{\"valid\": tr"));
        let error = GeneratedMolecules::read(&path).unwrap_err().to_string();
        assert!(
            error.starts_with("line 2 of ") && !error.contains('\n'),
            "{error}"
        );
        let (_dir, path) = file("graphs.jsonl", "");
        let error = GeneratedMolecules::read(&path).unwrap_err().to_string();
        assert!(error.contains("contains no graphs"), "{error}");
        let error = GeneratedMolecules::read(Path::new("none.smi")).unwrap_err();
        assert!(error.to_string().starts_with("cannot use none.smi"));
    }
}

use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::output::{pretty, write_file};
use crate::{
    evaluate::{MoleculeReference, MoleculeReport},
    molecule::{Checked, MolecularGraph, Validity, grid},
    report::write_picture,
    study::StudyError,
};

/// What was generated, and how good it is.
#[derive(Debug)]
pub struct MoleculeResults {
    /// The graphs, valid or not.
    pub molecules: Vec<MolecularGraph>,
    /// What is known of each.
    pub checked: Vec<Checked>,
    /// The scores.
    pub report: MoleculeReport,
}

/// One generated graph, for other programs to check.
#[derive(Serialize)]
struct Line<'a> {
    valid: bool,
    smiles: &'a str,
    molecule: &'a MolecularGraph,
}

/// How many molecules the picture shows.
const SHOWN: usize = 40;
/// How many of them may be graphs that are not valid.
const SHOWN_INVALID: usize = 8;

impl MoleculeResults {
    /// Checks generated graphs and compares them with reference molecules.
    pub fn check(molecules: Vec<MolecularGraph>, reference: &MoleculeReference) -> Self {
        let checked: Vec<_> = molecules.par_iter().map(MolecularGraph::check).collect();
        let report = MoleculeReport::from_checked(&molecules, &checked, reference);
        Self {
            molecules,
            checked,
            report,
        }
    }

    /// The valid molecules, each of one part.
    pub fn valid(&self) -> Vec<MolecularGraph> {
        let graphs = self.molecules.iter().zip(&self.checked);
        let valid = graphs.filter(|(_, checked)| checked.is(Validity::Connected));
        valid.map(|(molecule, _)| molecule.clone()).collect()
    }

    /// Writes `samples.smi` (the canonical texts of the valid ones, empty if none is), `samples.sdf`,
    /// `graphs.jsonl` (all graphs), `metrics.json`, `metrics.csv`, `report.txt` and
    /// `grid.svg` and `.png`, which show the first valid molecules and after them a few graphs that
    /// are not valid, on red ground.
    ///
    /// # Errors
    /// [`StudyError`] where a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), StudyError> {
        self.write_molecules(directory)?;
        write_file(&directory.join("metrics.json"), &pretty(&self.report))?;
        write_file(&directory.join("metrics.csv"), self.csv().as_bytes())?;
        write_file(
            &directory.join("report.txt"),
            self.report.to_string().as_bytes(),
        )
    }

    /// Writes what [`write`](Self::write) does, without the report, for molecules that were
    /// compared with nothing.
    ///
    /// # Errors
    /// [`StudyError`] where a file cannot be written.
    pub fn write_molecules(&self, directory: &Path) -> Result<(), StudyError> {
        let file = |name: &str, content: &[u8]| write_file(&directory.join(name), content);
        let valid: Vec<(&MolecularGraph, &str)> = self
            .molecules
            .iter()
            .zip(&self.checked)
            .filter(|(_, checked)| checked.is(Validity::Sanitized))
            .filter_map(|(molecule, checked)| {
                Some((molecule, checked.texts.as_ref().ok()?.isomeric.as_str()))
            })
            .collect();
        let smiles: String = valid.iter().map(|(_, text)| format!("{text}\n")).collect();
        file("samples.smi", smiles.as_bytes())?;
        let sdf: String = valid
            .iter()
            .filter_map(|(molecule, text)| molecule.to_sdf(text).ok())
            .collect();
        file("samples.sdf", sdf.as_bytes())?;
        let mut lines = Vec::new();
        for (molecule, checked) in self.molecules.iter().zip(&self.checked) {
            let text = checked.texts.as_ref().map(|texts| texts.isomeric.as_str());
            let line = Line {
                valid: checked.is(Validity::Sanitized),
                smiles: text.unwrap_or_default(),
                molecule,
            };
            // Numbers and texts always serialize.
            lines.extend(serde_json::to_vec(&line).unwrap_or_default());
            lines.push(b'\n');
        }
        file("graphs.jsonl", &lines)?;
        let shown = self.shown();
        write_picture(&grid(&shown, 8), directory, "grid")?;
        Ok(())
    }

    /// What the picture shows: the first valid molecules, then a few graphs that are not valid.
    fn shown(&self) -> Vec<(&MolecularGraph, String)> {
        let all = || self.molecules.iter().zip(&self.checked);
        let invalid = all()
            .filter(|(_, checked)| checked.texts.is_err())
            .map(|(molecule, _)| (molecule, String::from("not valid")))
            .take(SHOWN_INVALID);
        let invalid: Vec<_> = invalid.collect();
        all()
            .filter_map(|(molecule, checked)| {
                let texts = checked.texts.as_ref().ok()?;
                Some((molecule, texts.isomeric.clone()))
            })
            .take(SHOWN - invalid.len())
            .chain(invalid.clone())
            .collect()
    }

    fn csv(&self) -> String {
        let mut text =
            String::from("definition,validity,uniqueness,novelty,g_mean,valid,distinct,novel\n");
        let report = &self.report;
        let published = report.published.as_ref();
        let rows = [
            ("corrected", &report.corrected),
            ("stereo-free", &report.stereo_free),
        ];
        for (name, scores) in rows
            .into_iter()
            .chain(published.map(|scores| ("published", scores)))
        {
            text += &format!(
                "{name},{},{},{},{},{},{},{}\n",
                scores.validity,
                scores.uniqueness,
                scores.novelty,
                scores.g_mean,
                scores.valid,
                scores.distinct,
                scores.novel
            );
        }
        text
    }
}

/// Identifies molecules with their order: SHA-256 of atoms and bonds.
pub(super) fn molecule_digest(molecules: &[MolecularGraph], stereo: bool) -> String {
    let mut hash = Sha256::new();
    hash.update([u8::from(stereo)]);
    for molecule in molecules {
        let (atoms, bonds) = (molecule.atoms(), molecule.bonds());
        hash.update((atoms.len() as u64).to_le_bytes());
        for atom in atoms {
            let chirality = if stereo { atom.chirality as u8 } else { 0 };
            hash.update([atom.element.atomic_number(), atom.charge as u8, chirality]);
        }
        hash.update((bonds.len() as u64).to_le_bytes());
        for bond in bonds {
            hash.update((bond.ends[0] as u64).to_le_bytes());
            hash.update((bond.ends[1] as u64).to_le_bytes());
            hash.update([bond.order.pairs()]);
        }
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

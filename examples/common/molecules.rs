//! Selection and loading of molecules for the commands that train on them.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use fireweed::{
    data::{DataPlaces, Loaded, MoleculeData, MoleculeSource, Source},
    molecule::{Parts, write_rejects},
};
use serde::{Deserialize, Serialize};

use super::{download_bar, say};

/// Selection of the molecules of a training; stored with the training, so that it can be continued
/// without repeating the options.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Selection {
    /// `None` to search for QM9.
    pub(crate) path: Option<PathBuf>,
    pub(crate) smiles_column: Option<String>,
    pub(crate) heavy_atoms: usize,
    /// Whether the largest part of molecules of several parts is kept.
    pub(crate) largest_part: bool,
    pub(crate) synthetic: bool,
}

impl Selection {
    pub(crate) fn load(
        &self,
        download: bool,
        fallback: bool,
    ) -> Result<Loaded<MoleculeData>, Box<dyn Error>> {
        let source = MoleculeSource {
            smiles_column: self.smiles_column.clone(),
            parts: match self.largest_part {
                true => Parts::Largest,
                false => Parts::LeaveOut,
            },
            heavy_atoms: 1..=self.heavy_atoms,
        };
        if self.synthetic {
            return Ok(source.stand_in()?);
        }
        say("reading molecules");
        let places = DataPlaces {
            dir: self.path.clone(),
            download,
            fallback,
        };
        Ok(source.load(&places, &mut download_bar())?)
    }

    /// Returns the same with an absolute path, so that a training can be continued from another
    /// folder.
    pub(crate) fn absolute(mut self) -> Result<Self, std::io::Error> {
        self.path = self.path.map(std::path::absolute).transpose()?;
        Ok(self)
    }

    /// Prints what was changed or left out, and writes the lines that are not molecules to the
    /// folder.
    pub(crate) fn note(
        &self,
        loaded: &Loaded<MoleculeData>,
        directory: &Path,
    ) -> Result<(), Box<dyn Error>> {
        if let Some(notice) = &loaded.notice {
            eprintln!("note: {notice}");
        }
        let data = &loaded.data;
        for note in data.left_out.notes(&(1..=self.heavy_atoms)) {
            let flag = match note.contains("heavy atom") {
                true => " (--heavy-atoms)",
                false => "",
            };
            eprintln!("note: {note}{flag}");
        }
        if data.rejects.is_empty() {
            return Ok(());
        }
        let path = directory.join("rejects.tsv");
        write_rejects(&data.rejects, &path)?;
        let lines = match data.rejects.len() {
            1 => "1 line is not a molecule and is left out".to_owned(),
            count => format!("{count} lines are not molecules and are left out"),
        };
        eprintln!("note: {lines}, see {}", path.display());
        Ok(())
    }
}

/// A number of at least 1, for the command line.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be at least 1".into()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

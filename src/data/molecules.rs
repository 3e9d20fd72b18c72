use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source,
    download::sha256_unpacked,
    places::{Wanted, first_file},
    remote::RemoteFile,
};
use crate::molecule::{self, LeftOut, MolecularGraph, MoleculeSet, Parts, ReadOptions, Reject};

/// The list of QM9 that the unpooling paper used, one SMILES per line.
const QM9: Wanted = Wanted {
    slug: "qm9",
    title: "QM9",
    mirrors: &[
        "https://raw.githubusercontent.com/guo00413/graph_unpooling/72d4dca676ba7aa953e7849159edb5b771d8ed46/data",
    ],
    files: &[RemoteFile::unpacked(
        "qm9.txt",
        "99be26e042e6e5ab2efebd087f1f6eb52370cd85e262730de5cdab0867e318c7",
    )],
};
/// Accepted names of the file in a folder.
const QM9_NAMES: [&str; 4] = ["qm9.smi", "qm9.smi.gz", "qm9.txt", "qm9.txt.gz"];
/// Size and seed of the stand-in, which is a fixed data set.
const STAND_IN: (usize, u64) = (20_000, 0);

/// QM9, or molecules of your own.
///
/// [`DataPlaces::dir`] may be a file with one SMILES per line, a table with a column of SMILES, or a
/// folder with `qm9.smi`; nothing else is searched then. The stand-in for QM9 are molecules drawn by
/// this crate, see [`molecule::stand_in`].
///
/// [`load`](Source::load) also returns [`DataError::Molecules`] if a file does not exist, is not a
/// list or table of SMILES, lacks the column, or has no molecule of the requested kind.
#[derive(Clone, Debug)]
pub struct MoleculeSource {
    /// Name of the column with SMILES. Without it, tables are recognized by their header.
    pub smiles_column: Option<String>,
    /// What to do with molecules of several parts; generators produce connected molecules only.
    pub parts: Parts,
    /// Molecules with another number of heavy atoms are left out.
    pub heavy_atoms: RangeInclusive<usize>,
}

/// Loaded molecules.
#[derive(Clone, Debug)]
pub struct MoleculeData {
    /// In the order of the file.
    pub molecules: Vec<MolecularGraph>,
    /// Name of each molecule in the file; empty if it has none.
    pub names: Vec<String>,
    /// Lines that could not be parsed as molecules.
    pub rejects: Vec<Reject>,
    /// Number of molecules left out or reduced, by reason; see [`LeftOut::notes`].
    pub left_out: LeftOut,
}

impl Source for MoleculeSource {
    type Data = MoleculeData;

    fn title(&self) -> &'static str {
        QM9.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<MoleculeData>, DataError> {
        // A user-supplied file may have any name.
        if let Some(given) = places.dir.as_ref().filter(|given| !given.is_dir()) {
            return self.read(given, &title(given));
        }
        let recognize = |dir: &Path| first_file(dir, &QM9_NAMES);
        let read = |file: PathBuf| self.read(&file, QM9.title);
        QM9.load(places, &recognize, progress, read, || self.stand_in())
    }

    fn stand_in(&self) -> Result<Loaded<MoleculeData>, DataError> {
        let (count, seed) = STAND_IN;
        let drawn = molecule::stand_in(count, &mut ChaCha8Rng::seed_from_u64(seed));
        let set = MoleculeSet::from(drawn).with_sizes(self.heavy_atoms.clone());
        let title = "drawn molecules (stand-in for QM9)";
        Ok(Loaded::new(data(set), Provenance::drawn(title)))
    }
}

impl MoleculeSource {
    fn read(&self, path: &Path, title: &str) -> Result<Loaded<MoleculeData>, DataError> {
        let options = ReadOptions {
            smiles_column: self.smiles_column.clone(),
            ..ReadOptions::default()
        };
        let sizes = self.heavy_atoms.clone();
        let set = MoleculeSet::read_chosen(path, &options, self.parts, sizes)?;
        let digest = sha256_unpacked(path)?;
        Ok(Loaded::new(
            data(set),
            Provenance::files(title, vec![digest]),
        ))
    }
}

fn title(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn data(set: MoleculeSet) -> MoleculeData {
    let (rejects, left_out) = (set.rejects().to_vec(), set.left_out());
    let (molecules, names) = set.into_parts();
    MoleculeData {
        molecules,
        names,
        rejects,
        left_out,
    }
}

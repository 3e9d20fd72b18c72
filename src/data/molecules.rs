use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{
    DataError, DataPlaces, DownloadProgress, Provenance, RemoteFile,
    download::sha256_unpacked,
    places::{Found, Wanted, first_file},
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
/// Names that the file may have in a folder.
const QM9_NAMES: [&str; 4] = ["qm9.smi", "qm9.smi.gz", "qm9.txt", "qm9.txt.gz"];
/// Size and seed of the stand-in: a fixed data set, like a file.
const STAND_IN: (usize, u64) = (20_000, 0);

/// Which molecules to load and where they may come from.
#[derive(Clone, Debug)]
pub struct MoleculeRequest {
    /// A file with one SMILES per line, a table with a column of SMILES, or a folder with `qm9.smi`;
    /// nothing else is searched then.
    pub path: Option<PathBuf>,
    /// Name of the column with SMILES. Without it, tables are recognized by their header.
    pub smiles_column: Option<String>,
    /// What to do with molecules of several parts; generators make connected molecules only.
    pub parts: Parts,
    /// Molecules of other sizes are left out.
    pub heavy_atoms: RangeInclusive<usize>,
    /// Whether QM9 may be downloaded where no folder has it.
    pub download: bool,
    /// Whether drawn molecules may replace it where it cannot be had.
    pub fallback: bool,
}

/// Loaded molecules.
#[derive(Clone, Debug)]
pub struct MoleculeData {
    /// In the order of the file.
    pub molecules: Vec<MolecularGraph>,
    /// Of each molecule its name in the file; empty where there is none.
    pub names: Vec<String>,
    /// Lines that are not molecules.
    pub rejects: Vec<Reject>,
    /// Number of molecules left out or reduced, by reason; see [`LeftOut::notes`].
    pub left_out: LeftOut,
    /// Where they come from.
    pub provenance: Provenance,
    /// One line for people where something else than asked for was loaded.
    pub notice: Option<String>,
}

/// Loads QM9, or a file of one's own.
///
/// Places: the given file or folder; `$FIREWEED_DATA/qm9`; the user's cache folder; download. Where
/// none has it, molecules drawn by this crate, see [`molecule::stand_in`], and a notice.
///
/// # Errors
/// [`DataError::Smiles`] where a file is not there, is no list or table of SMILES, lacks the column,
/// or has no molecule of the kind asked for; [`DataError::NotFound`] where no place has QM9 and the
/// stand-in is not allowed, or a folder was named.
pub fn load_molecules(
    request: &MoleculeRequest,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<MoleculeData, DataError> {
    // A file of one's own may have any name.
    if let Some(given) = request.path.as_ref().filter(|given| !given.is_dir()) {
        return read(given, &title(given), request);
    }
    let places = DataPlaces {
        dir: request.path.clone(),
        download: request.download,
        fallback: request.fallback,
    };
    match places.find(&QM9, &|dir| first_file(dir, &QM9_NAMES), progress)? {
        Found::Files(file) => read(&file, QM9.title, request),
        Found::Nowhere { tried } => {
            let mut data = stand_in_molecules(&request.heavy_atoms);
            data.notice = Some(QM9.notice(&tried, &data.provenance.title));
            Ok(data)
        }
    }
}

/// Molecules drawn by this crate, always the same: a stand-in for QM9, and no chemistry data.
pub fn stand_in_molecules(heavy_atoms: &RangeInclusive<usize>) -> MoleculeData {
    let (count, seed) = STAND_IN;
    let drawn = molecule::stand_in(count, &mut ChaCha8Rng::seed_from_u64(seed));
    let set = MoleculeSet::from(drawn).with_sizes(heavy_atoms.clone());
    let left_out = set.left_out();
    let (molecules, names) = set.into_parts();
    MoleculeData {
        molecules,
        names,
        left_out,
        rejects: Vec::new(),
        provenance: Provenance {
            title: "drawn molecules (stand-in for QM9)".into(),
            synthetic: true,
            sha256: Vec::new(),
        },
        notice: None,
    }
}

fn title(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn read(path: &Path, title: &str, request: &MoleculeRequest) -> Result<MoleculeData, DataError> {
    let options = ReadOptions {
        smiles_column: request.smiles_column.clone(),
        ..ReadOptions::default()
    };
    let sizes = request.heavy_atoms.clone();
    let set = MoleculeSet::read_chosen(path, &options, request.parts, sizes)?;
    let digest = sha256_unpacked(path)?;
    let (rejects, left_out) = (set.rejects().to_vec(), set.left_out());
    let (molecules, names) = set.into_parts();
    Ok(MoleculeData {
        molecules,
        names,
        rejects,
        left_out,
        provenance: Provenance {
            title: title.into(),
            synthetic: false,
            sha256: vec![digest],
        },
        notice: None,
    })
}

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
use crate::molecule::{self, MolecularGraph, MoleculeSet, Reject};

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
    /// A file with one SMILES per line, or a folder with `qm9.smi`; nothing else is searched then.
    pub path: Option<PathBuf>,
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
    /// Lines that are not molecules.
    pub rejects: Vec<Reject>,
    /// Molecules of other sizes than were asked for.
    pub left_out: usize,
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
/// [`DataError`]: a file that is not there, not text, or has no molecule of these sizes; and
/// [`DataError::NotFound`] where no place has QM9 and the stand-in is not allowed, or a folder was
/// named.
pub fn load_molecules(
    request: &MoleculeRequest,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<MoleculeData, DataError> {
    let sizes = &request.heavy_atoms;
    // A file of one's own may have any name.
    if let Some(given) = request.path.as_ref().filter(|given| !given.is_dir()) {
        return read(given, &title(given), sizes);
    }
    let places = DataPlaces {
        dir: request.path.clone(),
        download: request.download,
        fallback: request.fallback,
    };
    match places.find(&QM9, &|dir| first_file(dir, &QM9_NAMES), progress)? {
        Found::Files(file) => read(&file, QM9.title, sizes),
        Found::Nowhere { tried } => {
            let mut data = stand_in_molecules(sizes);
            data.notice = Some(QM9.notice(&tried, &data.provenance.title));
            Ok(data)
        }
    }
}

/// Molecules drawn by this crate, always the same: a stand-in for QM9, and no chemistry data.
pub fn stand_in_molecules(heavy_atoms: &RangeInclusive<usize>) -> MoleculeData {
    let (count, seed) = STAND_IN;
    let mut molecules = molecule::stand_in(count, &mut ChaCha8Rng::seed_from_u64(seed));
    molecules.retain(|molecule| heavy_atoms.contains(&molecule.atoms().len()));
    MoleculeData {
        left_out: count - molecules.len(),
        molecules,
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

fn read(
    path: &Path,
    title: &str,
    heavy_atoms: &RangeInclusive<usize>,
) -> Result<MoleculeData, DataError> {
    let set = MoleculeSet::read_sizes(path, heavy_atoms.clone())?;
    let digest = sha256_unpacked(path)?;
    Ok(MoleculeData {
        rejects: set.rejects().to_vec(),
        left_out: set.left_out(),
        molecules: set.into_molecules(),
        provenance: Provenance {
            title: title.into(),
            synthetic: false,
            sha256: vec![digest],
        },
        notice: None,
    })
}

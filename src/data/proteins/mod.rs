//! Short pieces of proteins as graphs in space.

mod original;
mod stand_in;
mod windows;

use std::path::{Path, PathBuf};

use super::{
    DataError, DataPlaces, DownloadProgress, Provenance,
    places::{Found, Wanted, first_file},
};
use crate::graph::generate::PlacedGraph;

pub use stand_in::stand_in_proteins;

const PROTEIN: Wanted = Wanted {
    slug: "protein",
    title: "protein windows",
    mirrors: &[],
    files: &[],
};
const NODES: [&str; 1] = ["node_feat.npy"];
const EDGES: [&str; 1] = ["edge_feat.npy"];
const COORDINATES: [&str; 1] = ["protein_windows8.i16"];
const TABLE: [&str; 2] = ["protein_windows8.tsv.gz", "protein_windows8.tsv"];
/// What every title says, so that no output can be taken for the publication's.
const NOT_PUBLISHED: &str = "not the ProFold set of the publication";

/// Which graphs of protein windows to load and where they may come from.
#[derive(Clone, Debug, PartialEq)]
pub struct ProteinRequest {
    /// Where they may come from.
    pub places: DataPlaces,
    /// Two residues are linked if their C-alpha atoms are closer than this, in Å. The arrays of the
    /// original set bring their edges along and do not depend on it.
    pub threshold: f64,
}

impl Default for ProteinRequest {
    /// Every place, and a threshold of 8 Å.
    fn default() -> Self {
        Self {
            places: DataPlaces::default(),
            threshold: 8.0,
        }
    }
}

/// Graphs of protein windows: residues in the order of the chain, coordinates in Å.
#[derive(Clone, Debug)]
pub struct ProteinData {
    /// To train on.
    pub train: ProteinSplit,
    /// Held out: chains that none of the training graphs is from.
    pub test: ProteinSplit,
    /// Where they come from. The title says that they are not the published set.
    pub provenance: Provenance,
    /// One line for people if something else than asked for was loaded, or windows were left out.
    pub notice: Option<String>,
}

/// Graphs of one split.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProteinSplit {
    /// Connected graphs.
    pub graphs: Vec<PlacedGraph<3>>,
    /// The residues of each graph; empty if the files do not tell.
    pub residues: Vec<Residues>,
}

/// Where a window lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residues {
    /// Entry of the Protein Data Bank, in lower case; some end with the chain.
    pub entry: String,
    /// Name of the chain.
    pub chain: String,
    /// Number of the first residue in the entry.
    pub first: i32,
    /// One letter for each residue; X: unknown.
    pub sequence: String,
}

/// The files of either form.
enum ProteinFiles {
    Windows {
        coordinates: PathBuf,
        table: PathBuf,
    },
    Original {
        nodes: PathBuf,
        edges: PathBuf,
    },
}

/// Loads graphs of eight consecutive residues of proteins, linked where they are close.
///
/// Places hold one of two forms:
///
/// - `protein_windows8.i16` and `protein_windows8.tsv` (plain or .gz): 26,299 windows of 171 chains
///   of 85 entries of the Protein Data Bank. Coordinates are centered; orientation is as deposited,
///   so turn graphs by [`Rotation::uniform`](crate::graph::Rotation::uniform) if it should not
///   matter. Every fifth chain is for testing. **These are not the published graphs**, which are
///   simulated folding of one peptide.
/// - `node_feat.npy` (graphs, nodes, 3) and `edge_feat.npy` (graphs, nodes, nodes, …), the arrays
///   of the original set: nodes are linked where the first entry of the last axis of the edges is
///   not 0, the first half is for training. Coordinates stay as stored. Taken if a place has both.
///
/// A window whose graph is not connected is left out, and the notice counts them; at 8 Å there are
/// none. Nowhere to download from; without files, [`stand_in_proteins`] with a notice.
///
/// # Errors
/// Returns an error for a threshold that is not a positive number or leaves no graph in a split,
/// damaged files, files that do not belong together, and if no place has the data and the stand-in
/// is not allowed or a folder was named.
///
/// ```
/// use fireweed::data::{DataPlaces, ProteinRequest, load_proteins};
///
/// let places = DataPlaces { download: false, ..DataPlaces::default() };
/// let data = load_proteins(&ProteinRequest { places, threshold: 7.0 })?;
/// println!("{}", data.provenance.title);
/// let graph = &data.train.graphs[0];
/// assert_eq!(graph.topology().node_count(), 8);
/// assert!(graph.topology().edges().iter().all(|&[i, j]| graph.distance(i, j) < 7.0));
/// # Ok::<(), fireweed::data::DataError>(())
/// ```
pub fn load_proteins(request: &ProteinRequest) -> Result<ProteinData, DataError> {
    let threshold = request.threshold;
    if !(threshold > 0.0 && threshold.is_finite()) {
        return Err(no_threshold(
            threshold,
            "a distance in Å above 0, such as 8",
        ));
    }
    let nothing = &mut |_: DownloadProgress<'_>| {};
    match request.places.find(&PROTEIN, &recognise, nothing)? {
        Found::Files(ProteinFiles::Windows { coordinates, table }) => {
            windows::read(&coordinates, &table, threshold)
        }
        Found::Files(ProteinFiles::Original { nodes, edges }) => original::read(&nodes, &edges),
        Found::Nowhere { tried } => {
            let mut data = stand_in_proteins(threshold)?;
            let notice = PROTEIN.notice(&tried, &data.provenance.title);
            data.notice = Some(match data.notice {
                Some(more) => format!("{notice}; {more}"),
                None => notice,
            });
            Ok(data)
        }
    }
}

fn recognise(place: &Path) -> Option<ProteinFiles> {
    let both = |first: &[&str], second: &[&str]| {
        Some((first_file(place, first)?, first_file(place, second)?))
    };
    let original = both(&NODES, &EDGES);
    original
        .map(|(nodes, edges)| ProteinFiles::Original { nodes, edges })
        .or_else(|| {
            let (coordinates, table) = both(&COORDINATES, &TABLE)?;
            Some(ProteinFiles::Windows { coordinates, table })
        })
}

fn no_threshold(threshold: f64, expected: &'static str) -> DataError {
    DataError::Setting {
        name: "contact threshold",
        value: format!("{threshold} Å"),
        expected,
    }
}

/// Sorts windows into splits; those whose graph is not connected are counted and left out.
#[derive(Default)]
struct Splits {
    train: ProteinSplit,
    test: ProteinSplit,
    disconnected: usize,
}

impl Splits {
    fn push(&mut self, test: bool, graph: PlacedGraph<3>, residues: Option<Residues>) {
        if !graph.topology().is_connected() {
            self.disconnected += 1;
            return;
        }
        let split = match test {
            true => &mut self.test,
            false => &mut self.train,
        };
        split.graphs.push(graph);
        split.residues.extend(residues);
    }

    /// Whether both splits have graphs.
    fn complete(&self) -> bool {
        !self.train.graphs.is_empty() && !self.test.graphs.is_empty()
    }

    fn into_data(self, title: String, synthetic: bool, sha256: Vec<String>) -> ProteinData {
        let left_out = self.disconnected;
        let notice = (left_out > 0).then(|| {
            let all = left_out + self.train.graphs.len() + self.test.graphs.len();
            format!("{left_out} of {all} windows were left out: their graphs are not connected")
        });
        ProteinData {
            train: self.train,
            test: self.test,
            provenance: Provenance {
                title,
                synthetic,
                sha256,
            },
            notice,
        }
    }
}

#[cfg(test)]
mod tests;

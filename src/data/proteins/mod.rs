//! Short pieces of proteins as graphs in space.

mod original;
mod stand_in;
mod windows;

use std::path::{Path, PathBuf};

use super::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source, Splits,
    places::{Wanted, first_file},
};
use crate::graph::generate::PlacedGraph;

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

/// Graphs of eight consecutive residues of proteins, linked if they are close; coordinates in Å.
///
/// Places hold one of two forms:
///
/// - `protein_windows8.i16` and `protein_windows8.tsv` (plain or .gz): 26,299 windows of 171 chains
///   of 85 entries of the Protein Data Bank. Coordinates are centered; orientation is as deposited,
///   so turn graphs by [`Rotation::uniform`](crate::graph::Rotation::uniform) if it should not
///   matter. Every fifth chain is for testing. **These are not the published graphs**, which are
///   simulated folding of one peptide.
/// - `node_feat.npy` (graphs, nodes, 3) and `edge_feat.npy` (graphs, nodes, nodes, …), the arrays
///   of the original set: nodes are linked if the first entry of the last axis of the edges is
///   not 0, the first half is for training. Coordinates stay as stored. Taken if a place has both.
///
/// A window whose graph is not connected is left out, and the notice counts them; at 8 Å there are
/// none. There is no address to download from. The stand-in are chains of eight points drawn by
/// this crate, always the same 10,000, and no protein data:
///
/// ```text
/// step 3.80 ± 0.03 Å;   angle and torsion 91° ± 5° and 50° ± 15° in coiled pieces,
/// 122° ± 5° and −170° ± 15° in stretched ones;   a piece goes on with probability 0.85
/// ```
///
/// # Errors
/// [`load`](Source::load) also returns an error if the threshold is not a positive number or leaves
/// no graph in a split, or the files do not belong together.
///
/// ```
/// use fireweed::data::{DataPlaces, ProteinWindows, Source};
///
/// let places = DataPlaces { download: false, ..DataPlaces::default() };
/// let proteins = ProteinWindows { threshold: 7.0 }.load(&places, &mut |_| {})?;
/// println!("{}", proteins.provenance.title);
/// let graph = &proteins.data.train.graphs[0];
/// assert_eq!(graph.topology().node_count(), 8);
/// assert!(graph.topology().edges().iter().all(|&[i, j]| graph.distance(i, j) < 7.0));
/// # Ok::<(), fireweed::data::DataError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProteinWindows {
    /// Two residues are linked if their C-alpha atoms are closer than this, in Å. The arrays of the
    /// original set contain their edges and do not depend on it.
    pub threshold: f64,
}

impl Default for ProteinWindows {
    /// A threshold of 8 Å.
    fn default() -> Self {
        Self { threshold: 8.0 }
    }
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

impl Source for ProteinWindows {
    type Data = Splits<ProteinSplit>;

    fn title(&self) -> &'static str {
        PROTEIN.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        let threshold = self.threshold;
        if !(threshold > 0.0 && threshold.is_finite()) {
            return Err(no_threshold(
                threshold,
                "a distance in Å above 0, such as 8",
            ));
        }
        let read = |files| match files {
            ProteinFiles::Windows { coordinates, table } => {
                windows::read(&coordinates, &table, threshold)
            }
            ProteinFiles::Original { nodes, edges } => original::read(&nodes, &edges),
        };
        PROTEIN.load(places, &recognise, progress, read, || self.stand_in())
    }

    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        stand_in::draw(self.threshold)
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
struct Sorted {
    train: ProteinSplit,
    test: ProteinSplit,
    disconnected: usize,
}

impl Sorted {
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

    fn into_loaded(self, provenance: Provenance) -> Loaded<Splits<ProteinSplit>> {
        let left_out = self.disconnected;
        let notice = (left_out > 0).then(|| {
            let all = left_out + self.train.graphs.len() + self.test.graphs.len();
            format!("{left_out} of {all} windows were left out: their graphs are not connected")
        });
        Loaded {
            data: Splits {
                train: self.train,
                test: self.test,
            },
            provenance,
            notice,
        }
    }
}

#[cfg(test)]
mod tests;

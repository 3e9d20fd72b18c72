use std::path::PathBuf;

use super::divergence::Sample;
use crate::FileError;

/// Error for samples that cannot be read or compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A sample is empty.
    #[error("the {sample} sample is empty: at least one value is needed")]
    EmptySample {
        /// The sample.
        sample: Sample,
    },
    /// A value is not finite.
    #[error(
        "the {sample} sample contains the value {value}: leave out values that are not finite, and report it"
    )]
    NotFinite {
        /// The sample.
        sample: Sample,
        /// The rejected value.
        value: f64,
    },
    /// Too few edges of bins.
    #[error("{edges} edges make no bin: at least 2 are needed, for example 20")]
    TooFewEdges {
        /// The rejected number.
        edges: usize,
    },
    /// A statistic or property cannot be compared.
    #[error("{name}: {source}")]
    Comparison {
        /// Name of the statistic or property.
        name: String,
        /// The reason.
        source: Box<EvaluateError>,
    },
    /// The numbers of node features differ.
    #[error(
        "nodes have {found} features, but those of the source {expected}: compare the same features"
    )]
    Features {
        /// The number in the source.
        expected: usize,
        /// The number in the other sample.
        found: usize,
    },
    /// No generated molecule has properties.
    #[error(
        "no generated molecule has properties, of {molecules} that were given: provide at least one valid one"
    )]
    NothingGenerated {
        /// Number of given molecules.
        molecules: usize,
    },
    /// The data do not suffice for a reference part and a held-out part.
    #[error(
        "too few molecules of the data have properties ({molecules}): at least 2 are needed, one to compare with and one for the floor"
    )]
    TooFewData {
        /// Number of molecules with properties.
        molecules: usize,
    },
    // Files of generated molecules.
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of molecules cannot be used.
    #[cfg(feature = "molecules")]
    #[error(transparent)]
    Molecules(#[from] crate::molecule::MoleculeError),
    /// A line of a file of graphs is damaged.
    #[error("line {line} of {path} is not a graph ({reason}): provide the graphs.jsonl of a run")]
    DamagedGraph {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The reason.
        reason: String,
    },
    /// A file of graphs without lines.
    #[error("{path} contains no graphs: provide the graphs.jsonl of a run")]
    NoGraphs {
        /// The file.
        path: PathBuf,
    },
}

impl EvaluateError {
    /// Returns a function that adds the name of a statistic or property to the reason.
    pub(super) fn of(name: impl std::fmt::Display) -> impl Fn(Self) -> Self {
        move |source| Self::Comparison {
            name: name.to_string(),
            source: Box::new(source),
        }
    }
}

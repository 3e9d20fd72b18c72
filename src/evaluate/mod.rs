//! How good generated graphs are, beside the data.
//!
//! With the feature `molecules`, `MoleculeReport` scores generated molecules: validity, uniqueness,
//! novelty and their geometric mean, and the shares of sizes, elements and more beside those of the
//! data. `PropertyReport` says whether the molecules are like the data: distributions of properties,
//! diversity, similarity and scaffolds, each beside the score of the data themselves. [`graphs`] compares the statistics of graphs of any
//! kind with those of their source, by the divergences of [`divergence`].

pub mod divergence;
#[cfg(feature = "train")]
pub mod graphs;
#[cfg(feature = "molecules")]
mod molecules;

#[cfg(feature = "molecules")]
pub use molecules::{
    Distribution, MoleculeProperty, MoleculeReference, MoleculeReport, PUBLISHED_SCORES,
    PropertyDivergences, PropertyError, PropertyReference, PropertyReport, PropertySample,
    PropertyScore, PublishedData, PublishedScores, ScaffoldScores, ScoreWithFloor, Scores, Share,
    ShareScore, SimilarityScores,
};
#[cfg(all(feature = "molecules", feature = "report"))]
pub use molecules::{GeneratedFileError, GeneratedMolecules};

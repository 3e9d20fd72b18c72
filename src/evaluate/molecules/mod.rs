//! Scores of generated molecules.

mod distribution;
#[cfg(feature = "report")]
mod generated;
mod properties;
mod published;
mod reference;
mod report;
mod scores;
mod text;

#[cfg(test)]
mod tests;

pub use distribution::{Distribution, Share};
#[cfg(feature = "report")]
pub use generated::GeneratedMolecules;
pub use properties::{
    MoleculeProperty, PropertyDivergences, PropertyReference, PropertyReport, PropertySample,
    PropertyScore, ScaffoldScores, ScoreWithFloor, ShareScore, SimilarityScores,
};
pub use published::{PUBLISHED_SCORES, PublishedData, PublishedScores};
pub use reference::MoleculeReference;
pub use report::MoleculeReport;
pub use scores::Scores;

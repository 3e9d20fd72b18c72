//! Comparison of generated molecules with the data: properties, similarity, scaffolds.

#[cfg(feature = "report")]
mod figure;
mod property;
mod reference;
mod report;
mod sample;
mod similarity;
mod text;

#[cfg(test)]
mod tests;

pub use property::MoleculeProperty;
pub use reference::PropertyReference;
pub use report::{PropertyDivergences, PropertyReport, PropertyScore, ShareScore};
pub use sample::PropertySample;
pub use similarity::{ScaffoldScores, ScoreWithFloor, SimilarityScores};

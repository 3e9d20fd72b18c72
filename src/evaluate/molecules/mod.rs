//! Scores of generated molecules.

mod distribution;
mod published;
mod reference;
mod report;
mod scores;
mod text;

#[cfg(test)]
mod tests;

pub use distribution::{Distribution, Share};
pub use published::{PUBLISHED_SCORES, PublishedScores};
pub use reference::MoleculeReference;
pub use report::MoleculeReport;
pub use scores::Scores;

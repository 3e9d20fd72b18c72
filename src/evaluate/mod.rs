//! Evaluation of generated graphs against real ones.
//!
//! - [`graphs`] compares the statistics of graphs of any kind with those of their source.
//! - [`divergence`] has the distances between distributions that it uses.
//! - `MoleculeReport` (feature `molecules`) scores generated molecules by validity, uniqueness,
//!   novelty and their geometric mean, and compares the shares of sizes, elements and more with
//!   those of the data.
//! - `PropertyReport` (feature `molecules`) compares distributions of properties, diversity,
//!   similarity and scaffolds with the data.
//!
//! Every distance has a noise floor, the distance of the data to a second sample of themselves.
//! Samples come from the models in `generative`; tables and figures use `report`.
//!
//! ```
//! use fireweed::evaluate::divergence::wasserstein;
//!
//! assert_eq!(wasserstein(&[0.0, 1.0], &[1.0, 2.0])?, 1.0);
//! # Ok::<(), fireweed::evaluate::EvaluateError>(())
//! ```

pub mod divergence;
mod error;
#[cfg(feature = "train")]
pub mod graphs;
#[cfg(feature = "molecules")]
mod molecules;

pub use error::EvaluateError;

#[cfg(all(feature = "molecules", feature = "report"))]
pub use molecules::GeneratedMolecules;
#[cfg(feature = "molecules")]
pub use molecules::{
    Distribution, MoleculeProperty, MoleculeReference, MoleculeReport, PUBLISHED_SCORES,
    PropertyDivergences, PropertyReference, PropertyReport, PropertySample, PropertyScore,
    PublishedData, PublishedScores, ScaffoldScores, ScoreWithFloor, Scores, Share, ShareScore,
    SimilarityScores,
};

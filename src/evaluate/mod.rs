//! How good generated graphs are, beside the data.
//!
//! With the feature `molecules`, `MoleculeReport` scores generated molecules: validity, uniqueness, novelty and their geometric
//! mean, in the definitions of the unpooling paper and in corrected ones, and the shares of sizes,
//! elements and more beside those of the data.

#[cfg(feature = "molecules")]
mod molecules;

#[cfg(feature = "molecules")]
pub use molecules::{
    Distribution, MoleculeReference, MoleculeReport, PUBLISHED_SCORES, PublishedScores, Scores,
    Share,
};

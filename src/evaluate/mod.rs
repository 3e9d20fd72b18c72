//! How good generated graphs are, beside the data.
//!
//! With the feature `molecules`, `MoleculeReport` scores generated molecules: validity, uniqueness, novelty and their geometric
//! mean, in the definitions of the unpooling paper and in corrected ones, and the shares of sizes,
//! elements and more beside those of the data. [`graphs`] compares the statistics of graphs of any
//! kind with those of their source, by the divergences of [`divergence`].

pub mod divergence;
#[cfg(feature = "train")]
pub mod graphs;
#[cfg(feature = "molecules")]
mod molecules;

#[cfg(feature = "molecules")]
pub use molecules::{
    Distribution, MoleculeReference, MoleculeReport, PUBLISHED_SCORES, PublishedScores, Scores,
    Share,
};

//! Distances between two samples of numbers: the source (real data) and a generated one.
//!
//! | function | value | sensitive to |
//! |---|---|---|
//! | [`wasserstein()`] | W₁ of the empirical distributions | the distance that mass must move, in the unit of the numbers |
//! | [`kl_published`] | KL of two histograms, as in published tables | differences of shape, at the resolution of the bins |
//! | [`kl_smoothed`] | KL of two smoothed histograms | same, and values outside the source's range |
//! | [`kl_density`], [`kl_counts`] | KL of two densities, or of counts, as in benchmarks of molecules | differences of shape |
//!
//! None of them is 0 for two samples of one distribution. Compare them with the noise floor: the
//! distance of the source to a second sample of itself, of the size of the generated one.

mod benchmark;
mod bins;
mod kl;
mod sample;
mod wasserstein;

pub use benchmark::{DENSITY_POINTS, kl_counts, kl_density};
pub use bins::Bins;
pub use kl::{FEATURE_EDGES, STATISTIC_EDGES, kl_published, kl_smoothed};
pub use sample::Sample;
pub use wasserstein::wasserstein;

#[cfg(test)]
#[cfg(feature = "train")]
mod golden_tests;

//! Helpers to test layers: gradients, equivariance, batches, lists of small graphs.
//!
//! The tests of this crate use them; so can those of layers that are built with it.

mod catalog;
mod equivariance;
mod gradient;
mod random;

pub use catalog::connected_graphs;
pub use equivariance::{
    Output, OutputMismatch, check_batch_independence, check_permutation_equivariance,
    shuffled_nodes,
};
pub use gradient::{GradientMismatch, GradientReport, check_gradients};
pub use random::{assorted_graphs, barren_graphs, random_features, randomize};

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

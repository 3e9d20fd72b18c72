//! Helpers to test layers: checks of gradients, equivariance and batches, and lists of small
//! graphs.
//!
//! They are used in the tests of this crate and are also available for your own layers.

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

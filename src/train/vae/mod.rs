//! Training of variational autoencoders of graphs, in Burn's Learner.
//!
//! There are three objectives. With [`VaeObjective::Replay`], the decoder is scored on the choices
//! that generate the encoded graph. The published objectives compare a drawn graph with it, after
//! [matching](VaeObjective::Matching) the nodes or [in stored order](VaeObjective::StoredOrder).
//! After every epoch the prior of the codes is fitted, held-out graphs are reconstructed, and a
//! sample is evaluated.

mod config;
mod loader;
mod losses;
mod matching;
mod model;
mod same_graph;

pub use config::{VaeObjective, VaeTrainingConfig};
pub use loader::{VaeExamples, VaeLoader, VaeStep};
pub use model::VaeTrainer;
pub use same_graph::same_graph;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

//! Training of variational autoencoders of graphs, in Burn's Learner.
//!
//! Three objectives: the decoder is scored on the choices that make the graph that was encoded
//! ([`VaeObjective::Replay`]), or draws a graph that is compared with it, as published: after
//! [matching](VaeObjective::Matching) the nodes, or [in stored order](VaeObjective::StoredOrder).
//! After every epoch the prior of the codes is fitted, held-out graphs are reconstructed and a
//! sample is judged.

mod config;
mod loader;
mod losses;
mod matching;
mod model;
mod same_graph;

pub use config::{VaeConfigError, VaeObjective, VaeTrainingConfig};
pub use loader::{VaeExamples, VaeLoader, VaeStep};
pub use model::VaeTrainer;
pub use same_graph::same_graph;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

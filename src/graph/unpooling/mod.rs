//! Choices of an unpooling layer and the resulting graphs, on the host and without probabilities.
//!
//! | type | content |
//! |---|---|
//! | [`UnpoolingChoices`] | all choices of a layer for a batch |
//! | [`Expansion`] | the larger graphs |
//! | [`BlockChoices`], [`Block`] | choices with one set of edges per input edge |
//! | [`PartialChoices`] | choices for one graph, made one by one |
//!
//! The layer with its networks is [`nn::unpooling`](crate::nn::unpooling).

mod block;
mod choices;
mod error;
mod expand;
mod partial;
mod plan;

pub use block::{Block, BlockChoices, BlockEnds};
pub use choices::{Additional, Child, Inherit, UnpoolingChoices};
pub use error::{Impossible, UnpoolingError};
pub use expand::Expansion;
pub(crate) use expand::linked_children;
pub use partial::{ChoicePhase, PartialChoices};
pub(crate) use plan::Plan;

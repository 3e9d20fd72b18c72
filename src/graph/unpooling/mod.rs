//! What an unpooling layer decides, and the graphs it leads to; on the host, without probabilities.
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
pub use error::{ChoiceError, Impossible};
pub use expand::Expansion;
pub(crate) use expand::linked_children;
pub use partial::{ChoicePhase, PartialChoices};
pub(crate) use plan::Plan;

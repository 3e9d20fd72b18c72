//! Maximum likelihood training of a distribution over graphs, in a folder that can be resumed.

#[cfg(feature = "molecules")]
mod codec;

#[cfg(feature = "molecules")]
pub use codec::{MoleculeCodec, UnknownKind};

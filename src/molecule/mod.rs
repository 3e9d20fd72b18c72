//! Molecules as graphs.

mod canonical;
mod check;
mod chemistry;
mod element;
mod error;
mod graph;
mod read;
mod valence;
mod write;

pub use canonical::Stereo;
pub use check::{Checked, Texts, Validity};
pub use element::{Element, UnknownElement};
pub use error::{Invalid, MolecularGraphError, SmilesError};
pub use graph::{Atom, Bond, BondOrder, Chirality, MolecularGraph};
pub use valence::max_valence;

//! Molecules as graphs.

mod canonical;
mod check;
mod chemistry;
mod element;
mod error;
mod graph;
mod layout;
mod picture;
mod properties;
mod read;
mod sdf;
mod set;
mod stand_in;
mod statistics;
mod valence;
mod vocabulary;
mod write;

pub use canonical::Stereo;
pub use check::{Checked, Texts, Validity};
pub use element::{Element, UnknownElement};
pub use error::{Invalid, MolecularGraphError, SmilesError};
pub use graph::{Atom, Bond, BondOrder, Chirality, MolecularGraph};
pub use picture::grid;
pub use properties::Properties;
pub use sdf::{TooLargeForSdf, sdf};
pub use set::{MoleculeSet, Reject, SmilesFileError};
pub use stand_in::stand_in;
pub use statistics::Composition;
pub use valence::max_valence;
pub use vocabulary::{Encoded, Vocabulary, VocabularyError};

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod graph_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod set_tests;

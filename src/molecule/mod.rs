//! Molecules as graphs.

mod canonical;
mod check;
mod chemistry;
mod element;
mod error;
mod graph;
mod properties;
mod read;
mod set;
mod statistics;
mod valence;
mod vocabulary;
mod write;

pub use canonical::Stereo;
pub use check::{Checked, Texts, Validity};
pub use element::{Element, UnknownElement};
pub use error::{Invalid, MolecularGraphError, SmilesError};
pub use graph::{Atom, Bond, BondOrder, Chirality, MolecularGraph};
pub use properties::Properties;
pub use set::{MoleculeSet, Reject, SmilesFileError};
pub use statistics::Composition;
pub use valence::max_valence;
pub use vocabulary::{Encoded, Vocabulary, VocabularyError};

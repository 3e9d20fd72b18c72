//! Molecules as graphs: reading, writing, validity, properties, pictures.
//!
//! | item | purpose |
//! |---|---|
//! | [`MolecularGraph`] | atoms other than hydrogen and the bonds of a Kekulé structure |
//! | [`MolecularGraph::from_smiles`], [`to_smiles`](MolecularGraph::to_smiles), [`canonical_smiles`](MolecularGraph::canonical_smiles) | text |
//! | [`MolecularGraph::check`], [`Validity`], [`max_valence`] | definitions of validity |
//! | [`MolecularGraph::properties`] | formula, weight, rings, logP; QED with the feature `qed` |
//! | [`MoleculeSet`], [`ReadOptions`], [`LeftOut`], [`Composition`] | files of SMILES, and their composition |
//! | [`MolecularGraph::descriptors`], [`fingerprint`](MolecularGraph::fingerprint), [`scaffold`](MolecularGraph::scaffold) | polar surface, hydrogen bonds, rings and more; similarity |
//! | [`Vocabulary`] | atoms and bonds as numbers, for a model |
//! | [`stand_in()`] | synthetic molecules, if there are no data |
//! | [`sdf()`], [`grid()`] | files for other programs, pictures |
//!
//! Texts, validity and properties are those of RDKit: on 2,000 molecules of QM9 and 1,000 broken
//! ones, all results agree with RDKit 2026.09.1.
//!
//! ```
//! use fireweed::molecule::{MolecularGraph, Stereo, Validity};
//!
//! let graph = MolecularGraph::from_smiles("C[C@H](N)C(=O)O")?;
//! assert!(graph.is_valid(Validity::Connected));
//! assert_eq!(graph.canonical_smiles(Stereo::Drop)?, "CC(N)C(=O)O");
//! assert_eq!(graph.properties()?.formula, "C3H7NO2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod check;
mod chemistry;
mod descriptors;
mod element;
mod error;
mod file_text;
mod fingerprint;
mod grammar;
mod graph;
mod layout;
mod left_out;
mod picture;
mod properties;
#[cfg(feature = "qed")]
mod qed;
mod read;
mod scaffold;
mod sdf;
mod set;
mod smiles_lines;
mod stand_in;
mod statistics;
mod valence;
mod vocabulary;
mod wedges;
mod write;

pub use canonical::Stereo;
pub use check::{Checked, Texts, Validity};
pub use descriptors::Descriptors;
pub use element::Element;
pub use error::{Invalid, MoleculeError};
pub use fingerprint::Fingerprint;
pub use graph::{Atom, Bond, BondOrder, Chirality, MolecularGraph};
pub use left_out::{LeftOut, Parts};
pub use picture::grid;
pub use properties::Properties;
pub use sdf::sdf;
pub use set::{MoleculeSet, ReadOptions, Reject, write_rejects};
pub use stand_in::stand_in;
pub use statistics::Composition;
pub use valence::max_valence;
pub use vocabulary::{Encoded, Vocabulary};

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod graph_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod set_tests;

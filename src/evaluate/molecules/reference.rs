use std::collections::HashSet;

use rayon::prelude::*;

use super::PublishedData;
use crate::molecule::{Chirality, Composition, MolecularGraph, Texts};

/// What generated molecules are compared with: the texts and the composition of the training data.
///
/// Holds about 200 bytes for each molecule.
#[derive(Clone, Debug)]
pub struct MoleculeReference {
    pub(super) published: HashSet<String>,
    pub(super) isomeric: HashSet<String>,
    pub(super) flat: HashSet<String>,
    pub(super) composition: Composition,
    pub(super) aromatic: usize,
    pub(super) valid: usize,
    pub(super) data: Option<PublishedData>,
}

impl MoleculeReference {
    /// Looks at the training molecules once, on all cores.
    ///
    /// Three lists are kept, of canonical texts with stereo marks, of those without, and the one
    /// of the publication: Kekulé texts written without sanitising, from graphs whose bonds have
    /// been [sorted under their chirality tags](MolecularGraph::with_bonds_sorted_under_tags).
    /// Molecules that are not possible are in none of them.
    ///
    /// Cost: about 80 µs of one core for each molecule of nine atoms.
    pub fn new(training: &[MolecularGraph]) -> Self {
        let texts: Vec<Option<(String, Texts)>> = training.par_iter().map(texts).collect();
        let mut reference = Self {
            published: HashSet::with_capacity(training.len()),
            isomeric: HashSet::with_capacity(training.len()),
            flat: HashSet::with_capacity(training.len()),
            composition: Composition::of(training),
            aromatic: 0,
            valid: 0,
            data: None,
        };
        reference.data = PublishedData::recognise(&reference.composition);
        for (published, texts) in texts.into_iter().flatten() {
            reference.published.insert(published);
            reference.isomeric.insert(texts.isomeric);
            reference.flat.insert(texts.flat);
            reference.aromatic += usize::from(texts.aromatic);
            reference.valid += 1;
        }
        reference
    }

    /// Says that the training molecules are this data set, whose published scores are then shown;
    /// `None` shows none. [`new`](Self::new) recognises complete data sets by itself.
    #[must_use]
    pub fn with_published_data(mut self, data: Option<PublishedData>) -> Self {
        self.data = data;
        self
    }

    /// The data set whose published scores are comparable.
    pub fn published_data(&self) -> Option<PublishedData> {
        self.data
    }

    /// Number of training molecules.
    pub fn molecules(&self) -> usize {
        self.composition.molecules
    }

    /// Counts of sizes and kinds in the training molecules.
    pub fn composition(&self) -> &Composition {
        &self.composition
    }

    /// Whether a canonical text with stereo marks is in the publication's list.
    pub fn contains_published(&self, canonical: &str) -> bool {
        self.published.contains(canonical)
    }

    /// Whether a canonical text with stereo marks is one of the training molecules'.
    pub fn contains_isomeric(&self, canonical: &str) -> bool {
        self.isomeric.contains(canonical)
    }

    /// Whether a canonical text without stereo marks is one of the training molecules'.
    pub fn contains_flat(&self, canonical: &str) -> bool {
        self.flat.contains(canonical)
    }
}

fn texts(molecule: &MolecularGraph) -> Option<(String, Texts)> {
    let texts = molecule.check().texts.ok()?;
    let atoms = molecule.atoms();
    let tagged = atoms.iter().any(|atom| atom.chirality != Chirality::None);
    let published = if tagged {
        let read = molecule.with_bonds_sorted_under_tags();
        read.unsanitised_smiles().ok()?
    } else {
        texts.unsanitised.clone()
    };
    Some((published, texts))
}

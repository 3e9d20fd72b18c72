use std::collections::HashSet;

use rayon::prelude::*;

use super::PublishedData;
use crate::molecule::{Chirality, Composition, MolecularGraph, Texts};

/// Reference for generated molecules: the texts and the composition of the training data.
///
/// Takes about 200 bytes per molecule.
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
    /// Processes the training molecules once, on all cores.
    ///
    /// Stores three lists: canonical texts with stereo marks, those without, and the list of the
    /// publication. The latter has Kekulé texts written without sanitization, from graphs whose
    /// bonds are [sorted under their chirality tags](MolecularGraph::with_bonds_sorted_under_tags).
    /// Impossible molecules are in none of them.
    ///
    /// Cost: about 80 µs of one core per molecule of nine atoms.
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
        reference.data = PublishedData::recognize(&reference.composition);
        for (published, texts) in texts.into_iter().flatten() {
            reference.published.insert(published);
            reference.isomeric.insert(texts.isomeric);
            reference.flat.insert(texts.flat);
            reference.aromatic += usize::from(texts.aromatic);
            reference.valid += 1;
        }
        reference
    }

    /// Sets the data set of the training molecules, whose published scores are then shown; `None`
    /// shows none. [`new`](Self::new) recognizes complete data sets.
    #[must_use]
    pub fn with_published_data(mut self, data: Option<PublishedData>) -> Self {
        self.data = data;
        self
    }

    /// Returns the data set whose published scores are comparable.
    pub fn published_data(&self) -> Option<PublishedData> {
        self.data
    }

    /// Returns the number of training molecules.
    pub fn molecules(&self) -> usize {
        self.composition.molecules
    }

    /// Returns the counts of sizes and kinds in the training molecules.
    pub fn composition(&self) -> &Composition {
        &self.composition
    }

    /// Returns whether a canonical text with stereo marks is in the publication's list.
    pub fn contains_published(&self, canonical: &str) -> bool {
        self.published.contains(canonical)
    }

    /// Returns whether a canonical text with stereo marks is in the training data.
    pub fn contains_isomeric(&self, canonical: &str) -> bool {
        self.isomeric.contains(canonical)
    }

    /// Returns whether a canonical text without stereo marks is in the training data.
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
        read.unsanitized_smiles().ok()?
    } else {
        texts.unsanitized.clone()
    };
    Some((published, texts))
}

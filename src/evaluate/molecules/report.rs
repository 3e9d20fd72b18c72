use rayon::prelude::*;
use serde::Serialize;

use super::{Distribution, MoleculeReference, Scores, scores::share};
use crate::molecule::{Checked, Composition, MolecularGraph, Texts, Validity};

/// How good generated molecules are.
///
/// ```
/// use fireweed::evaluate::{MoleculeReference, MoleculeReport};
/// use fireweed::molecule;
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let mut rng = ChaCha8Rng::seed_from_u64(1);
/// let training = molecule::stand_in(200, &mut rng);
/// let generated = molecule::stand_in(100, &mut rng);
/// let report = MoleculeReport::new(&generated, &MoleculeReference::new(&training));
/// assert_eq!(report.published.validity, 1.0);
/// println!("{report}");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoleculeReport {
    /// Generated graphs.
    pub samples: usize,
    /// Those with one part.
    pub connected: usize,
    /// Those that follow the valence rule.
    pub valence_rule: usize,
    /// The publication's definitions: valid is what parses, distinct and novel go by canonical
    /// text with stereo marks, and novel is what the publication's list of Kekulé texts lacks. Every
    /// aromatic molecule counts as novel by that, and many others.
    pub published: Scores,
    /// Corrected: valid molecules are also connected, and both sides of the comparison are
    /// canonical texts with stereo marks.
    pub corrected: Scores,
    /// Corrected, without stereo marks: mirror images are one molecule.
    pub stereo_free: Scores,
    /// Share of the valid molecules with an aromatic atom.
    pub aromatic: f64,
    /// The same in the data.
    pub aromatic_in_data: f64,
    /// Shares over all generated graphs, valid or not, and over the data.
    pub distributions: Vec<Distribution>,
}

impl MoleculeReport {
    /// Checks the generated graphs, on all cores, and compares them with the training data.
    pub fn new(generated: &[MolecularGraph], reference: &MoleculeReference) -> Self {
        let checked: Vec<Checked> = generated.par_iter().map(MolecularGraph::check).collect();
        Self::from_checked(generated, &checked, reference)
    }

    /// As [`new`](Self::new), of graphs that have been checked already: `checked[i]` is what
    /// [`MolecularGraph::check`] says of `generated[i]`.
    ///
    /// # Panics
    /// The two differ in length.
    pub fn from_checked(
        generated: &[MolecularGraph],
        checked: &[Checked],
        reference: &MoleculeReference,
    ) -> Self {
        assert_eq!(generated.len(), checked.len(), "one check for each graph");
        let samples = generated.len();
        let count = |is: &dyn Fn(&Checked) -> bool| checked.iter().filter(|one| is(one)).count();
        let valid = |validity| -> Vec<&Texts> {
            let valid = checked.iter().filter(|one| one.is(validity));
            valid.filter_map(|one| one.texts.as_ref().ok()).collect()
        };
        let parsed = valid(Validity::Sanitized);
        let connected = valid(Validity::Connected);
        let published: Vec<&str> = parsed.iter().map(|texts| texts.isomeric.as_str()).collect();
        let corrected: Vec<&str> = connected
            .iter()
            .map(|texts| texts.isomeric.as_str())
            .collect();
        let flat: Vec<&str> = connected.iter().map(|texts| texts.flat.as_str()).collect();
        let aromatic = parsed.iter().filter(|texts| texts.aromatic).count();
        Self {
            samples,
            connected: count(&|one| one.connected),
            valence_rule: count(&|one| one.valence_rule),
            published: Scores::new(samples, &published, &reference.published),
            corrected: Scores::new(samples, &corrected, &reference.isomeric),
            stereo_free: Scores::new(samples, &flat, &reference.flat),
            aromatic: share(aromatic, parsed.len()),
            aromatic_in_data: share(reference.aromatic, reference.valid),
            distributions: Distribution::all(&Composition::of(generated), &reference.composition),
        }
    }
}

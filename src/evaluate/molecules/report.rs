use rayon::prelude::*;
use serde::Serialize;

use super::{
    Distribution, MoleculeReference, PropertyReport, PublishedData, Scores, scores::share,
};
use crate::molecule::{Checked, Composition, MolecularGraph, Texts, Validity};

/// Scores of generated molecules.
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
/// assert_eq!(report.corrected.validity, 1.0);
/// println!("{report}");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoleculeReport {
    /// Number of samples: generated graphs, and lines that are not graphs.
    pub samples: usize,
    /// Number of samples that are not graphs, such as lines that do not parse; these are invalid.
    pub unreadable: usize,
    /// Number of connected samples.
    pub connected: usize,
    /// Number of samples that follow the valence rule.
    pub valence_rule: usize,
    /// Scores by corrected definitions: valid molecules are connected, and canonical texts with
    /// stereo marks are compared.
    pub corrected: Scores,
    /// Same, without stereo marks: mirror images are one molecule.
    pub stereo_free: Scores,
    /// The data set whose published scores are comparable, if the training data are one.
    pub data: Option<PublishedData>,
    /// Scores by the publication's definitions, if the training data are a published data set.
    ///
    /// Valid molecules are those that parse, in one part or several. Distinct and novel molecules
    /// are determined by canonical text with stereo marks; novel ones are those missing in the
    /// publication's list of Kekulé texts. So every aromatic molecule counts as novel, and so do
    /// many others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Scores>,
    /// Share of the valid molecules with an aromatic atom.
    pub aromatic: f64,
    /// Same share in the data.
    pub aromatic_in_data: f64,
    /// Shares over all generated graphs, valid or not, and over the data.
    pub distributions: Vec<Distribution>,
    /// Comparison of the valid molecules with the data, see
    /// [`with_properties`](Self::with_properties).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<PropertyReport>,
}

impl MoleculeReport {
    /// Checks the generated graphs, on all cores, and compares them with the training data.
    pub fn new(generated: &[MolecularGraph], reference: &MoleculeReference) -> Self {
        let checked: Vec<Checked> = generated.par_iter().map(MolecularGraph::check).collect();
        Self::from_checked(generated, &checked, reference)
    }

    /// Same as [`new`](Self::new), for checked graphs: `checked[i]` is the result of
    /// [`MolecularGraph::check`] for `generated[i]`.
    ///
    /// # Panics
    /// Panics if the two differ in length.
    pub fn from_checked(
        generated: &[MolecularGraph],
        checked: &[Checked],
        reference: &MoleculeReference,
    ) -> Self {
        Self::from_checked_and_unreadable(generated, checked, 0, reference)
    }

    /// Same as [`from_checked`](Self::from_checked), with further samples that are not graphs, such
    /// as lines of a file that do not parse. They count as invalid.
    ///
    /// # Panics
    /// Panics if graphs and checks differ in number.
    pub fn from_checked_and_unreadable(
        generated: &[MolecularGraph],
        checked: &[Checked],
        unreadable: usize,
        reference: &MoleculeReference,
    ) -> Self {
        assert_eq!(
            generated.len(),
            checked.len(),
            "one check per graph is required"
        );
        let samples = generated.len() + unreadable;
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
            unreadable,
            connected: count(&|one| one.connected),
            valence_rule: count(&|one| one.valence_rule),
            corrected: Scores::new(samples, &corrected, &reference.isomeric),
            stereo_free: Scores::new(samples, &flat, &reference.flat),
            data: reference.data,
            published: reference
                .data
                .map(|_| Scores::new(samples, &published, &reference.published)),
            aromatic: share(aromatic, parsed.len()),
            aromatic_in_data: share(reference.aromatic, reference.valid),
            distributions: Distribution::all(&Composition::of(generated), &reference.composition),
            properties: None,
        }
    }

    /// Adds the comparison of the valid molecules with the data.
    #[must_use]
    pub fn with_properties(mut self, properties: PropertyReport) -> Self {
        self.properties = Some(properties);
        self
    }
}

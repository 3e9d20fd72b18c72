use rayon::prelude::*;
use serde::Serialize;

use super::{
    MoleculeProperty, PropertyReference, PropertySample, ScaffoldScores, ScoreWithFloor,
    SimilarityScores,
};
use crate::{
    evaluate::{
        EvaluateError,
        divergence::{DENSITY_POINTS, kl_counts, kl_density, wasserstein},
        molecules::scores::share,
    },
    molecule::MolecularGraph,
};

/// Comparison of generated molecules with the data.
///
/// Every score has a floor: the score of as many molecules of the data themselves, compared with
/// other molecules of the data. By this score, a sample at the floor is indistinguishable from the
/// data.
///
/// The floor depends on the number of molecules, so scores are comparable only between samples of
/// the same size, compared with the same number of molecules of the data.
///
/// ```
/// use fireweed::{evaluate::PropertyReport, molecule};
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let mut rng = ChaCha8Rng::seed_from_u64(1);
/// let data = molecule::stand_in(400, &mut rng);
/// let generated = molecule::stand_in(100, &mut rng);
/// let report = PropertyReport::new(&generated, &data, 7)?;
/// assert!(report.kl_score.generated > 0.5 && report.kl_score.floor > 0.5);
/// println!("{report}");
/// # Ok::<(), fireweed::evaluate::EvaluateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertyReport {
    /// Number of generated molecules in the comparison.
    pub generated_molecules: usize,
    /// Number of generated molecules without properties, which are left out.
    pub left_out: usize,
    /// Number of molecules of the data that they are compared with.
    pub reference_molecules: usize,
    /// Number of other molecules of the data for the floor.
    pub floor_molecules: usize,
    /// The mean of exp(−KL) over the nine properties of
    /// [the KL score](MoleculeProperty::is_in_kl_score): 1 for equal distributions.
    ///
    /// KL is the divergence of the generated distribution from that of the data. Weight, logP,
    /// polar surface and complexity use [`kl_density`] on 1,000 points; acceptors, donors,
    /// rotatable bonds, aliphatic and aromatic rings use [`kl_counts`].
    ///
    /// Reference: N. Brown, M. Fiscato, M. Segler, A. Vaucher, GuacaMol, J. Chem. Inf. Model. 59,
    /// 2019, without its tenth term, the similarity within the sample.
    pub kl_score: ScoreWithFloor,
    /// The properties, in the order of [`MoleculeProperty::ALL`].
    pub properties: Vec<PropertyScore>,
    /// Shares of kinds of bonds and of molecules.
    pub shares: Vec<ShareScore>,
    /// Diversity, and similarity to the data.
    pub similarity: SimilarityScores,
    /// Scaffolds compared with those of the data.
    pub scaffolds: ScaffoldScores,
}

/// Score of one property: the distance of its generated distribution from that of the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PropertyScore {
    /// The property.
    pub property: MoleculeProperty,
    /// Mean in the data; `None` for ring sizes without rings.
    pub reference_mean: Option<f64>,
    /// Mean in the generated molecules.
    pub generated_mean: Option<f64>,
    /// The distances; `None` if a sample has no values.
    pub divergences: Option<PropertyDivergences>,
    /// The distances of the held-out part of the data.
    pub floor: Option<PropertyDivergences>,
}

/// Distances of a distribution from that of the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PropertyDivergences {
    /// [`kl_density`] or [`kl_counts`], by [`MoleculeProperty::is_count`].
    pub kl: f64,
    /// [`wasserstein`], in the unit of the property.
    pub wasserstein: f64,
}

/// A share of bonds, or of molecules.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ShareScore {
    /// Name of the share.
    pub name: &'static str,
    /// The share in the data.
    pub reference: f64,
    /// The share in the generated molecules.
    pub generated: f64,
    /// The share in the held-out part of the data.
    pub held_out: f64,
}

impl PropertyReport {
    /// Compares generated molecules with training data, drawn with this seed.
    ///
    /// The molecules should be valid; those without properties are counted and left out. At most
    /// 10,000 molecules of the data are compared with, and as many others as were generated are
    /// held out for the floor.
    ///
    /// Cost: about 0.2 ms of one core per molecule of nine atoms, generated or drawn.
    ///
    /// # Errors
    /// Returns an error if no generated molecule, or fewer than two molecules of the data, have
    /// properties.
    pub fn new(
        generated: &[MolecularGraph],
        data: &[MolecularGraph],
        seed: u64,
    ) -> Result<Self, EvaluateError> {
        let generated = PropertySample::of(generated);
        if generated.is_empty() {
            let molecules = generated.left_out();
            return Err(EvaluateError::NothingGenerated { molecules });
        }
        let most = PropertyReference::MOLECULES;
        let reference = PropertyReference::draw(data, most, generated.len(), seed)?;
        Self::compare(&generated, &reference)
    }

    /// Compares a sample with a reference.
    ///
    /// The floor uses as many molecules of the held-out part as were generated, or all of it if
    /// there are fewer; the text of the report notes this.
    ///
    /// # Errors
    /// Returns an error if the sample is empty.
    pub fn compare(
        generated: &PropertySample,
        reference: &PropertyReference,
    ) -> Result<Self, EvaluateError> {
        if generated.is_empty() {
            return Err(EvaluateError::NothingGenerated {
                molecules: generated.left_out(),
            });
        }
        let held_out = &reference.held_out;
        let held_out = held_out.range(0..held_out.len().min(generated.len()));
        let data = &reference.reference;
        let properties = MoleculeProperty::ALL.par_iter();
        let properties = properties
            .map(|&property| PropertyScore::new(property, data, generated, &held_out))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            generated_molecules: generated.len(),
            left_out: generated.left_out(),
            reference_molecules: data.len(),
            floor_molecules: held_out.len(),
            kl_score: ScoreWithFloor {
                generated: kl_score(&properties, |score| score.divergences),
                floor: kl_score(&properties, |score| score.floor),
            },
            properties,
            shares: ShareScore::all(data, generated, &held_out),
            similarity: SimilarityScores::new(data, generated, &held_out),
            scaffolds: ScaffoldScores::new(data, generated, &held_out),
        })
    }

    /// Returns the score of a property.
    pub fn property(&self, property: MoleculeProperty) -> Option<&PropertyScore> {
        let mut scores = self.properties.iter();
        scores.find(|score| score.property == property)
    }

    /// Returns the share with this name.
    pub fn share(&self, name: &str) -> Option<&ShareScore> {
        self.shares.iter().find(|share| share.name == name)
    }
}

fn kl_score(
    scores: &[PropertyScore],
    divergences: impl Fn(&PropertyScore) -> Option<PropertyDivergences>,
) -> f64 {
    let scores = scores.iter();
    let counted = scores.filter(|score| score.property.is_in_kl_score());
    let terms: Vec<f64> = counted
        .map(|score| divergences(score).map_or(0.0, |found| (-found.kl).exp()))
        .collect();
    terms.iter().sum::<f64>() / terms.len().max(1) as f64
}

impl PropertyScore {
    fn new(
        property: MoleculeProperty,
        reference: &PropertySample,
        generated: &PropertySample,
        held_out: &PropertySample,
    ) -> Result<Self, EvaluateError> {
        let [reference, generated, held_out] =
            [reference, generated, held_out].map(|sample| sample.values(property));
        Ok(Self {
            property,
            reference_mean: mean(&reference),
            generated_mean: mean(&generated),
            divergences: PropertyDivergences::between(property, &reference, &generated)?,
            floor: PropertyDivergences::between(property, &reference, &held_out)?,
        })
    }
}

impl PropertyDivergences {
    fn between(
        property: MoleculeProperty,
        reference: &[f64],
        other: &[f64],
    ) -> Result<Option<Self>, EvaluateError> {
        if reference.is_empty() || other.is_empty() {
            return Ok(None);
        }
        let failed = EvaluateError::of(property);
        let kl = match property.is_count() {
            true => kl_counts(reference, other),
            false => kl_density(reference, other, DENSITY_POINTS),
        };
        Ok(Some(Self {
            kl: kl.map_err(&failed)?,
            wasserstein: wasserstein(reference, other).map_err(&failed)?,
        }))
    }
}

type ShareOf = fn(&PropertySample) -> f64;

impl ShareScore {
    fn all(
        reference: &PropertySample,
        generated: &PropertySample,
        held_out: &PropertySample,
    ) -> Vec<Self> {
        let shares: [(&str, ShareOf); 4] = [
            ("double bonds", |sample| bonds(sample, 1)),
            ("triple bonds", |sample| bonds(sample, 2)),
            ("molecules with an aromatic atom", |sample| {
                let aromatic = sample.descriptors().filter(|one| one.aromatic);
                share(aromatic.count(), sample.len())
            }),
            ("molecules with a charged atom", |sample| {
                let charged = sample.descriptors().filter(|one| one.charged);
                share(charged.count(), sample.len())
            }),
        ];
        let one = |(name, of): (&'static str, ShareOf)| Self {
            name,
            reference: of(reference),
            generated: of(generated),
            held_out: of(held_out),
        };
        shares.map(one).to_vec()
    }
}

fn bonds(sample: &PropertySample, order: usize) -> f64 {
    let of_order = sample.descriptors().map(|one| one.bonds[order]).sum();
    let all = sample.descriptors().flat_map(|one| one.bonds).sum();
    share(of_order, all)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

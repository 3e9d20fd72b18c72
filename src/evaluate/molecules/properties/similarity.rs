use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use super::PropertySample;
use crate::molecule::Fingerprint;

/// Number of molecules of a sample whose similarities are computed.
const COMPARED: usize = 1000;
/// Number of molecules of the reference that they are compared with.
const NEIGHBORS: usize = 10_000;

/// A score of the generated molecules, and the same score of as many molecules of the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScoreWithFloor {
    /// The score of the generated molecules.
    pub generated: f64,
    /// The score of the held-out part of the data.
    pub floor: f64,
}

/// Similarities of [fingerprints](Fingerprint).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SimilarityScores {
    /// 1 minus the mean Tanimoto similarity of two different molecules of the sample, among at most
    /// 1,000 of them, equally spaced; `None` for a single molecule.
    ///
    /// Reference: D. Polykovskiy et al., MOSES, Frontiers in Pharmacology 11, 2020, whose mean
    /// includes the similarity of each molecule with itself.
    pub internal_diversity: Option<ScoreWithFloor>,
    /// The mean over at most 1,000 molecules of the similarity to the nearest of at most 10,000
    /// molecules of the reference.
    ///
    /// A value above the floor means that the sample is closer to the data than further data are.
    pub nearest_neighbor: ScoreWithFloor,
}

/// Scaffolds by Bemis and Murcko of the molecules with rings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScaffoldScores {
    /// Number of different scaffolds.
    pub distinct: ScoreWithFloor,
    /// Share of the different scaffolds that are not in the reference.
    pub new: ScoreWithFloor,
    /// Cosine similarity of the frequencies of scaffolds to those of the reference; 0 if one of the
    /// two has no rings.
    pub similarity: ScoreWithFloor,
}

impl SimilarityScores {
    pub(super) fn new(
        reference: &PropertySample,
        generated: &PropertySample,
        held_out: &PropertySample,
    ) -> Self {
        let known = reference.fingerprints(NEIGHBORS);
        let [generated, held_out] = [generated, held_out].map(|one| one.fingerprints(COMPARED));
        let diversities = internal_diversity(&generated).zip(internal_diversity(&held_out));
        Self {
            internal_diversity: diversities
                .map(|(generated, floor)| ScoreWithFloor { generated, floor }),
            nearest_neighbor: ScoreWithFloor {
                generated: nearest_neighbor(&generated, &known),
                floor: nearest_neighbor(&held_out, &known),
            },
        }
    }
}

fn internal_diversity(sample: &[&Fingerprint]) -> Option<f64> {
    let pairs = sample.len() * sample.len().saturating_sub(1) / 2;
    let rows = sample.par_iter().enumerate();
    // Collected, since the result of a parallel sum depends on how the work is divided.
    let sums: Vec<f64> = rows
        .map(|(at, one)| {
            let later = sample[at + 1..].iter();
            later.map(|other| one.tanimoto(other)).sum()
        })
        .collect();
    (pairs > 0).then(|| 1.0 - sums.iter().sum::<f64>() / pairs as f64)
}

fn nearest_neighbor(sample: &[&Fingerprint], known: &[&Fingerprint]) -> f64 {
    let nearest: Vec<f64> = sample
        .par_iter()
        .map(|one| {
            let similarities = known.iter().map(|other| one.tanimoto(other));
            similarities.fold(0.0, f64::max)
        })
        .collect();
    nearest.iter().sum::<f64>() / sample.len().max(1) as f64
}

impl ScaffoldScores {
    pub(super) fn new(
        reference: &PropertySample,
        generated: &PropertySample,
        held_out: &PropertySample,
    ) -> Self {
        let known = counts(reference);
        let [generated, held_out] = [counts(generated), counts(held_out)];
        let both = |of: &dyn Fn(&Counts<'_>) -> f64| ScoreWithFloor {
            generated: of(&generated),
            floor: of(&held_out),
        };
        Self {
            distinct: both(&|counts| counts.len() as f64),
            new: both(&|counts| {
                let new = counts
                    .keys()
                    .filter(|scaffold| !known.contains_key(*scaffold));
                new.count() as f64 / counts.len().max(1) as f64
            }),
            similarity: both(&|counts| cosine(counts, &known)),
        }
    }
}

type Counts<'a> = BTreeMap<&'a str, f64>;

fn counts(sample: &PropertySample) -> Counts<'_> {
    let mut counts = Counts::new();
    for scaffold in sample.scaffolds().filter(|scaffold| !scaffold.is_empty()) {
        *counts.entry(scaffold).or_default() += 1.0;
    }
    counts
}

fn cosine(a: &Counts<'_>, b: &Counts<'_>) -> f64 {
    let scaffolds: BTreeSet<&&str> = a.keys().chain(b.keys()).collect();
    let of = |counts: &Counts<'_>, scaffold: &&str| counts.get(scaffold).copied().unwrap_or(0.0);
    let product = scaffolds.iter().map(|one| of(a, one) * of(b, one));
    let norm = |counts: &Counts<'_>| {
        counts
            .values()
            .map(|count| count * count)
            .sum::<f64>()
            .sqrt()
    };
    match norm(a) * norm(b) {
        0.0 => 0.0,
        norms => product.sum::<f64>() / norms,
    }
}

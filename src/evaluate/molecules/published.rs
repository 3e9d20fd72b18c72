use std::fmt;

use serde::Serialize;

use super::scores::g_mean;
use crate::molecule::{Composition, Element};

/// A data set with published scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PublishedData {
    /// QM9: molecules of up to nine atoms of C, N, O and F.
    #[serde(rename = "QM9")]
    Qm9,
    /// The drug-like subset of ZINC with about 250,000 molecules.
    #[serde(rename = "ZINC")]
    Zinc,
}

impl PublishedData {
    /// Recognizes a data set by the number of its molecules, their sizes and elements.
    ///
    /// A part of a data set is not recognized, since its scores are not comparable.
    pub fn recognize(composition: &Composition) -> Option<Self> {
        let elements =
            |known: &[Element]| composition.elements.keys().all(|one| known.contains(one));
        let largest = composition.heavy_atoms.keys().next_back().copied();
        match (composition.molecules, largest) {
            (130_000..=134_000, Some(9))
                if elements(&[Element::C, Element::N, Element::O, Element::F]) =>
            {
                Some(Self::Qm9)
            }
            (249_000..=250_000, Some(36..=38))
                if (23.0..23.3).contains(&composition.mean_heavy_atoms()) =>
            {
                Some(Self::Zinc)
            }
            _ => None,
        }
    }
}

impl fmt::Display for PublishedData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Qm9 => "QM9",
            Self::Zinc => "ZINC",
        })
    }
}

/// Published scores, by the definitions of the publication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedScores {
    /// The model.
    pub model: &'static str,
    /// The data set.
    pub data: PublishedData,
    /// Share of the samples that are valid.
    pub validity: f64,
    /// Distinct molecules per valid one.
    pub uniqueness: f64,
    /// Share of the distinct ones that are not in the training list.
    pub novelty: f64,
    /// The publication.
    pub source: &'static str,
}

impl PublishedScores {
    /// Returns the geometric mean of validity, uniqueness and novelty.
    pub fn g_mean(&self) -> f64 {
        g_mean(self.validity, self.uniqueness, self.novelty)
    }
}

const UL: &str = "Guo, Zou, Lerman, An Unpooling Layer for Graph Generation, AISTATS 2023, and outputs \
     stored with its code";

/// Scores that the unpooling paper reports for its own models.
pub const PUBLISHED_SCORES: [PublishedScores; 3] = [
    PublishedScores {
        model: "UL GAN",
        data: PublishedData::Qm9,
        validity: 0.907,
        uniqueness: 0.826,
        novelty: 0.949,
        source: UL,
    },
    PublishedScores {
        model: "UL VAE",
        data: PublishedData::Qm9,
        validity: 0.735,
        uniqueness: 0.943,
        novelty: 0.950,
        source: UL,
    },
    PublishedScores {
        model: "UL GAN",
        data: PublishedData::Zinc,
        validity: 0.871,
        uniqueness: 1.000,
        novelty: 1.000,
        source: UL,
    },
];

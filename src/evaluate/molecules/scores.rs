use std::collections::HashSet;

use serde::Serialize;

/// Validity, uniqueness and novelty by one definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Number of valid samples.
    pub valid: usize,
    /// Number of distinct ones among them.
    pub distinct: usize,
    /// Number of distinct ones that are not in the training data.
    pub novel: usize,
    /// Share of the samples that are valid.
    pub validity: f64,
    /// Distinct molecules per valid one.
    pub uniqueness: f64,
    /// Uniqueness among the first 1,000 valid ones; `None` if there are fewer.
    pub uniqueness_at_1k: Option<f64>,
    /// Uniqueness among the first 10,000 valid ones; `None` if there are fewer.
    pub uniqueness_at_10k: Option<f64>,
    /// Share of the distinct molecules that are novel.
    pub novelty: f64,
    /// Geometric mean of validity, uniqueness and novelty.
    pub g_mean: f64,
}

impl Scores {
    /// Computes scores from the texts of the valid samples, in order; `known` are those of the
    /// training data.
    pub(super) fn new(samples: usize, texts: &[&str], known: &HashSet<String>) -> Self {
        let distinct: HashSet<&str> = texts.iter().copied().collect();
        let novel = distinct
            .iter()
            .filter(|&&text| !known.contains(text))
            .count();
        let first = |count: usize| {
            let first = texts.get(..count)?;
            Some(share(first.iter().collect::<HashSet<_>>().len(), count))
        };
        let validity = share(texts.len(), samples);
        let uniqueness = share(distinct.len(), texts.len());
        let novelty = share(novel, distinct.len());
        Self {
            valid: texts.len(),
            distinct: distinct.len(),
            novel,
            validity,
            uniqueness,
            uniqueness_at_1k: first(1_000),
            uniqueness_at_10k: first(10_000),
            novelty,
            g_mean: g_mean(validity, uniqueness, novelty),
        }
    }
}

/// Returns the share of a part in a whole; 0 if the whole is 0.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

pub(super) fn g_mean(validity: f64, uniqueness: f64, novelty: f64) -> f64 {
    (validity * uniqueness * novelty).cbrt()
}

use super::GraphStatistic;

/// Published scores of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedScores {
    /// The model.
    pub model: &'static str,
    /// The publication.
    pub source: &'static str,
    /// The training data.
    pub data: &'static str,
    /// For each statistic, the KL divergence (recipe of [`kl_published`]) and the Wasserstein
    /// distance.
    ///
    /// [`kl_published`]: crate::evaluate::divergence::kl_published
    pub scores: [(GraphStatistic, f64, f64); 4],
}

impl PublishedScores {
    /// Returns the KL divergence and the Wasserstein distance of a statistic, if published.
    pub fn of(&self, statistic: GraphStatistic) -> Option<[f64; 2]> {
        let mut scores = self.scores.iter();
        let found = scores.find(|(published, ..)| *published == statistic);
        found.map(|&(_, kl, wasserstein)| [kl, wasserstein])
    }
}

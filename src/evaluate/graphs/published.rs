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

/// Scores of UL GAN on Waxman graphs, from Table 3.1 of the dissertation.
///
/// The KL divergence of edge densities, 0.001, is below the mean score of a second sample of the
/// source.
pub const UL_GAN_ON_WAXMAN: PublishedScores = PublishedScores {
    model: "UL GAN",
    source: "Table 3.1 of the dissertation; Guo, Zou, Lerman, An Unpooling Layer for Graph Generation, AISTATS 2023",
    data: "Waxman graphs",
    scores: [
        (GraphStatistic::EdgeDensity, 0.001, 0.004),
        (GraphStatistic::Clustering, 0.023, 0.027),
        (GraphStatistic::NodeConnectivity, 0.034, 0.011),
        (GraphStatistic::NodeFeatures, 0.145, 0.042),
    ],
};

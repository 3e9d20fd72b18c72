use crate::evaluate::graphs::{GraphStatistic, PublishedScores};

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

use super::scores::g_mean;

/// Scores that a publication reports, in its definitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedScores {
    /// The model.
    pub model: &'static str,
    /// The data set.
    pub data: &'static str,
    /// Share of the samples that are valid.
    pub validity: f64,
    /// Distinct molecules per valid one.
    pub uniqueness: f64,
    /// Share of the distinct ones that are not in the training list.
    pub novelty: f64,
    /// Where it stands.
    pub source: &'static str,
}

impl PublishedScores {
    /// Geometric mean of the three.
    pub fn g_mean(&self) -> f64 {
        g_mean(self.validity, self.uniqueness, self.novelty)
    }
}

const UL: &str = "Guo, Zou, Lerman, An Unpooling Layer for Graph Generation, AISTATS 2023, and outputs \
     stored with its code";

/// What the unpooling paper reports of its own models.
pub const PUBLISHED_SCORES: [PublishedScores; 3] = [
    PublishedScores {
        model: "UL GAN",
        data: "QM9",
        validity: 0.907,
        uniqueness: 0.826,
        novelty: 0.949,
        source: UL,
    },
    PublishedScores {
        model: "UL VAE",
        data: "QM9",
        validity: 0.735,
        uniqueness: 0.943,
        novelty: 0.950,
        source: UL,
    },
    PublishedScores {
        model: "UL GAN",
        data: "ZINC",
        validity: 0.871,
        uniqueness: 1.000,
        novelty: 1.000,
        source: UL,
    },
];

use burn::{
    config::Config,
    tensor::{
        Tensor,
        activation::{log_sigmoid, sigmoid},
    },
};

/// Losses of critic and generator, given scores `D` of graphs.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum GanLoss {
    /// Critic `mean D(fake) − mean D(real)`, generator `−mean D(fake)`, reward `D`. Needs a
    /// gradient penalty.
    ///
    /// Reference: Arjovsky, Chintala, Bottou, "Wasserstein GAN" (2017).
    Wasserstein,
    /// Critic `−mean ln σ(D(real)) − mean ln σ(−D(fake))`, generator `−mean ln σ(D(fake))`, reward
    /// `ln σ(D)`.
    ///
    /// Reference: Goodfellow et al., "Generative Adversarial Networks" (2014), with the
    /// non-saturating loss of the generator.
    BinaryCrossEntropy,
    /// Critic `mean max(0, 1 − D(real)) + mean max(0, 1 + D(fake))`, generator `−mean D(fake)`,
    /// reward `D`.
    ///
    /// Reference: Lim, Ye, "Geometric GAN" (2017).
    Hinge,
    /// Pairs each generated graph with a real one: critic `−mean ln σ(D(real) − D(fake))`,
    /// generator `−mean ln σ(D(fake) − D(real))`, reward `ln σ(D(fake) − D(real))`. Generated
    /// graphs that omit a kind of real ones gain nothing from being better at the others.
    ///
    /// Reference: Jolicoeur-Martineau, "The relativistic discriminator" (2019); with penalties of
    /// target 0, Huang et al., "The GAN is dead; long live the GAN!" (2024).
    Relativistic,
}

impl GanLoss {
    /// Returns the critic's loss, `[1]`.
    ///
    /// # Shapes
    /// - real, fake: scores, `[graphs]` each
    pub fn critic(self, real: Tensor<1>, fake: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Wasserstein => fake.mean() - real.mean(),
            Self::BinaryCrossEntropy => -log_sigmoid(real).mean() - log_sigmoid(fake.neg()).mean(),
            Self::Relativistic => -log_sigmoid(real - fake).mean(),
            Self::Hinge => (-real + 1.0).clamp_min(0.0).mean() + (fake + 1.0).clamp_min(0.0).mean(),
        }
    }

    /// Returns the value of each generated graph, `[graphs]`: the reward of its structure, and the
    /// negative of the generator's loss before the mean.
    ///
    /// # Shapes
    /// - fake: scores of generated graphs, `[graphs]`
    /// - real: scores of as many real ones if the loss [compares](Self::compares), unused otherwise
    pub fn value(self, fake: Tensor<1>, real: Option<Tensor<1>>) -> Tensor<1> {
        match (self, real) {
            (Self::Wasserstein | Self::Hinge, _) => fake,
            (Self::Relativistic, Some(real)) => log_sigmoid(fake - real),
            (Self::BinaryCrossEntropy | Self::Relativistic, _) => log_sigmoid(fake),
        }
    }

    /// Returns the lead of the critic, given the scores of real and generated graphs, `[1]`: the
    /// difference of their means, for cross-entropy of the means of their probabilities.
    pub fn lead(self, real: Tensor<1>, fake: Tensor<1>) -> Tensor<1> {
        match self {
            Self::BinaryCrossEntropy => sigmoid(real).mean() - sigmoid(fake).mean(),
            _ => real.mean() - fake.mean(),
        }
    }

    /// Returns whether the generator's loss needs real graphs next to the generated ones.
    pub fn compares(self) -> bool {
        self == Self::Relativistic
    }
}

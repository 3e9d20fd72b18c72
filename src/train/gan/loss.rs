use burn::{
    config::Config,
    tensor::{Tensor, activation::log_sigmoid},
};

/// What critic and generator play for, given scores `D` of graphs.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum GanLoss {
    /// Critic `mean D(fake) − mean D(real)`, generator `−mean D(fake)`, reward `D`. Wants a gradient
    /// penalty.
    ///
    /// Reference: Arjovsky, Chintala, Bottou, "Wasserstein GAN" (2017).
    Wasserstein,
    /// Critic `−mean ln σ(D(real)) − mean ln σ(−D(fake))`, generator `−mean ln σ(D(fake))`, reward
    /// `ln σ(D)`.
    ///
    /// Reference: Goodfellow et al., "Generative Adversarial Networks" (2014), with the generator's
    /// loss that does not saturate.
    BinaryCrossEntropy,
    /// Critic `mean max(0, 1 − D(real)) + mean max(0, 1 + D(fake))`, generator `−mean D(fake)`,
    /// reward `D`.
    ///
    /// Reference: Lim, Ye, "Geometric GAN" (2017).
    Hinge,
}

impl GanLoss {
    /// The critic's loss, `[1]`.
    ///
    /// # Shapes
    /// - real, fake: scores, `[graphs]` each
    pub fn critic(self, real: Tensor<1>, fake: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Wasserstein => fake.mean() - real.mean(),
            Self::BinaryCrossEntropy => {
                -log_sigmoid(real).mean() - log_sigmoid(fake.neg()).mean()
            }
            Self::Hinge => {
                (-real + 1.0).clamp_min(0.0).mean() + (fake + 1.0).clamp_min(0.0).mean()
            }
        }
    }

    /// The generator's loss, `[1]`.
    pub fn generator(self, fake: Tensor<1>) -> Tensor<1> {
        self.reward(fake).mean().neg()
    }

    /// What the structure of each graph is rewarded with, `[graphs]`.
    pub fn reward(self, fake: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Wasserstein | Self::Hinge => fake,
            Self::BinaryCrossEntropy => log_sigmoid(fake),
        }
    }
}

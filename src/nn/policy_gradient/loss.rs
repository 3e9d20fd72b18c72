use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
};

use super::{Baseline, baseline::MovingAverage};

/// The REINFORCE loss, whose gradient is the policy gradient.
///
/// ```text
/// L     = −(1/B) Σ_i A_i · log p_i              A_i has no gradient
/// A_i   = r'_i − b_i                            b the baseline
/// A_i   = (r'_i − b_i) / (std(r') + ε)          normalized
/// r'_i  = r_i − β · log p_i                     with entropy bonus β
/// ```
///
/// For samples drawn from p, `E[∇L] = −∇(E[r] + β H)`, up to the factor given in [`Baseline`]. A
/// gradient step makes samples with a large reward likelier.
///
/// **Entropy bonus.** H is estimated by the mean of −log p over the samples. The gradient of this
/// mean alone, `−∇log p`, is 0 in expectation, since it ignores that the samples depend on p. The
/// score-function gradient of H is
///
/// ```text
/// ∇H = −E[(log p + 1) ∇log p] = E[(−log p) ∇log p],      since E[∇log p] = 0,
/// ```
///
/// which is the policy gradient of the reward −log p, with −log p treated as a constant. If several
/// choices lead to the same sample, H is the entropy of the choices.
///
/// **Normalization** makes the step independent of the unit of the reward. It uses the standard
/// deviation of the whole batch, with B in the denominator. This depends on the samples, so the
/// expected gradient is no longer exact, even in direction. If all rewards of a batch are equal,
/// the divisor is ε, which is harmless for baselines that use only the batch. A batch of one is not
/// normalized.
///
/// **Training and evaluation.** A moving average is updated only on devices with autodiff.
///
/// If a reward or log-probability is not finite, neither is the loss.
///
/// Reference: R. J. Williams, Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning, 1992.
///
/// ```
/// use burn::tensor::{Device, Tensor, activation::log_softmax};
/// use fireweed::nn::ReinforceLossConfig;
///
/// let device = Device::flex().autodiff();
/// let logits = Tensor::<1>::zeros([2], &device).require_grad();
/// let loss = ReinforceLossConfig::new().init(&device);
///
/// // Arm 0 was drawn twice and arm 1 once; arm 1 pays more.
/// let log_p = log_softmax(logits.clone(), 0);
/// let log_prob = Tensor::cat([0..1, 0..1, 1..2].map(|arm| log_p.clone().slice(arm)).to_vec(), 0);
/// let reward = Tensor::from_floats([1.0, 1.0, 3.0], &device);
/// let gradients = loss.forward(log_prob, reward).backward();
/// let gradient: Vec<f32> = logits.grad(&gradients).unwrap().into_data().try_into_vec().unwrap();
/// assert!(gradient[1] < 0.0, "a step down the gradient makes arm 1 likelier");
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct ReinforceLoss {
    /// `Some` for [`Baseline::MovingAverage`] only.
    pub(super) average: Option<MovingAverage>,
    #[module(skip)]
    pub(super) baseline: Baseline,
    pub(super) normalize: bool,
    pub(super) epsilon: f64,
    pub(super) entropy_weight: f64,
}

impl ReinforceLoss {
    /// Computes the mean loss.
    ///
    /// # Shapes
    /// - log_prob: `[batch]`, differentiable; the log-probability of each sample
    /// - reward: `[batch]`
    /// - output: `[1]`
    ///
    /// # Panics
    /// Panics if the batch is empty, or if the sizes differ.
    pub fn forward(&self, log_prob: Tensor<1>, reward: Tensor<1>) -> Tensor<1> {
        self.forward_no_reduction(log_prob, reward).mean()
    }

    /// Computes the loss of each sample, `−A_i · log p_i`.
    ///
    /// # Shapes
    /// - log_prob, reward: as in [`forward`](Self::forward)
    /// - output: `[batch]`
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward).
    pub fn forward_no_reduction(&self, log_prob: Tensor<1>, reward: Tensor<1>) -> Tensor<1> {
        let [samples] = log_prob.dims();
        let [rewards] = reward.dims();
        assert_eq!(
            samples, rewards,
            "one reward for each log-probability is needed"
        );
        assert!(samples > 0, "a policy gradient needs at least one sample");
        let advantage = self.advantage(log_prob.clone().detach(), reward.detach());
        (advantage * log_prob).neg()
    }

    /// A_i, from tensors without gradients.
    fn advantage(&self, log_prob: Tensor<1>, reward: Tensor<1>) -> Tensor<1> {
        let training = log_prob.device().is_autodiff();
        let reward = if self.entropy_weight == 0.0 {
            reward
        } else {
            reward - log_prob * self.entropy_weight
        };
        let [count] = reward.dims();
        let mean = reward.clone().mean();
        let centered = reward.clone() - mean.clone();
        let advantage = match (self.baseline, &self.average) {
            (Baseline::LeaveOneOut, _) if count > 1 => {
                // r_i − (Σ_j r_j − r_i) / (B − 1), without the cancellation.
                centered.clone() * (count as f64 / (count - 1) as f64)
            }
            (Baseline::MovingAverage { momentum }, Some(average)) => {
                reward - average.next(mean, momentum, training)
            }
            (Baseline::None, _) => reward,
            _ => centered.clone(),
        };
        if self.normalize && count > 1 {
            let deviation = centered.square().mean().sqrt();
            advantage / (deviation + self.epsilon)
        } else {
            advantage
        }
    }
}

impl ModuleDisplay for ReinforceLoss {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("baseline", &format!("{:?}", self.baseline))
            .add("normalize", &self.normalize)
            .add("entropy_weight", &self.entropy_weight)
            .optional()
    }
}

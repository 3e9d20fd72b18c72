use burn::{
    tensor::{ExecutionError, Tensor},
    train::{
        ItemLazy,
        metric::{Adaptor, LossInput},
    },
};

use super::{LogProbInput, RewardInput};

/// What a policy-gradient step says of its batch; each `[batch]`.
///
/// Feeds Burn's `LossMetric` and the metrics [`RewardMetric`](super::RewardMetric) and
/// [`LogProbMetric`](super::LogProbMetric). The loss tells nothing of the progress: watch the reward.
#[derive(Clone, Debug)]
pub struct PolicyGradientOutput {
    /// The loss of each sample.
    pub loss: Tensor<1>,
    /// The reward of each sample, without baseline and entropy bonus.
    pub reward: Tensor<1>,
    /// The logarithm of the probability of each sample.
    pub log_prob: Tensor<1>,
}

impl ItemLazy for PolicyGradientOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.loss.device().flush()?;
        Ok(Self {
            loss: self.loss.without_autodiff(),
            reward: self.reward.without_autodiff(),
            log_prob: self.log_prob.without_autodiff(),
        })
    }
}

impl Adaptor<LossInput> for PolicyGradientOutput {
    fn adapt(&self) -> LossInput {
        LossInput::new(self.loss.clone())
    }
}

impl Adaptor<RewardInput> for PolicyGradientOutput {
    fn adapt(&self) -> RewardInput {
        RewardInput(self.reward.clone())
    }
}

impl Adaptor<LogProbInput> for PolicyGradientOutput {
    fn adapt(&self) -> LogProbInput {
        LogProbInput(self.log_prob.clone())
    }
}

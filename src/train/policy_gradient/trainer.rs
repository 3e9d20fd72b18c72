use std::{fmt, sync::Arc};

use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::{Tensor, TensorData},
    train::{InferenceStep, TrainOutput, TrainStep},
};
use rand::Rng;

use super::{Policy, PolicyGradientOutput, ReinforceLoss, Reward, Sampled, SeededBatch};

/// A [`Policy`] with a reward and the policy-gradient loss, ready for Burn's `Learner`.
///
/// A training step draws one batch of samples with the batch's generator, asks for their rewards and
/// returns the gradients of the [`ReinforceLoss`]; a validation step does the same without
/// gradients. Records hold the policy and the state of the baseline.
///
/// A reward that is not finite is not hidden: the loss is not finite, and a [`Run`](crate::train::Run)
/// with Burn's `LossMetric` stops there. See [`MeanMetric`](super::MeanMetric) for further metrics.
///
/// ```
/// use std::sync::Arc;
///
/// use burn::{
///     data::{dataloader::batcher::Batcher, dataset::InMemDataset},
///     lr_scheduler::constant::ConstantLr,
///     module::{Module, Param},
///     optim::SgdConfig,
///     tensor::{Device, Tensor, activation::log_softmax},
///     train::{Learner, metric::LossMetric},
/// };
/// use fireweed::{nn::ReinforceLossConfig, train::{EpochDataLoader, Run, policy_gradient::*}};
/// use rand::{Rng, RngExt};
///
/// /// Two arms; the model is the logarithm of their odds.
/// #[derive(Module, Debug)]
/// struct Bandit {
///     logits: Param<Tensor<1>>,
/// }
///
/// impl Policy for Bandit {
///     type Input = usize;
///     type Sample = Vec<usize>;
///
///     fn sample(&self, pulls: usize, rng: &mut impl Rng) -> Sampled<Vec<usize>> {
///         let log_p = log_softmax(self.logits.val(), 0);
///         let second: f64 = log_p.clone().slice(1..2).exp().into_scalar();
///         let arms: Vec<usize> = (0..pulls).map(|_| (rng.random::<f64>() < second).into()).collect();
///         let log_prob = arms.iter().map(|&arm| log_p.clone().slice(arm..arm + 1));
///         Sampled { log_prob: Tensor::cat(log_prob.collect(), 0), samples: arms }
///     }
/// }
///
/// /// A batch is a number of samples to draw.
/// struct Count;
/// impl Batcher<usize, usize> for Count {
///     fn batch(&self, items: Vec<usize>, _device: &Device) -> usize {
///         items.len()
///     }
/// }
///
/// let device = Device::flex().autodiff();
/// let bandit = Bandit { logits: Param::from_tensor(Tensor::zeros([2], &device)) };
/// let pay = |arms: &Vec<usize>| arms.iter().map(|&arm| [1.0, 3.0][arm]).collect();
/// let trainer = PolicyGradientTrainer::new(bandit, ReinforceLossConfig::new().init(&device), pay);
///
/// let learner = Learner::new(trainer, SgdConfig::new().init(), ConstantLr::new(0.5));
/// let pulls = || InMemDataset::new((0..160).collect());
/// let folder = tempfile::tempdir()?;
/// let outcome = Run::new(folder.path(), 2).launch(
///     learner,
///     |epoch| {
///         let train = Arc::new(EpochDataLoader::new(pulls(), Count, 16, 1, epoch, &device));
///         let valid = Arc::new(EpochDataLoader::new(pulls(), Count, 16, 1, epoch, &device));
///         (
///             Arc::new(SeededLoader::new(train, 2, epoch)),
///             Arc::new(SeededLoader::fixed(valid, 3)),
///         )
///     },
///     |training| training
///         .metric_train_numeric(LossMetric::new())
///         .metric_valid_numeric(RewardMetric::new()),
/// )?;
/// assert!(outcome.history.value("reward", 2).is_some_and(|reward| reward > 2.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module)]
#[module(custom_display)]
pub struct PolicyGradientTrainer<M: Module + Policy> {
    /// The model that is trained.
    pub policy: M,
    loss: ReinforceLoss,
    #[module(skip)]
    reward: SharedReward<M::Sample>,
}

impl<M: Module + Policy> PolicyGradientTrainer<M> {
    /// Trains `policy` for `reward`.
    pub fn new(
        policy: M,
        loss: ReinforceLoss,
        reward: impl Reward<M::Sample> + Send + Sync + 'static,
    ) -> Self {
        Self {
            policy,
            loss,
            reward: SharedReward(Arc::new(reward)),
        }
    }

    /// Draws samples for one batch, and weighs them.
    ///
    /// # Panics
    /// Where the reward has not one number for each sample, or there are no samples.
    pub fn forward(&self, input: M::Input, rng: &mut impl Rng) -> PolicyGradientOutput {
        let Sampled { samples, log_prob } = self.policy.sample(input, rng);
        let reward = self.reward.0.reward(&samples);
        let [count] = log_prob.dims();
        assert_eq!(reward.len(), count, "one reward for each sample is needed");
        let options = (&log_prob.device(), log_prob.dtype());
        let reward = Tensor::from_data(TensorData::new(reward, [count]), options);
        let loss = self
            .loss
            .forward_no_reduction(log_prob.clone(), reward.clone());
        PolicyGradientOutput {
            loss,
            reward,
            log_prob,
        }
    }
}

impl<M> TrainStep for PolicyGradientTrainer<M>
where
    M: Module + ModuleDisplay + Policy,
    M::Input: Send + 'static,
{
    type Input = SeededBatch<M::Input>;
    type Output = PolicyGradientOutput;

    fn step(&self, mut batch: SeededBatch<M::Input>) -> TrainOutput<PolicyGradientOutput> {
        let output = self.forward(batch.batch, &mut batch.rng);
        let grads = output.loss.clone().mean().backward();
        TrainOutput::new(self, grads, output)
    }
}

impl<M> InferenceStep for PolicyGradientTrainer<M>
where
    M: Module + ModuleDisplay + Policy,
    M::Input: Send + 'static,
{
    type Input = SeededBatch<M::Input>;
    type Output = PolicyGradientOutput;

    fn step(&self, mut batch: SeededBatch<M::Input>) -> PolicyGradientOutput {
        self.forward(batch.batch, &mut batch.rng)
    }
}

/// A reward of any type; modules must be cloned, functions need not be.
struct SharedReward<S>(Arc<dyn Reward<S> + Send + Sync>);

impl<S> Clone for SharedReward<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> fmt::Debug for SharedReward<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reward")
    }
}

// Derived, it would ask samples for theirs.
impl<M: Module + Policy> fmt::Debug for PolicyGradientTrainer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyGradientTrainer")
            .field("policy", &self.policy)
            .field("loss", &self.loss)
            .field("reward", &self.reward)
            .finish()
    }
}

impl<M: Module + ModuleDisplay + Policy> ModuleDisplay for PolicyGradientTrainer<M> {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("policy", &self.policy)
            .add("loss", &self.loss)
            .optional()
    }
}

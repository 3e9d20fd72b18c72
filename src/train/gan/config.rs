use burn::config::Config;

use super::{GanLoss, GanMetric, GanPhase};
use crate::{
    SettingError,
    generative::GradientPenalty,
    nn::{Baseline, ReinforceLossConfig},
};

/// Configuration of adversarial training.
///
/// The defaults trained best on QM9 on two CPU cores; see the presets for the published settings.
#[derive(Config, Debug)]
pub struct GanConfig {
    /// Loss of generator and critic. Default: [`GanLoss::Relativistic`].
    #[config(default = "GanLoss::Relativistic")]
    pub loss: GanLoss,
    /// Penalty on the gradient norm of the critic, at real and at generated graphs. Default: target
    /// 0 with weight 0.05, so that training can converge when generated graphs are like real ones.
    /// For a Wasserstein critic, use [`GradientPenalty::new`].
    #[config(default = "Some(GradientPenalty::new().with_weight(0.05).with_target(0.0))")]
    pub penalty: Option<GradientPenalty>,
    /// λ: weight of the policy gradient; 0 does not train the structure. Default: 0.005.
    #[config(default = 0.005)]
    pub structure_weight: f64,
    /// Baseline, normalization and entropy bonus of the policy gradient. Default: the batch mean.
    #[config(default = "ReinforceLossConfig::new().with_baseline(Baseline::BatchMean)")]
    pub reinforce: ReinforceLossConfig,
    /// Whether the policy gradient includes the probability of the categories of nodes and edges,
    /// in addition to that of the structure. Default: `false`.
    #[config(default = false)]
    pub reinforce_features: bool,
    /// Weight of the [divergence](crate::generative::frequency_divergence) between the category
    /// frequencies of generated and real graphs, in the generator's loss. Prevents the loss of rare
    /// kinds of nodes and edges. Default: 0.
    #[config(default = 0.0)]
    pub frequency_weight: f64,
    /// Weight of a user-supplied reward that is added to the critic's score. Default: 1.
    #[config(default = 1.0)]
    pub reward_weight: f64,
    /// Weight of −log probability of the choices of real graphs, in the generator's loss. This also
    /// trains the structure by maximum likelihood, with latent vectors that are independent of
    /// those graphs. The published value is 0. Default: 0.
    #[config(default = 0.0)]
    pub replay_weight: f64,
    /// Whether features and structure are trained in one step on the same graphs, rather than in
    /// two steps on different ones. Default: `true`.
    #[config(default = true)]
    pub joint: bool,
    /// Number of critic steps in an iteration. Default: 1.
    #[config(default = 1)]
    pub critic_steps: usize,
    /// Maximum number of trainings of the generator in an iteration. The number is one more than in
    /// the previous iteration while the critic's lead exceeds `lead`, and 1 otherwise. Default: 1.
    #[config(default = 1)]
    pub max_repeats: usize,
    /// Lead of the critic, `mean D(real) − mean D(fake)`, above which the number of generator steps
    /// increases; for cross-entropy `mean σ(D(real)) − mean σ(D(fake))`. Default: 0.2.
    #[config(default = 0.2)]
    pub lead: f64,
    /// Whether real and generated graphs form one batch for the critic, with common statistics.
    /// Default: `false`.
    #[config(default = false)]
    pub shared_batch: bool,
    /// Number of graphs in a step. Default: 64.
    #[config(default = 64)]
    pub batch_size: usize,
    /// Step size of the generator's Adam. Default: 5e-4.
    #[config(default = 5e-4)]
    pub generator_rate: f64,
    /// Step size of the critic's Adam. Default: 5e-4.
    #[config(default = 5e-4)]
    pub critic_rate: f64,
    /// Final step sizes as a share of the initial ones; step sizes decrease linearly over the
    /// training. 1 keeps them constant. Default: 0.02.
    #[config(default = 0.02)]
    pub final_rate: f64,
    /// Adam's β₁. Default: 0.5.
    #[config(default = 0.5)]
    pub beta_1: f32,
    /// Adam's β₂. Default: 0.999.
    #[config(default = 0.999)]
    pub beta_2: f32,
    /// Decay per iteration of the moving average of the generator that samples are drawn from;
    /// `None` to sample from the generator itself. Default: 0.99.
    #[config(default = "Some(0.99)")]
    pub average_decay: Option<f64>,
    /// Standard deviation of the initial weights. Default: 0.02.
    #[config(default = 0.02)]
    pub weight_deviation: f64,
}

impl GanConfig {
    /// Returns the phases of one iteration, each with the number of previous trainings of the
    /// generator.
    pub(crate) fn phases(&self) -> Vec<(GanPhase, usize)> {
        let mut phases = vec![(GanPhase::Critic, 0); self.critic_steps];
        for repeat in 0..self.max_repeats {
            if self.joint {
                phases.push((GanPhase::Joint, repeat));
                continue;
            }
            phases.push((GanPhase::Features, repeat));
            if self.structure_weight != 0.0 || self.replay_weight != 0.0 {
                phases.push((GanPhase::Structure, repeat));
            }
        }
        phases
    }

    /// Returns the metrics of the steps.
    pub(crate) fn metrics(&self, rewarded: bool) -> Vec<GanMetric> {
        use GanMetric::*;
        let mut metrics = vec![CriticLoss, RealScore, FakeScore];
        if self.penalty.is_some() {
            metrics.extend([Penalty, GradientNorm]);
        }
        metrics.push(GeneratorLoss);
        if self.frequency_weight != 0.0 {
            metrics.push(FrequencyDivergence);
        }
        if self.structure_weight != 0.0 {
            metrics.extend([LogProbability, StructureLoss]);
            metrics.extend(rewarded.then_some(Reward));
        }
        metrics.extend((self.replay_weight != 0.0).then_some(ReplayLoss));
        metrics
    }

    /// Returns whether the generator's steps need real graphs next to the generated ones.
    pub(crate) fn compares(&self) -> bool {
        self.loss.compares() || self.frequency_weight != 0.0
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// Returns [`SettingError`] for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), SettingError> {
        let positive = "a finite number above 0";
        let rate = "a number above 0, at most 1";
        let is_rate = |rate: f64| rate > 0.0 && rate <= 1.0;
        let finite = "a finite number";
        let share = "a number from 0 to below 1";
        let above_zero = |value: f64| value > 0.0 && value.is_finite();
        let penalty = self.penalty.as_ref().map_or(0.0, |penalty| penalty.weight);
        let decay = self.average_decay.unwrap_or(0.0);
        let [beta_1, beta_2] = [self.beta_1, self.beta_2].map(f64::from);
        let numbers = [
            (
                "generator_rate",
                self.generator_rate,
                is_rate(self.generator_rate),
                rate,
            ),
            (
                "critic_rate",
                self.critic_rate,
                is_rate(self.critic_rate),
                rate,
            ),
            (
                "weight_deviation",
                self.weight_deviation,
                above_zero(self.weight_deviation),
                positive,
            ),
            (
                "structure_weight",
                self.structure_weight,
                self.structure_weight.is_finite(),
                finite,
            ),
            (
                "reward_weight",
                self.reward_weight,
                self.reward_weight.is_finite(),
                finite,
            ),
            (
                "frequency_weight",
                self.frequency_weight,
                self.frequency_weight >= 0.0 && self.frequency_weight.is_finite(),
                "a finite number from 0",
            ),
            (
                "replay_weight",
                self.replay_weight,
                self.replay_weight >= 0.0 && self.replay_weight.is_finite(),
                "a finite number from 0",
            ),
            (
                "penalty weight",
                penalty,
                penalty >= 0.0 && penalty.is_finite(),
                "a finite number from 0",
            ),
            ("lead", self.lead, !self.lead.is_nan(), "a number"),
            (
                "final_rate",
                self.final_rate,
                (0.0..=1.0).contains(&self.final_rate),
                "a number from 0 to 1",
            ),
            ("average_decay", decay, (0.0..1.0).contains(&decay), share),
            ("beta_1", beta_1, (0.0..1.0).contains(&beta_1), share),
            ("beta_2", beta_2, (0.0..1.0).contains(&beta_2), share),
        ];
        let counts = [
            ("batch_size", self.batch_size, 2),
            ("critic_steps", self.critic_steps, 1),
            ("max_repeats", self.max_repeats, 1),
        ];
        for (name, value, valid, expected) in numbers {
            if !valid {
                return Err(SettingError::new(name, value, expected));
            }
        }
        for (name, value, least) in counts {
            if value < least {
                let expected = if least == 1 {
                    "at least 1"
                } else {
                    "at least 2"
                };
                return Err(SettingError::new(name, value, expected));
            }
        }
        Ok(())
    }
}

use burn::tensor::Tensor;

use crate::train::Scalars;

/// Metrics of the steps of adversarial training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GanMetric {
    /// Mean score of real graphs.
    RealScore,
    /// Mean score of generated graphs.
    FakeScore,
    /// Lead of the critic, see [`GanConfig::lead`](super::GanConfig::lead).
    Lead,
    /// The gradient penalty, before its weight.
    Penalty,
    /// Mean norm of the critic's input gradient.
    GradientNorm,
    /// The critic's loss.
    CriticLoss,
    /// The generator's loss by the gradient of its features.
    GeneratorLoss,
    /// The divergence of the frequencies of categories.
    FrequencyDivergence,
    /// Mean of the reward in addition to the critic's score.
    Reward,
    /// Mean log-probability of generated structures.
    LogProbability,
    /// The policy-gradient loss.
    StructureLoss,
    /// Mean of −log probability of the chains of real graphs, in nats.
    ReplayLoss,
}

impl GanMetric {
    /// Returns the name in histories and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::RealScore => "Real score",
            Self::FakeScore => "Fake score",
            Self::Lead => "Lead",
            Self::Penalty => "Penalty",
            Self::GradientNorm => "Gradient norm",
            Self::CriticLoss => "Critic loss",
            Self::GeneratorLoss => "Generator loss",
            Self::FrequencyDivergence => "Frequency divergence",
            Self::Reward => "Reward",
            Self::LogProbability => "Log probability",
            Self::StructureLoss => "Structure loss",
            Self::ReplayLoss => "Replay loss",
        }
    }
}

/// Numbers that are still on the device.
#[derive(Default)]
pub(super) struct Report {
    metrics: Vec<GanMetric>,
    values: Vec<Tensor<1>>,
}

impl Report {
    pub(super) fn add(&mut self, metric: GanMetric, value: Tensor<1>) {
        self.metrics.push(metric);
        self.values.push(value.without_autodiff());
    }

    /// Reads all numbers in one transfer.
    pub(super) fn read(self) -> Scalars {
        let values = Tensor::cat(self.values, 0).into_data().convert::<f64>();
        let names = self.metrics.iter().map(|metric| metric.name().to_owned());
        Scalars(names.zip(values.iter::<f64>()).collect())
    }
}

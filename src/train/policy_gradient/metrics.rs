use std::{marker::PhantomData, sync::Arc};

use burn::{
    tensor::{Tensor, TensorReadError},
    train::metric::{
        Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes,
        NumericEntry, SerializedEntry,
        state::{FormatOptions, NumericMetricState},
    },
};

/// The input of a [`MeanMetric`]: a number for each sample.
pub trait SampleValue: Send + Sync + Clone + 'static {
    /// The metric's name.
    const NAME: &'static str;
    /// Whether larger is better.
    const HIGHER_IS_BETTER: bool;

    /// The numbers, `[batch]`.
    fn values(&self) -> Tensor<1>;
}

/// The rewards of a batch, `[batch]`.
#[derive(Clone, Debug)]
pub struct RewardInput(pub Tensor<1>);

impl SampleValue for RewardInput {
    const NAME: &'static str = "Reward";
    const HIGHER_IS_BETTER: bool = true;

    fn values(&self) -> Tensor<1> {
        self.0.clone()
    }
}

/// The logarithms of the probabilities of the samples of a batch, `[batch]`.
#[derive(Clone, Debug)]
pub struct LogProbInput(pub Tensor<1>);

impl SampleValue for LogProbInput {
    const NAME: &'static str = "Log probability";
    const HIGHER_IS_BETTER: bool = false;

    fn values(&self) -> Tensor<1> {
        self.0.clone()
    }
}

/// The mean reward over the samples of an epoch.
pub type RewardMetric = MeanMetric<RewardInput>;

/// The mean log-probability over the samples of an epoch: an estimate of the negative entropy of the
/// policy.
pub type LogProbMetric = MeanMetric<LogProbInput>;

/// A Burn metric: the mean over the samples of an epoch, each with the same weight.
#[derive(Clone)]
pub struct MeanMetric<I> {
    name: MetricName,
    state: NumericMetricState,
    input: PhantomData<fn(I)>,
}

impl<I: SampleValue> MeanMetric<I> {
    /// Creates the metric.
    pub fn new() -> Self {
        Self {
            name: Arc::new(I::NAME.to_owned()),
            state: NumericMetricState::default(),
            input: PhantomData,
        }
    }

    fn format(&self) -> FormatOptions {
        FormatOptions::new(self.name.clone()).precision(3)
    }
}

impl<I: SampleValue> Default for MeanMetric<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: SampleValue> Metric for MeanMetric<I> {
    type Input = I;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes {
            unit: None,
            higher_is_better: I::HIGHER_IS_BETTER,
        }
        .into()
    }

    fn update(
        &mut self,
        input: &I,
        _metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let values = input.values();
        let [count] = values.dims();
        let mean = values.mean().try_into_scalar::<f64>()?;
        self.state.update(mean, count);
        Ok(self.state.compute_update(self.format()))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.state.compute_final(self.format()))
    }

    fn clear(&mut self) {
        self.state.reset();
    }
}

impl<I: SampleValue> Numeric for MeanMetric<I> {
    fn value(&self) -> Option<NumericEntry> {
        Some(self.state.current_value())
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(self.state.running_value())
    }

    fn final_value(&self) -> NumericEntry {
        self.state.final_value()
    }
}

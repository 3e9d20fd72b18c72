use std::sync::Arc;

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::{Device, ExecutionError, TensorReadError},
    train::{
        ClassificationOutput, ItemLazy,
        metric::{
            Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericEntry,
            SerializedEntry,
        },
    },
};

/// The data split of a batch of the validation phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationSplit {
    /// The training data, evaluated with the weights at the end of the epoch.
    Train,
    /// The test data.
    Test,
}

/// A batch with its split.
#[derive(Clone, Debug)]
pub struct EvaluationBatch<T> {
    /// The batch.
    pub batch: T,
    /// Its split.
    pub split: EvaluationSplit,
}

/// A Burn [`DataLoader`] that yields all training data and then all test data.
///
/// Burn's learner has one validation phase per epoch. Running both splits through it measures the
/// training loss with the weights at the end of the epoch, as papers report it. The running average
/// of the training phase mixes the weights of all its steps.
pub struct EvaluationLoader<T> {
    train: Arc<dyn DataLoader<T>>,
    test: Arc<dyn DataLoader<T>>,
}

impl<T> EvaluationLoader<T> {
    /// Chains two loaders.
    pub fn new(train: Arc<dyn DataLoader<T>>, test: Arc<dyn DataLoader<T>>) -> Self {
        Self { train, test }
    }
}

impl<T: Send + 'static> DataLoader<EvaluationBatch<T>> for EvaluationLoader<T> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<EvaluationBatch<T>> + 'a> {
        Box::new(EvaluationIterator {
            train: self.train.iter(),
            test: self.test.iter(),
        })
    }

    fn num_items(&self) -> usize {
        self.train.num_items() + self.test.num_items()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<EvaluationBatch<T>>> {
        Arc::new(Self::new(
            self.train.to_device(device),
            self.test.to_device(device),
        ))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<EvaluationBatch<T>>> {
        let boundary = self.train.num_items();
        let part = |loader: &Arc<dyn DataLoader<T>>, offset: usize| {
            let clamp = |at: usize| at.saturating_sub(offset).min(loader.num_items());
            loader.slice(clamp(start), clamp(end))
        };
        Arc::new(Self::new(part(&self.train, 0), part(&self.test, boundary)))
    }
}

struct EvaluationIterator<'a, T> {
    train: Box<dyn DataLoaderIterator<T> + 'a>,
    test: Box<dyn DataLoaderIterator<T> + 'a>,
}

impl<T> Iterator for EvaluationIterator<'_, T> {
    type Item = Result<EvaluationBatch<T>, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (batch, split) = match self.train.next() {
            Some(batch) => (batch, EvaluationSplit::Train),
            None => (self.test.next()?, EvaluationSplit::Test),
        };
        Some(batch.map(|batch| EvaluationBatch { batch, split }))
    }
}

impl<T> DataLoaderIterator<EvaluationBatch<T>> for EvaluationIterator<'_, T> {
    fn progress(&self) -> Progress {
        let (train, test) = (self.train.progress(), self.test.progress());
        Progress::new(
            train.items_processed + test.items_processed,
            train.items_total + test.items_total,
            train.unit,
        )
    }
}

/// Output of a model for an [`EvaluationBatch`], with `O` one of Burn's outputs, such as
/// [`ClassificationOutput`] or [`RegressionOutput`](burn::train::RegressionOutput).
pub struct EvaluationOutput<O = ClassificationOutput> {
    /// Loss per sample, outputs, targets.
    pub output: O,
    /// The split of the batch.
    pub split: EvaluationSplit,
}

impl<O: ItemLazy> ItemLazy for EvaluationOutput<O> {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(Self {
            output: self.output.sync()?,
            split: self.split,
        })
    }
}

/// The input of a metric, with its split.
pub struct SplitInput<T> {
    input: T,
    split: EvaluationSplit,
}

impl<T, O: Adaptor<T>> Adaptor<SplitInput<T>> for EvaluationOutput<O> {
    fn adapt(&self) -> SplitInput<T> {
        SplitInput {
            input: self.output.adapt(),
            split: self.split,
        }
    }
}

/// A metric of one split of an [`EvaluationLoader`], under its own name.
#[derive(Clone)]
pub struct OnSplit<M> {
    metric: M,
    split: EvaluationSplit,
    name: MetricName,
    /// Whether the last update was of this split.
    updated: bool,
    /// Text of the last update of this split.
    shown: String,
}

impl<M> OnSplit<M> {
    /// Restricts `metric` to batches of `split`.
    pub fn new(metric: M, split: EvaluationSplit, name: &str) -> Self {
        Self {
            metric,
            split,
            name: Arc::new(name.to_owned()),
            updated: false,
            shown: "epoch N/A - batch N/A".to_owned(),
        }
    }
}

impl<M: Metric> Metric for OnSplit<M> {
    type Input = SplitInput<M::Input>;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn description(&self) -> Option<String> {
        self.metric.description()
    }

    fn attributes(&self) -> MetricAttributes {
        self.metric.attributes()
    }

    fn update(
        &mut self,
        item: &Self::Input,
        metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        self.updated = item.split == self.split;
        if !self.updated {
            // Loggers skip this entry; a dashboard keeps showing the last value.
            let nothing = SerializedEntry::NOT_AVAILABLE.to_owned();
            return Ok(SerializedEntry::new(self.shown.clone(), nothing));
        }
        let entry = self.metric.update(&item.input, metadata)?;
        self.shown.clone_from(&entry.formatted);
        Ok(entry)
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        self.metric.compute()
    }

    fn clear(&mut self) {
        self.updated = false;
        self.metric.clear();
    }
}

impl<M: Numeric> Numeric for OnSplit<M> {
    fn value(&self) -> Option<NumericEntry> {
        self.updated.then(|| self.metric.value()).flatten()
    }

    fn running_value(&self) -> Option<NumericEntry> {
        self.updated.then(|| self.metric.running_value()).flatten()
    }

    fn final_value(&self) -> NumericEntry {
        self.metric.final_value()
    }
}

use std::sync::Arc;

use burn::{
    data::dataloader::{DataLoader, DataLoaderBuilder},
    optim::{ModuleOptimizer, lr_scheduler::constant::ConstantLr},
    tensor::{Device, Int, Tensor},
    train::{
        Learner, LearnerModel,
        metric::{AccuracyMetric, LossMetric},
    },
};

use crate::{
    data::{LabeledBatch, RowBatch, Splits, TensorRows},
    overparam::{ClassifierNetwork, theory::Optimizer},
    study::{AlphaStudyConfig, StudyError},
    train::{
        Classifier, EpochDataLoader, EvaluationBatch, EvaluationLoader, EvaluationSplit,
        FullBatchLoader, History, MlpRegressor, OnSplit, Patience, PlainSgd, Run, RunEnd,
    },
};

/// Samples per batch of an evaluation; bounds memory only.
const EVALUATION_BATCH: usize = 1000;

/// One training of a study: its settings, step, order and folder.
///
/// A [`Problem`](super::Problem) receives it and ends it with [`classify`](Self::classify) or
/// [`regress`](Self::regress).
pub struct Training<'a> {
    pub(in crate::study) plan: Plan<'a>,
    pub(in crate::study) run: Run,
}

/// What a training needs beside its model, samples and folder.
#[derive(Clone, Copy)]
pub(in crate::study) struct Plan<'a> {
    pub(in crate::study) config: &'a AlphaStudyConfig,
    pub(in crate::study) device: &'a Device,
    /// Seed of the order of samples.
    pub(in crate::study) order: u64,
    pub(in crate::study) step: f64,
}

type Loaders<T> = (
    Arc<dyn DataLoader<T>>,
    Arc<dyn DataLoader<EvaluationBatch<T>>>,
);

impl Training<'_> {
    /// The device to create the network on, with gradients.
    pub fn device(&self) -> Device {
        self.plan.device.clone().autodiff()
    }

    /// Trains a classifier on the sum of cross-entropies.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the training fails; complete epochs are on disk.
    pub fn classify<N: ClassifierNetwork>(
        self,
        network: N,
        splits: Splits<LabeledBatch<N::Input, Tensor<1, Int>>>,
        evaluation_batch: usize,
    ) -> Result<(History, RunEnd), StudyError>
    where
        N::Input: RowBatch,
    {
        let Self { plan, run } = self;
        let test_loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Test, "Test loss");
        let outcome = plan.with_patience(run, &test_loss).launch(
            plan.learner(Classifier::new(network)),
            |first_epoch| plan.loaders(splits, evaluation_batch, first_epoch),
            |training| {
                let loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Train, "Train loss");
                let accuracy = |split, name| OnSplit::new(AccuracyMetric::new(), split, name);
                training
                    .metric_train_numeric(LossMetric::new())
                    .metric_valid_numeric(loss)
                    .metric_valid_numeric(test_loss)
                    .metric_valid_numeric(accuracy(EvaluationSplit::Train, "Train accuracy"))
                    .metric_valid_numeric(accuracy(EvaluationSplit::Test, "Test accuracy"))
            },
        )?;
        Ok((outcome.history, outcome.end))
    }

    /// Trains a regressor on rows that its network has embedded.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the training fails; complete epochs are on disk.
    pub fn regress(
        self,
        regressor: MlpRegressor,
        splits: Splits<LabeledBatch<Tensor<2>, Tensor<2>>>,
    ) -> Result<(History, RunEnd), StudyError> {
        let Self { plan, run } = self;
        let test_loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Test, "Test loss");
        let outcome = plan.with_patience(run, &test_loss).launch(
            plan.learner(regressor),
            |first_epoch| plan.loaders(splits, EVALUATION_BATCH, first_epoch),
            |training| {
                let loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Train, "Train loss");
                training
                    .metric_train_numeric(LossMetric::new())
                    .metric_valid_numeric(loss)
                    .metric_valid_numeric(test_loss)
            },
        )?;
        Ok((outcome.history, outcome.end))
    }
}

impl Plan<'_> {
    fn with_patience(&self, run: Run, test_loss: &OnSplit<LossMetric>) -> Run {
        match self.config.patience {
            Some(epochs) => run.with_early_stopping(Patience::new(test_loss, epochs)),
            None => run,
        }
    }

    fn learner<M: LearnerModel>(&self, model: M) -> Learner<M> {
        Learner::new(
            model,
            ModuleOptimizer::from(PlainSgd),
            ConstantLr::new(self.step),
        )
    }

    fn loaders<T: RowBatch>(
        &self,
        splits: Splits<T>,
        evaluation_batch: usize,
        first_epoch: usize,
    ) -> Loaders<T> {
        let in_order = |rows: TensorRows<T>| {
            DataLoaderBuilder::new(rows.clone())
                .batch_size(evaluation_batch)
                .build(rows)
        };
        let Splits { train, test } = splits;
        let rows = TensorRows::new(train.clone());
        let steps: Arc<dyn DataLoader<T>> = match self.config.optimizer {
            Optimizer::Gd => Arc::new(FullBatchLoader::new(train, self.config.steps_per_epoch)),
            Optimizer::Sgd { batch } => Arc::new(EpochDataLoader::new(
                rows.clone(),
                rows.clone(),
                batch,
                self.order,
                first_epoch,
                self.device,
            )),
        };
        let test = in_order(TensorRows::new(test));
        let evaluation = EvaluationLoader::new(in_order(rows), test);
        (steps, Arc::new(evaluation))
    }
}

use std::sync::Arc;

use burn::{
    data::dataloader::{DataLoader, DataLoaderBuilder},
    module::Module,
    optim::{ModuleOptimizer, lr_scheduler::constant::ConstantLr},
    tensor::{Device, Int, Tensor},
    train::{
        Learner, LearnerModel,
        metric::{AccuracyMetric, LossMetric},
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{
    AlphaStudyConfig, Case, ImageNetwork, Prediction, RegressionLossKind, StudyData, Task,
    TextNetwork,
    closed_form::ClosedForms,
    samples::{Samples, Split},
};
use crate::{
    data::{LabeledBatch, RowBatch, TensorRows},
    overparam::{
        ClassifierNetwork, EmbeddedMlp, OverparamCnnConfig, OverparamMlpConfig, OverparamRnnConfig,
        OverparamTransformerConfig, loss::ReweightedLossConfig, theory::Optimiser,
    },
    study::StudyError,
    train::{
        Classifier, EpochDataLoader, EvaluationBatch, EvaluationLoader, EvaluationSplit,
        FullBatchLoader, History, MlpRegressor, OnSplit, Patience, PlainSgd, Run, RunEnd,
    },
};

/// Samples per batch where nothing is learned; bounds memory only.
const EVALUATION_BATCH: usize = 1000;
/// Likewise for networks that hold maps or states of each sample.
const SMALL_EVALUATION_BATCH: usize = 250;

/// A study's samples on its device, ready to train on.
pub(super) struct Prepared<'a> {
    config: &'a AlphaStudyConfig,
    device: Device,
    samples: Samples,
    closed: Option<ClosedForms>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(config: &'a AlphaStudyConfig, data: &StudyData) -> Result<Self, StudyError> {
        let device = config.device.open()?;
        let samples = Samples::draw(config, data, &device)?;
        let closed = match &samples {
            Samples::Rows { host, .. } => ClosedForms::new(config, &host.train, &host.test)?,
            Samples::Images { .. } | Samples::Texts { .. } => None,
        };
        Ok(Self {
            config,
            device,
            samples,
            closed,
        })
    }

    /// The step of each case, and the closed form where there is one.
    pub(super) fn steps_and_predictions(&self) -> Result<(Vec<f64>, Vec<Prediction>), StudyError> {
        let config = self.config;
        let (mut steps, mut predictions) = (Vec::new(), Vec::new());
        for case in config.cases() {
            let closed = self.closed.as_ref();
            let step = config.step.step(case, config.samples_per_step(), closed)?;
            steps.push(step);
            if let Some(closed) = closed {
                predictions.extend(closed.predict(config, case, step)?);
            }
        }
        Ok((steps, predictions))
    }

    /// Trains one network, from its folder's last checkpoint where there is one.
    pub(super) fn train(
        &self,
        case: Case,
        step: f64,
        repeat: usize,
        run: Run,
    ) -> Result<(History, RunEnd), StudyError> {
        let seeds = self.config.repeat_seeds(repeat);
        let weights = &mut ChaCha8Rng::seed_from_u64(seeds.weights);
        let device = &self.device.clone().autodiff();
        let Case {
            alpha,
            width,
            depth,
        } = case;
        let plan = Plan {
            config: self.config,
            device: &self.device,
            order: seeds.order,
            step,
        };
        match (&self.samples, self.config.task) {
            (
                Samples::Images {
                    split,
                    shape: [channels, rows, columns],
                    classes,
                },
                Task::Images { network, .. },
            ) => match network {
                ImageNetwork::Mlp { input_map } => {
                    let network =
                        OverparamMlpConfig::new(channels * rows * columns, width, *classes)
                            .with_depth(depth)
                            .with_alpha(alpha)
                            .with_input_map(input_map)
                            .try_init_with(device, weights)?;
                    let split = split.map(|batch| LabeledBatch {
                        features: network.valid().embed(batch.features.clone()),
                        targets: batch.targets.clone(),
                    });
                    plan.classify(EmbeddedMlp::from(network), split, EVALUATION_BATCH, run)
                }
                ImageNetwork::Cnn => {
                    let network =
                        OverparamCnnConfig::new(*channels, [*rows, *columns], width, *classes)
                            .with_convolutions(depth)
                            .with_alpha(alpha)
                            .try_init_with(device, weights)?;
                    plan.classify(network, split.clone(), SMALL_EVALUATION_BATCH, run)
                }
            },
            (
                Samples::Texts { split, vocabulary },
                Task::Reviews {
                    network, length, ..
                },
            ) => match network {
                TextNetwork::Rnn => {
                    let network = OverparamRnnConfig::new(*vocabulary, width, CLASSES)
                        .with_layers(depth)
                        .with_alpha(alpha)
                        .try_init_with(device, weights)?;
                    plan.classify(network, split.clone(), SMALL_EVALUATION_BATCH, run)
                }
                TextNetwork::Transformer { heads } => {
                    let network = OverparamTransformerConfig::new(*vocabulary, width, CLASSES)
                        .with_depth(depth)
                        .with_heads(heads)
                        .with_max_length(length)
                        .with_alpha(alpha)
                        .try_init_with(device, weights)?;
                    plan.classify(network, split.clone(), SMALL_EVALUATION_BATCH, run)
                }
            },
            (
                Samples::Rows { split, .. },
                Task::Regression {
                    input_map, loss, ..
                },
            ) => {
                let [_, inputs] = split.train.features.dims();
                let [_, outputs] = split.train.targets.dims();
                let network = OverparamMlpConfig::new(inputs, width, outputs)
                    .with_depth(depth)
                    .with_alpha(alpha)
                    .with_input_map(input_map)
                    .try_init_with(device, weights)?;
                let split = split.map(|batch| LabeledBatch {
                    features: network.valid().embed(batch.features.clone()),
                    targets: batch.targets.clone(),
                });
                let regressor = MlpRegressor::new(network).on_embedded_rows();
                let regressor = match loss {
                    RegressionLossKind::Squared => regressor,
                    RegressionLossKind::Reweighted { temperature } => {
                        regressor.with_loss(ReweightedLossConfig::new(temperature).init())
                    }
                };
                plan.regress(regressor, split, run)
            }
            _ => Err(StudyData::wrong_kind(&self.config.task)),
        }
    }
}

/// Classes of reviews: bad and good.
const CLASSES: usize = 2;

/// What a training needs beside its model and samples.
struct Plan<'a> {
    config: &'a AlphaStudyConfig,
    device: &'a Device,
    order: u64,
    step: f64,
}

type Loaders<T> = (
    Arc<dyn DataLoader<T>>,
    Arc<dyn DataLoader<EvaluationBatch<T>>>,
);

impl Plan<'_> {
    fn classify<N: ClassifierNetwork>(
        &self,
        network: N,
        split: Split<LabeledBatch<N::Input, Tensor<1, Int>>>,
        evaluation_batch: usize,
        run: Run,
    ) -> Result<(History, RunEnd), StudyError>
    where
        N::Input: RowBatch,
    {
        let test_loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Test, "Test loss");
        let outcome = self.with_patience(run, &test_loss).launch(
            self.learner(Classifier::new(network)),
            |first_epoch| self.loaders(split, evaluation_batch, first_epoch),
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

    fn regress(
        &self,
        regressor: MlpRegressor,
        split: Split<LabeledBatch<Tensor<2>, Tensor<2>>>,
        run: Run,
    ) -> Result<(History, RunEnd), StudyError> {
        let test_loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Test, "Test loss");
        let outcome = self.with_patience(run, &test_loss).launch(
            self.learner(regressor),
            |first_epoch| self.loaders(split, EVALUATION_BATCH, first_epoch),
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
        split: Split<T>,
        evaluation_batch: usize,
        first_epoch: usize,
    ) -> Loaders<T> {
        let in_order = |rows: TensorRows<T>| {
            DataLoaderBuilder::new(rows.clone())
                .batch_size(evaluation_batch)
                .build(rows)
        };
        let Split { train, test } = split;
        let rows = TensorRows::new(train.clone());
        let steps: Arc<dyn DataLoader<T>> = match self.config.optimiser {
            Optimiser::Gd => Arc::new(FullBatchLoader::new(train, self.config.steps_per_epoch)),
            Optimiser::Sgd { batch } => Arc::new(EpochDataLoader::new(
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

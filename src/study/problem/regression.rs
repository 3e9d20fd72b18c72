use burn::{module::Module, tensor::Device};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{
    DrawnProblem, Prediction, Problem, ProblemDescription, SampleRngs, Training,
    closed_form::ClosedForms, enough, networks::mlp_cost, settings,
};
use crate::{
    data::{
        LabeledBatch, Loaded, Provenance, RegressionBatch, RegressionSet, Splits, Standardizer,
        SyntheticFunction,
    },
    overparam::{InputMap, OverparamMlpConfig, loss::ReweightedLossConfig},
    study::{AlphaStudyConfig, Case, StudyError},
    train::{History, MlpRegressor, RunEnd},
};

/// A loss of regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "loss")]
pub enum RegressionLossKind {
    /// The sum of squared errors.
    #[default]
    Squared,
    /// [`ReweightedLoss`](crate::overparam::loss::ReweightedLoss).
    Reweighted {
        /// Its temperature.
        temperature: f64,
    },
}

/// Rows of numbers, learned by fully connected networks.
///
/// Training and test rows are drawn at random; features and targets are standardized by the training
/// rows.
#[derive(Clone, Debug)]
pub struct TableProblem {
    /// The rows.
    pub table: Loaded<RegressionSet>,
    /// How rows enter the networks.
    pub input_map: InputMap,
    /// What gradient descent minimizes.
    pub loss: RegressionLossKind,
}

/// The synthetic function of Guo, Li and Lerman (arXiv 2402.11942), learned by fully connected
/// networks; every study samples it itself.
#[derive(Clone, Debug)]
pub struct FunctionProblem {
    function: SyntheticFunction,
    provenance: Provenance,
    input_map: InputMap,
    loss: RegressionLossKind,
}

impl FunctionProblem {
    /// Creates a problem from a function, the input map of the networks and the loss that gradient
    /// descent minimizes.
    pub fn new(function: SyntheticFunction, input_map: InputMap, loss: RegressionLossKind) -> Self {
        Self {
            provenance: function.provenance(),
            function,
            input_map,
            loss,
        }
    }
}

impl RegressionLossKind {
    fn check(self) -> Result<(), StudyError> {
        match self {
            Self::Reweighted { temperature } if !(temperature.is_finite() && temperature > 0.0) => {
                Err(StudyError::setting(
                    "temperature",
                    temperature,
                    "a finite number above 0",
                ))
            }
            _ => Ok(()),
        }
    }
}

fn description(input_map: InputMap, loss: RegressionLossKind) -> ProblemDescription {
    ProblemDescription {
        settings: settings(&("mlp", input_map, loss)),
        samples: "rows".into(),
        loss: "mean squared error".into(),
        classification: false,
        stable_step: true,
    }
}

impl Problem for TableProblem {
    fn provenance(&self) -> &Provenance {
        &self.table.provenance
    }

    fn notice(&self) -> Option<&str> {
        self.table.notice.as_deref()
    }

    fn description(&self) -> ProblemDescription {
        description(self.input_map, self.loss)
    }

    /// Rows that are not for training can be for testing.
    fn available(&self) -> Splits<usize> {
        let [train, test] = [self.table.data.len(); 2];
        Splits { train, test }
    }

    fn check(&self, config: &AlphaStudyConfig) -> Result<(), StudyError> {
        self.loss.check()?;
        let train = self.table.data.len();
        let test = train.saturating_sub(config.samples);
        enough(self.provenance(), Splits { train, test }, config)
    }

    fn draw(
        &self,
        config: &AlphaStudyConfig,
        rngs: &mut SampleRngs,
        device: &Device,
    ) -> Result<Box<dyn DrawnProblem + '_>, StudyError> {
        let [train, test] = [config.samples, config.test_samples];
        let (train, test) = (self.table.data).random_split(train, test, &mut rngs.train)?;
        let standardizer = Standardizer::fit(&train)?;
        let rows = Splits {
            train: standardizer.apply(&train)?,
            test: standardizer.apply(&test)?,
        };
        let drawn = DrawnRegression::new(config, rows, self.input_map, self.loss, device)?;
        Ok(Box::new(drawn))
    }

    fn cost(&self, case: Case) -> f64 {
        mlp_cost(case)
    }
}

impl Problem for FunctionProblem {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn description(&self) -> ProblemDescription {
        description(self.input_map, self.loss)
    }

    /// Unlimited, since the function is sampled.
    fn available(&self) -> Splits<usize> {
        let [train, test] = [usize::MAX; 2];
        Splits { train, test }
    }

    fn check(&self, _: &AlphaStudyConfig) -> Result<(), StudyError> {
        self.loss.check()
    }

    fn draw(
        &self,
        config: &AlphaStudyConfig,
        rngs: &mut SampleRngs,
        device: &Device,
    ) -> Result<Box<dyn DrawnProblem + '_>, StudyError> {
        let rows = Splits {
            train: self.function.sample(config.samples, &mut rngs.train),
            test: self.function.sample(config.test_samples, &mut rngs.test),
        };
        let drawn = DrawnRegression::new(config, rows, self.input_map, self.loss, device)?;
        Ok(Box::new(drawn))
    }

    fn cost(&self, case: Case) -> f64 {
        mlp_cost(case)
    }
}

/// Rows on a device, with the closed form of their squared error if it is not too large.
struct DrawnRegression {
    splits: Splits<RegressionBatch>,
    closed: Option<ClosedForms>,
    input_map: InputMap,
    loss: RegressionLossKind,
}

impl DrawnRegression {
    fn new(
        config: &AlphaStudyConfig,
        rows: Splits<RegressionSet>,
        input_map: InputMap,
        loss: RegressionLossKind,
        device: &Device,
    ) -> Result<Self, StudyError> {
        let splits = rows.map(|set| LabeledBatch {
            features: set.feature_tensor(device),
            targets: set.target_tensor(device),
        });
        Ok(Self {
            splits,
            closed: ClosedForms::new(config, &rows, input_map, loss)
                .map_err(StudyError::InfiniteWidth)?,
            input_map,
            loss,
        })
    }
}

impl DrawnProblem for DrawnRegression {
    fn train(
        &self,
        case: Case,
        weights: &mut ChaCha8Rng,
        training: Training<'_>,
    ) -> Result<(History, RunEnd), StudyError> {
        let [_, inputs] = self.splits.train.features.dims();
        let [_, outputs] = self.splits.train.targets.dims();
        let network = OverparamMlpConfig::new(inputs, case.width, outputs)
            .with_depth(case.depth)
            .with_alpha(case.alpha)
            .with_input_map(self.input_map)
            .try_init_with(&training.device(), weights)?;
        let splits = self.splits.map(|batch| LabeledBatch {
            features: network.valid().embed(batch.features.clone()),
            targets: batch.targets.clone(),
        });
        let regressor = MlpRegressor::new(network).on_embedded_rows();
        let regressor = match self.loss {
            RegressionLossKind::Squared => regressor,
            RegressionLossKind::Reweighted { temperature } => {
                regressor.with_loss(ReweightedLossConfig::new(temperature).init())
            }
        };
        training.regress(regressor, splits)
    }

    fn largest_stable_step(&self, case: Case) -> Result<Option<f64>, StudyError> {
        let closed = self.closed.as_ref();
        closed
            .map(|closed| {
                closed
                    .largest_stable_step(case)
                    .map_err(StudyError::InfiniteWidth)
            })
            .transpose()
    }

    fn predict(
        &self,
        config: &AlphaStudyConfig,
        case: Case,
        step: f64,
    ) -> Result<Option<Prediction>, StudyError> {
        match (&self.closed, self.loss) {
            (Some(closed), RegressionLossKind::Squared) => closed
                .predict(config, case, step)
                .map_err(StudyError::InfiniteWidth),
            _ => Ok(None),
        }
    }
}

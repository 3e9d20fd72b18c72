use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
    train::{InferenceStep, RegressionOutput, TrainOutput, TrainStep},
};

use super::{EvaluationBatch, EvaluationOutput};
use crate::{
    data::RegressionBatch,
    overparam::{
        OverparamMlp,
        loss::{ReweightedLoss, SumSquaredLoss},
    },
};

/// Loss of a regression; each is a **sum** over the batch.
#[derive(Module, Debug)]
pub enum RegressionLoss {
    /// `Σ_i ‖y_i − ŷ_i‖²`.
    SumSquared(SumSquaredLoss),
    /// `Σ_i exp(‖y_i − ŷ_i‖²/τ)`.
    Reweighted(ReweightedLoss),
}

impl RegressionLoss {
    /// Computes the loss of a batch, given `‖y_i − ŷ_i‖²` of each sample.
    ///
    /// # Shapes
    /// - squared_errors: `[batch]`
    /// - output: `[1]`
    pub fn of_squared_errors(&self, squared_errors: Tensor<1>) -> Tensor<1> {
        match self {
            Self::SumSquared(_) => squared_errors.sum(),
            Self::Reweighted(loss) => loss.reweight(squared_errors).sum(),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::SumSquared(_) => "sum of squared errors".into(),
            Self::Reweighted(loss) => {
                format!("sum of exp(squared error / {})", loss.temperature())
            }
        }
    }
}

impl Default for RegressionLoss {
    fn default() -> Self {
        Self::SumSquared(SumSquaredLoss::new())
    }
}

impl From<ReweightedLoss> for RegressionLoss {
    fn from(loss: ReweightedLoss) -> Self {
        Self::Reweighted(loss)
    }
}

/// An [`OverparamMlp`] with a [`RegressionLoss`], ready for Burn's `Learner`.
///
/// Gradients are those of the **sum** over the batch, as in Guo, Li and Lerman (2024). Metrics get
/// the squared error of each sample for every loss, so a `LossMetric` shows `1/n Σ_i ‖y_i − ŷ_i‖²`.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct MlpRegressor {
    /// The network.
    pub network: OverparamMlp,
    /// The training loss.
    pub loss: RegressionLoss,
    /// Whether batches hold `h_0 = A x` instead of x.
    #[module(skip)]
    embedded: bool,
}

impl MlpRegressor {
    /// Creates a regressor that is trained on the sum of squared errors.
    pub fn new(network: OverparamMlp) -> Self {
        Self {
            network,
            loss: RegressionLoss::default(),
            embedded: false,
        }
    }

    /// Sets another loss.
    pub fn with_loss(mut self, loss: impl Into<RegressionLoss>) -> Self {
        self.loss = loss.into();
        self
    }

    /// Expects batches of [`OverparamMlp::embed`]ded rows. A never changes, so embedding a data set
    /// once saves a matrix product per step.
    pub fn on_embedded_rows(mut self) -> Self {
        self.embedded = true;
        self
    }

    fn predict(&self, batch: RegressionBatch) -> RegressionOutput {
        let predictions = match self.embedded {
            true => self.network.forward_embedded(batch.features),
            false => self.network.forward(batch.features),
        };
        let squared_errors =
            SumSquaredLoss::new().forward_no_reduction(predictions.clone(), batch.targets.clone());
        RegressionOutput::new(squared_errors, predictions, batch.targets)
    }
}

impl TrainStep for MlpRegressor {
    type Input = RegressionBatch;
    type Output = RegressionOutput;

    fn step(&self, batch: RegressionBatch) -> TrainOutput<RegressionOutput> {
        let output = self.predict(batch);
        let loss = self.loss.of_squared_errors(output.loss.clone());
        TrainOutput::new(self, loss.backward(), output)
    }
}

impl InferenceStep for MlpRegressor {
    type Input = EvaluationBatch<RegressionBatch>;
    type Output = EvaluationOutput<RegressionOutput>;

    fn step(&self, input: EvaluationBatch<RegressionBatch>) -> EvaluationOutput<RegressionOutput> {
        EvaluationOutput {
            output: self.predict(input.batch),
            split: input.split,
        }
    }
}

impl ModuleDisplay for MlpRegressor {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("network", &self.network)
            .add("loss", &self.loss.name())
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "mlp_regressor_tests.rs"]
mod tests;

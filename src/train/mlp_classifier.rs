use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::{Int, Tensor},
    train::{ClassificationOutput, InferenceStep, TrainOutput, TrainStep},
};

use super::{EvaluationBatch, EvaluationOutput};
use crate::{
    data::ClassificationBatch,
    overparam::{OverparamMlp, loss::CrossEntropySumLoss},
};

/// An [`OverparamMlp`] with summed cross-entropy, ready for Burn's `Learner`.
///
/// Gradients are those of the **sum** over the batch, as in chapter 2; metrics get the loss of
/// each sample, so they show means.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct MlpClassifier {
    /// The network.
    pub network: OverparamMlp,
    loss: CrossEntropySumLoss,
    /// Whether batches hold `h_0 = A x` instead of x.
    #[module(skip)]
    embedded: bool,
}

impl MlpClassifier {
    /// Classifies rows x.
    pub fn new(network: OverparamMlp) -> Self {
        Self {
            network,
            loss: CrossEntropySumLoss::new(),
            embedded: false,
        }
    }

    /// Expects batches of [`OverparamMlp::embed`]ded rows; A never changes, so embedding a data
    /// set once saves a matrix product in each step.
    pub fn on_embedded_rows(mut self) -> Self {
        self.embedded = true;
        self
    }

    fn classify(&self, batch: ClassificationBatch) -> ClassificationOutput {
        let logits = outputs(&self.network, batch.features, self.embedded);
        let loss = self.per_sample(logits.clone(), batch.targets.clone());
        ClassificationOutput::new(loss, logits, batch.targets)
    }

    fn per_sample(&self, logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        self.loss.forward_no_reduction(logits, targets)
    }
}

/// ŷ of rows x, or of rows `h_0 = A x`.
pub(super) fn outputs(network: &OverparamMlp, rows: Tensor<2>, embedded: bool) -> Tensor<2> {
    if embedded {
        network.forward_embedded(rows)
    } else {
        network.forward(rows)
    }
}

impl TrainStep for MlpClassifier {
    type Input = ClassificationBatch;
    type Output = ClassificationOutput;

    fn step(&self, batch: ClassificationBatch) -> TrainOutput<ClassificationOutput> {
        let output = self.classify(batch);
        let grads = output.loss.clone().sum().backward();
        TrainOutput::new(self, grads, output)
    }
}

impl InferenceStep for MlpClassifier {
    type Input = EvaluationBatch<ClassificationBatch>;
    type Output = EvaluationOutput;

    fn step(&self, input: EvaluationBatch<ClassificationBatch>) -> EvaluationOutput {
        EvaluationOutput {
            output: self.classify(input.batch),
            split: input.split,
        }
    }
}

impl ModuleDisplay for MlpClassifier {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("network", &self.network)
            .add("loss", &"sum of cross-entropies".to_owned())
            .optional()
    }
}

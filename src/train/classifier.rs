use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::{Int, Tensor},
    train::{ClassificationOutput, InferenceStep, TrainOutput, TrainStep},
};

use super::{EvaluationBatch, EvaluationOutput};
use crate::{
    data::LabeledBatch,
    overparam::{ClassifierNetwork, loss::CrossEntropySumLoss},
};

/// A [`ClassifierNetwork`] with summed cross-entropy, ready for Burn's `Learner`.
///
/// Gradients are those of the **sum** over the batch, as in Guo, Li and Lerman (2024). Metrics get
/// the loss of each sample, so they show means.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Classifier<N: ClassifierNetwork> {
    /// The network.
    pub network: N,
    loss: CrossEntropySumLoss,
}

impl<N: ClassifierNetwork> Classifier<N> {
    /// Creates a classifier from a network.
    pub fn new(network: N) -> Self {
        Self {
            network,
            loss: CrossEntropySumLoss::new(),
        }
    }

    fn classify(&self, batch: LabeledBatch<N::Input, Tensor<1, Int>>) -> ClassificationOutput {
        let logits = self.network.logits(batch.features);
        let loss = self
            .loss
            .forward_no_reduction(logits.clone(), batch.targets.clone());
        ClassificationOutput::new(loss, logits, batch.targets)
    }
}

impl<N: ClassifierNetwork> TrainStep for Classifier<N> {
    type Input = LabeledBatch<N::Input, Tensor<1, Int>>;
    type Output = ClassificationOutput;

    fn step(&self, batch: Self::Input) -> TrainOutput<ClassificationOutput> {
        let output = self.classify(batch);
        let grads = output.loss.clone().sum().backward();
        TrainOutput::new(self, grads, output)
    }
}

impl<N: ClassifierNetwork> InferenceStep for Classifier<N> {
    type Input = EvaluationBatch<LabeledBatch<N::Input, Tensor<1, Int>>>;
    type Output = EvaluationOutput;

    fn step(&self, input: Self::Input) -> EvaluationOutput {
        EvaluationOutput {
            output: self.classify(input.batch),
            split: input.split,
        }
    }
}

impl<N: ClassifierNetwork> ModuleDisplay for Classifier<N> {
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

use rand::rngs::ChaCha8Rng;

use super::{
    DrawnProblem, Training,
    networks::{ClassBatch, Inputs, NetworkFamily},
};
use crate::{
    data::{LabeledBatch, Splits},
    study::{Case, StudyError},
    train::{History, RunEnd},
};

/// Samples with classes, and the networks that learn them.
pub(super) struct DrawnClassification<'a, F: NetworkFamily> {
    family: &'a F,
    inputs: F::Inputs,
    splits: Splits<ClassBatch<<F::Inputs as Inputs>::Batch>>,
}

impl<'a, F: NetworkFamily> DrawnClassification<'a, F> {
    pub(super) fn new(
        family: &'a F,
        inputs: F::Inputs,
        splits: Splits<ClassBatch<<F::Inputs as Inputs>::Batch>>,
    ) -> Self {
        let (splits, inputs) = family.prepare(splits, inputs);
        Self {
            family,
            inputs,
            splits,
        }
    }
}

impl<F: NetworkFamily> DrawnProblem for DrawnClassification<'_, F> {
    fn train(
        &self,
        case: Case,
        weights: &mut ChaCha8Rng,
        training: Training<'_>,
    ) -> Result<(History, RunEnd), StudyError> {
        let device = training.device();
        let network = self.family.init(&self.inputs, case, &device, weights)?;
        let splits = self.splits.map(|batch| LabeledBatch {
            features: self.family.embed(&network, batch.features.clone()),
            targets: batch.targets.clone(),
        });
        training.classify(network, splits, self.family.evaluation_batch())
    }
}

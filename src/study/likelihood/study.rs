use std::{path::Path, sync::Arc};

use burn::{data::dataloader::DataLoader, module::Module, tensor::Device, train::Learner};
use serde::{Deserialize, Serialize};

use super::output::write_curves;
use crate::{
    data::Provenance,
    device::DeviceSpec,
    generative::likelihood::{SamplingOptions, TypedGraph, UnpoolingModel, UnpoolingModelConfig},
    study::{
        ModelSettings, ModelStudy, StudyEnd, StudyError,
        model::{Identity, Training},
    },
    train::{
        BestEpoch, EpochDisplay, EpochEndLoader, SharedJudge, StopHandle,
        likelihood::{LikelihoodConfig, LikelihoodLoader, LikelihoodTrainer},
        streams::{WEIGHTS, stream},
    },
};

/// Training data of a distribution, and evaluation of its samples.
pub trait LikelihoodTask {
    /// Returns the source of the data.
    fn provenance(&self) -> &Provenance;

    /// Returns a digest of the training and held-out graphs; a training can only be resumed with
    /// the same ones.
    fn digest(&self) -> String;

    /// Returns the training graphs.
    fn training(&self) -> Arc<Vec<TypedGraph>>;

    /// Returns the graphs whose −log probability is measured after every epoch.
    fn held_out(&self) -> Arc<Vec<TypedGraph>>;

    /// Returns the evaluation of samples of this size after every epoch; `None` for no evaluation.
    fn judge(&self, sample_size: usize) -> Option<SharedJudge>;
}

/// Configuration of a [`LikelihoodStudy`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LikelihoodStudyConfig {
    /// The model.
    pub model: UnpoolingModelConfig,
    /// The training settings.
    pub training: LikelihoodConfig,
    /// Maximum number of epochs that the steps are divided into; each ends with a score and a
    /// checkpoint.
    pub epochs: usize,
    /// Number of graphs that are sampled and evaluated after every epoch; 0 for none.
    pub judged: usize,
    /// Sampling options.
    pub sampling: SamplingOptions,
    /// Seed of weights, order of data, chains and samples.
    pub seed: u64,
    /// Device to compute on.
    pub device: DeviceSpec,
}

impl ModelSettings for LikelihoodStudyConfig {
    fn validate(&self) -> Result<(), StudyError> {
        let training = &self.training;
        training.validate()?;
        self.model.validate()?;
        self.sampling.validate()?;
        if self.epochs == 0 || self.epochs > training.steps {
            return Err(StudyError::setting(
                "epochs",
                self.epochs,
                "at least 1, and at most the number of steps",
            ));
        }
        Ok(())
    }

    /// Returns the number of epochs with at least one step: 15 steps in at most 10 epochs are 8
    /// epochs, of 2 steps and a last one of 1.
    fn epoch_count(&self) -> usize {
        self.training.steps.div_ceil(self.steps_per_epoch())
    }
}

impl LikelihoodStudyConfig {
    /// Returns the number of steps in an epoch; the last may have fewer.
    pub fn steps_per_epoch(&self) -> usize {
        self.training.steps.div_ceil(self.epochs)
    }
}

/// Maximum likelihood training in a folder, see [`ModelStudy`].
///
/// The best epoch has the lowest −log probability of held-out graphs; without any, it is the last
/// one.
pub type LikelihoodStudy = ModelStudy<LikelihoodStudyConfig>;

fn identity(task: &impl LikelihoodTask, selection: serde_json::Value) -> Identity {
    Identity {
        provenance: task.provenance().clone(),
        digest: task.digest(),
        selection,
        kinds: String::new(),
        goal: None,
    }
}

impl ModelStudy<LikelihoodStudyConfig> {
    /// Creates a study in a folder, which is created if it does not exist. `selection` describes
    /// how the data were selected, so that they can be found again when the training is resumed.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range, if a graph does not fit the model, or if the
    /// folder cannot be written or already contains a study.
    pub fn create(
        directory: &Path,
        config: LikelihoodStudyConfig,
        selection: &impl Serialize,
        task: &impl LikelihoodTask,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        // Checked before anything is written, so that invalid settings leave no folder behind.
        let device = config.device.open()?;
        let trainer = trainer(&config, &device)?;
        for (name, graphs) in [
            ("training data", task.training()),
            ("held-out", task.held_out()),
        ] {
            trainer.model.check(&graphs).map_err(|error| {
                StudyError::setting(
                    name,
                    error,
                    "connected graphs with the categories of the model",
                )
            })?;
        }
        if task.training().is_empty() {
            return Err(StudyError::setting(
                "training data",
                &task.provenance().title,
                "at least one graph",
            ));
        }
        let selection = serde_json::to_value(selection).map_err(|error| {
            StudyError::setting("selection", error, "a value that can be written as JSON")
        })?;
        Self::begin(directory, config, identity(task, selection))
    }

    /// Trains to the last epoch, or until stopped.
    ///
    /// # Errors
    /// Returns an error if the data are not those of the study, or if a file cannot be written.
    /// [`StudyError::NonFinite`] reports the step and the last good checkpoint. Complete epochs are
    /// on disk.
    pub fn run(
        &self,
        task: &impl LikelihoodTask,
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<StudyEnd, StudyError> {
        self.check(task)?;
        let config = self.config();
        let device = config.device.open()?;
        let mut trainer = trainer(config, &device)?.with_held_out(task.held_out());
        let mut judged = Vec::new();
        if !task.held_out().is_empty() {
            judged.push((LikelihoodTrainer::NLL.to_owned(), false));
        }
        if let Some(judge) = task.judge(config.judged).filter(|_| config.judged > 0) {
            judged.extend(judge.0.metrics());
            trainer = trainer.with_judge(judge, config.sampling.clone());
        }
        let graphs = task.training();
        let loaders = |first_epoch| {
            let seed = config.seed;
            let steps = LikelihoodLoader::new(
                graphs,
                &config.model,
                config.training.batch_size,
                [config.steps_per_epoch(), config.training.steps],
                seed,
                first_epoch,
            );
            (
                Arc::new(steps) as Arc<dyn DataLoader<_>>,
                Arc::new(EpochEndLoader { seed }) as Arc<dyn DataLoader<_>>,
            )
        };
        let rates = config.training.rates();
        let rates = rates.map_err(|reason| {
            StudyError::setting(
                "learning_rate",
                format!("{} ({reason})", config.training.learning_rate),
                "a step size",
            )
        })?;
        let watch = trainer.watch().clone();
        let training = Training {
            learner: Learner::new(trainer, config.training.optimizer(), rates),
            watch,
            steps: vec![LikelihoodTrainer::TRAINING_METRICS[0]],
            judged,
            shown: None,
            best: best(),
        };
        let end = self.train(training, loaders, stop, display)?;
        write_curves(self.directory(), &self.provenance().title, &end.history)?;
        let last = (!end.history.is_empty()).then_some(end.history.len());
        Ok(StudyEnd {
            best: end.best.or(last),
            ..end
        })
    }

    /// Returns the average of the weights at the best epoch.
    ///
    /// # Errors
    /// Returns an error if no epoch is complete, or its checkpoint cannot be read.
    pub fn model(&self, device: &Device) -> Result<UnpoolingModel, StudyError> {
        let record = self.best_record(&best())?;
        let trainer = trainer(self.config(), device)?.load_record(record);
        Ok(trainer.average.valid())
    }

    /// Checks that the data are those of the study.
    ///
    /// # Errors
    /// Returns an error if they differ.
    pub fn check(&self, task: &impl LikelihoodTask) -> Result<(), StudyError> {
        self.check_identity(&identity(task, serde_json::Value::Null))
    }
}

fn best() -> BestEpoch {
    BestEpoch::new(LikelihoodTrainer::NLL.to_lowercase(), false)
}

fn trainer(
    config: &LikelihoodStudyConfig,
    device: &Device,
) -> Result<LikelihoodTrainer, StudyError> {
    let mut rng = stream(config.seed, WEIGHTS);
    let device = device.clone().autodiff();
    Ok(LikelihoodTrainer::try_init(
        &config.model,
        &config.training,
        &device,
        &mut rng,
    )?)
}

use std::{path::Path, sync::Arc};

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    optim::{
        ModuleOptimizer,
        lr_scheduler::{
            linear::LinearLrSchedulerConfig, module_lr_scheduler::ModuleLrSchedulerConfig,
        },
    },
    tensor::Device,
    train::Learner,
};
use serde::{Deserialize, Serialize};

use crate::{
    device::DeviceSpec,
    generative::{
        StoredGraphs,
        vae::{Vae, VaeConfig},
    },
    study::{
        GraphTask, ModelSettings, ModelStudy, StudyEnd, StudyError, curves::write_curves,
        model::Training, task::identity,
    },
    train::{
        EpochDisplay, EpochEndLoader, PlainAdam, StopHandle,
        streams::{WEIGHTS, stream},
        vae::{VaeExamples, VaeLoader, VaeTrainer, VaeTrainingConfig},
    },
};

/// Configuration of a [`VaeStudy`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VaeStudyConfig {
    /// The model.
    pub model: VaeConfig,
    /// The training settings.
    pub training: VaeTrainingConfig,
    /// Number of epochs that the steps are divided into; each ends with an evaluated sample and a
    /// checkpoint.
    pub epochs: usize,
    /// Number of graphs that are sampled and evaluated after every epoch.
    pub judged: usize,
    /// Seed of weights, order of data, and all draws.
    pub seed: u64,
    /// Device to compute on.
    pub device: DeviceSpec,
}

impl VaeStudyConfig {
    fn steps_per_epoch(&self) -> usize {
        self.training.steps.div_ceil(self.epochs.max(1))
    }
}

impl ModelSettings for VaeStudyConfig {
    fn validate(&self) -> Result<(), StudyError> {
        self.training.validate()?;
        if self.epochs == 0 || self.epochs > self.training.steps {
            let expected = "at least 1, and at most the number of steps";
            return Err(StudyError::setting("epochs", self.epochs, expected));
        }
        if self.judged == 0 {
            return Err(StudyError::setting("judged", self.judged, "at least 1"));
        }
        Ok(())
    }

    fn epoch_count(&self) -> usize {
        self.training.steps.div_ceil(self.steps_per_epoch())
    }
}

/// Training of a variational autoencoder in a folder, see [`ModelStudy`].
pub type VaeStudy = ModelStudy<VaeStudyConfig>;

impl ModelStudy<VaeStudyConfig> {
    /// Creates a study in a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range, if the decoder can generate none of the
    /// graphs, or if the folder cannot be written or already contains a study.
    pub fn create(
        directory: &Path,
        config: VaeStudyConfig,
        task: &impl GraphTask,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        // Checked before anything is written, so that invalid settings leave no folder behind.
        let device = config.device.open()?;
        learner(&config, trainer(&config, &device)?)?;
        Self::begin(directory, config, identity(task))
    }

    /// Trains to the last epoch, or until stopped.
    ///
    /// # Errors
    /// Returns an error if the data are not those of the study, if the decoder can generate none of
    /// the graphs, or if a file cannot be written. [`StudyError::NonFinite`] reports the step and
    /// the last good checkpoint. Complete epochs are on disk.
    pub fn run(
        &self,
        task: &impl GraphTask,
        [training, held_out]: [Arc<VaeExamples>; 2],
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<StudyEnd, StudyError> {
        self.check_identity(&identity(task))?;
        let config = self.config();
        let device = config.device.open()?;
        if training.is_empty() {
            return Err(StudyError::setting(
                "training data",
                &task.provenance().title,
                "at least one graph that the decoder can generate",
            ));
        }
        let judge = task.judge(config.judged);
        let mut judged = Vec::new();
        if !held_out.is_empty() {
            judged.push((VaeTrainer::RECONSTRUCTED.to_owned(), true));
        }
        judged.extend(judge.0.metrics());
        let trainer = trainer(config, &device)?
            .with_training(training.clone())
            .with_held_out(held_out)
            .with_judge(judge);
        let loaders = |first_epoch| {
            let seed = config.seed;
            let size = config.training.batch_size;
            let steps = [config.steps_per_epoch(), config.training.steps];
            let steps = VaeLoader::new(training, size, steps, seed, first_epoch, &device);
            (
                Arc::new(steps) as Arc<dyn DataLoader<_>>,
                Arc::new(EpochEndLoader { seed }) as Arc<dyn DataLoader<_>>,
            )
        };
        let end = self.train(
            Training {
                watch: trainer.watch().clone(),
                learner: learner(config, trainer)?,
                steps: VaeTrainer::STEP_METRICS.to_vec(),
                judged,
                shown: Some(4),
                best: task.best(),
            },
            loaders,
            stop,
            display,
        )?;
        write_curves(
            self.directory(),
            "Training of a variational autoencoder",
            &self.provenance().title,
            &end.history,
        )?;
        Ok(end)
    }

    /// Returns the model that samples are drawn from, at the best epoch, or at the last one if none
    /// is the best. Its prior is fitted to `training`.
    ///
    /// # Errors
    /// Returns an error if no epoch is complete, or its checkpoint cannot be read.
    pub fn sampler(
        &self,
        task: &impl GraphTask,
        training: &VaeExamples,
        device: &Device,
    ) -> Result<Vae, StudyError> {
        let record = self.best_record(&task.best())?;
        let trainer = trainer(self.config(), device)?.load_record(record);
        Ok(trainer.sampler(training, device))
    }
}

impl VaeStudyConfig {
    /// Finds the choices by which the decoder generates each graph. Graphs that it cannot generate
    /// are left out.
    pub fn examples(&self, graphs: Arc<StoredGraphs>) -> VaeExamples {
        let stages = self.model.decoder.stages.iter();
        let selections: Vec<_> = stages.map(|stage| stage.selection).collect();
        VaeExamples::new(graphs, &selections)
    }
}

fn trainer(config: &VaeStudyConfig, device: &Device) -> Result<VaeTrainer, StudyError> {
    let mut rng = stream(config.seed, WEIGHTS);
    let device = device.clone().autodiff();
    Ok(VaeTrainer::try_init(
        &config.model,
        &config.training,
        &device,
        &mut rng,
    )?)
}

fn learner(
    config: &VaeStudyConfig,
    trainer: VaeTrainer,
) -> Result<Learner<VaeTrainer>, StudyError> {
    let training = &config.training;
    let adam = PlainAdam::new([training.beta_1, training.beta_2], 1e-8);
    let rate = training.learning_rate;
    let falling = LinearLrSchedulerConfig::new(rate, rate * training.final_rate, training.steps);
    let rates = ModuleLrSchedulerConfig::new(falling.into())
        .init()
        .map_err(|reason| {
            StudyError::setting("learning_rate", format!("{rate} ({reason})"), "a step size")
        })?;
    Ok(Learner::new(trainer, ModuleOptimizer::from(adam), rates))
}

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::{
    data::dataloader::DataLoader, module::Module, store::ModuleRecord, tensor::Device,
    train::Learner,
};
use serde::{Deserialize, Serialize};

use super::output::write_curves;
use crate::{
    data::Provenance,
    device::DeviceSpec,
    generative::likelihood::{SamplingOptions, TypedGraph, UnpoolingModel, UnpoolingModelConfig},
    study::{StudyError, folder::Folder},
    train::{
        BestEpoch, CHECKPOINT_DIR, EpochDisplay, HISTORY_FILE, History, Run, RunEnd, RunError,
        ScalarMetric, StopHandle, latest_checkpoint,
        likelihood::{
            EpochEndLoader, LikelihoodConfig, LikelihoodLoader, LikelihoodTrainer, SampleJudge,
        },
        streams::{WEIGHTS, stream},
    },
};

/// What a distribution is trained on, and how its samples are judged.
pub trait LikelihoodTask {
    /// Where the data come from.
    fn provenance(&self) -> &Provenance;

    /// Identifies the training and held-out graphs: a training continues with the same ones only.
    fn digest(&self) -> String;

    /// The graphs to train on.
    fn training(&self) -> Arc<Vec<TypedGraph>>;

    /// The graphs whose −log probability is measured after every epoch.
    fn held_out(&self) -> Arc<Vec<TypedGraph>>;

    /// Judges samples of this size after every epoch; none where nothing is judged.
    fn judge(&self, sample_size: usize) -> Option<Arc<dyn SampleJudge>>;
}

/// Settings of a [`LikelihoodStudy`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LikelihoodStudyConfig {
    /// The model.
    pub model: UnpoolingModelConfig,
    /// The training.
    pub training: LikelihoodConfig,
    /// Epochs that the steps are divided into, at most; each ends with a score and a checkpoint.
    pub epochs: usize,
    /// Graphs that are sampled and judged after every epoch; 0 for none.
    pub judged: usize,
    /// How samples are drawn.
    pub sampling: SamplingOptions,
    /// Seed of weights, order of data, chains and samples.
    pub seed: u64,
    /// Where to compute.
    pub device: DeviceSpec,
}

impl LikelihoodStudyConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`StudyError::Setting`] names the first that is out of range.
    pub fn validate(&self) -> Result<(), StudyError> {
        let training = &self.training;
        training.validate().map_err(|error| StudyError::Setting {
            name: error.name,
            value: error.value,
            expected: error.expected,
        })?;
        self.model.validate()?;
        self.sampling.validate()?;
        if self.epochs == 0 || self.epochs > training.steps {
            return Err(StudyError::Setting {
                name: "epochs",
                value: self.epochs.to_string(),
                expected: "at least 1, and no more than there are steps",
            });
        }
        Ok(())
    }

    /// Steps of an epoch; the last may have fewer.
    pub fn steps_per_epoch(&self) -> usize {
        self.training.steps.div_ceil(self.epochs)
    }

    /// Number of epochs with at least one step: 15 steps in at most 10 epochs are 8 epochs, of 2
    /// steps and a last one of 1.
    pub fn epoch_count(&self) -> usize {
        self.training.steps.div_ceil(self.steps_per_epoch())
    }
}

/// `config.json` of a study's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record<S> {
    /// Version of this crate that began the study.
    version: String,
    provenance: Provenance,
    digest: String,
    selection: S,
    #[serde(flatten)]
    config: LikelihoodStudyConfig,
}

/// Maximum likelihood training in a folder.
///
/// The folder holds `config.json`, `history.csv` (one row per epoch), `checkpoint/` (the last and
/// the best epoch) and at the end `curves.svg` and `.png`. A training that was stopped continues as
/// if it had not been, bit for bit on one CPU device.
///
/// `S` says how the data were selected, so that they can be found again when a training continues.
pub struct LikelihoodStudy<S> {
    folder: Folder,
    record: Record<S>,
}

/// How a study's training ended.
#[derive(Clone, Debug)]
pub struct LikelihoodEnd {
    /// How.
    pub end: RunEnd,
    /// The metrics of the complete epochs.
    pub history: History,
    /// The epoch with the lowest −log probability of held-out graphs, or the last without any;
    /// none where no epoch is complete.
    pub best: Option<usize>,
}

impl<S: Clone + Serialize + for<'a> Deserialize<'a>> LikelihoodStudy<S> {
    /// Begins a study in a folder, which is created where it does not exist.
    ///
    /// # Errors
    /// [`StudyError`]: settings out of range, graphs that the model cannot take, a folder that
    /// cannot be written or has a study.
    pub fn create(
        directory: &Path,
        config: LikelihoodStudyConfig,
        selection: S,
        task: &impl LikelihoodTask,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        // Before anything is written: wrong settings leave no folder behind.
        let device = config.device.open()?;
        let trainer = trainer(&config, &device)?;
        for (name, graphs) in [
            ("training data", task.training()),
            ("held-out", task.held_out()),
        ] {
            trainer
                .model
                .check(&graphs)
                .map_err(|error| StudyError::Setting {
                    name,
                    value: error.to_string(),
                    expected: "connected graphs with the categories of the model",
                })?;
        }
        if task.training().is_empty() {
            return Err(StudyError::Setting {
                name: "training data",
                value: task.provenance().title.clone(),
                expected: "at least one graph",
            });
        }
        let record = Record {
            version: env!("CARGO_PKG_VERSION").into(),
            provenance: task.provenance().clone(),
            digest: task.digest(),
            selection,
            config,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Opens the study of a folder.
    ///
    /// # Errors
    /// [`StudyError`] where there is none, or its settings cannot be read.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record) = Folder::open(directory)?;
        Ok(Self { folder, record })
    }

    /// The settings.
    pub fn config(&self) -> &LikelihoodStudyConfig {
        &self.record.config
    }

    /// How the data were selected.
    pub fn selection(&self) -> &S {
        &self.record.selection
    }

    /// Where the data came from.
    pub fn provenance(&self) -> &Provenance {
        &self.record.provenance
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// Trains to the last epoch, or until asked to stop.
    ///
    /// # Errors
    /// [`StudyError`]; [`StudyError::Diverged`] names the epoch and the last checkpoint where a
    /// number was not finite. Complete epochs are on disk.
    pub fn run(
        &self,
        task: &impl LikelihoodTask,
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<LikelihoodEnd, StudyError> {
        self.check(task)?;
        let _lock = self.folder.lock()?;
        let config = self.config();
        let device = config.device.open()?;
        let mut trainer = trainer(config, &device)?.with_held_out(task.held_out());
        let mut judged = Vec::new();
        if let Some(judge) = task.judge(config.judged).filter(|_| config.judged > 0) {
            judged = judge.metrics();
            trainer = trainer.with_judge(judge, config.sampling.clone());
        }
        let non_finite = trainer.non_finite_handle();
        let run = Run::new(self.directory(), config.epoch_count())
            .with_stop_handle(stop.clone())
            .with_best(self.best())
            .with_display(display);
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
        let rates = rates.map_err(|reason| StudyError::Setting {
            name: "learning_rate",
            value: format!("{} ({reason})", config.training.learning_rate),
            expected: "a step size",
        })?;
        let learner = Learner::new(trainer, config.training.optimizer(), rates);
        let has_held_out = !task.held_out().is_empty();
        let outcome = run.launch(learner, loaders, |mut training| {
            training = training.metric_train_numeric(ScalarMetric::new("Loss", false));
            if has_held_out {
                let nll = ScalarMetric::new(LikelihoodTrainer::NLL, false);
                training = training.metric_valid_numeric(nll);
            }
            for name in judged {
                training = training.metric_valid_numeric(ScalarMetric::new(name, true));
            }
            training
        })?;
        let epoch = match (non_finite(), outcome.end) {
            (Some(step), _) => Some(step.step / config.steps_per_epoch() + 1),
            (None, RunEnd::Diverged { epoch }) => Some(epoch),
            _ => None,
        };
        if let Some(epoch) = epoch {
            let checkpoints = self.directory().join(CHECKPOINT_DIR);
            let last = latest_checkpoint(&checkpoints, outcome.history.len());
            return Err(StudyError::Diverged {
                epoch,
                checkpoint: last.map(|epoch| self.checkpoint(epoch)),
            });
        }
        write_curves(self.directory(), &self.provenance().title, &outcome.history)?;
        Ok(LikelihoodEnd {
            end: outcome.end,
            best: self.best_epoch(&outcome.history),
            history: outcome.history,
        })
    }

    /// The metrics of the complete epochs so far.
    ///
    /// # Errors
    /// [`StudyError`] where the history is damaged.
    pub fn history(&self) -> Result<History, StudyError> {
        let path = self.directory().join(HISTORY_FILE);
        match path.exists() {
            true => Ok(History::read(&path).map_err(RunError::from)?),
            false => Ok(History::default()),
        }
    }

    /// The average of the weights at the best epoch.
    ///
    /// # Errors
    /// [`StudyError`] where no epoch is complete, or its checkpoint cannot be read.
    pub fn model(&self, device: &Device) -> Result<UnpoolingModel, StudyError> {
        let Some(epoch) = self.best_epoch(&self.history()?) else {
            return Err(StudyError::NothingTrained {
                path: self.directory().to_path_buf(),
            });
        };
        let path = self.checkpoint(epoch);
        let record = ModuleRecord::load(&path).map_err(|error| StudyError::Weights {
            path,
            reason: error.to_string(),
        })?;
        let trainer = trainer(self.config(), device)?.load_record(record);
        Ok(trainer.average.valid())
    }

    fn best(&self) -> BestEpoch {
        BestEpoch::new(LikelihoodTrainer::NLL.to_lowercase(), false)
    }

    fn best_epoch(&self, history: &History) -> Option<usize> {
        let best = self.best().find(history, history.len());
        best.or((!history.is_empty()).then_some(history.len()))
    }

    fn checkpoint(&self, epoch: usize) -> PathBuf {
        let name = format!("model-{epoch}.bpk");
        self.directory().join(CHECKPOINT_DIR).join(name)
    }

    /// Checks that data are those that the study was begun on.
    ///
    /// # Errors
    /// [`StudyError::OtherData`] where they are not.
    pub fn check(&self, task: &impl LikelihoodTask) -> Result<(), StudyError> {
        if self.record.digest == task.digest() {
            return Ok(());
        }
        Err(StudyError::OtherData {
            path: self.directory().to_path_buf(),
            begun: self.provenance().title.clone(),
            loaded: match self.provenance().title == task.provenance().title {
                true => format!("{} with other graphs", task.provenance().title),
                false => task.provenance().title.clone(),
            },
        })
    }
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

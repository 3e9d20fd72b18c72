use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::{
    data::dataloader::DataLoader,
    store::ModuleRecord,
    train::{InferenceStep, Learner, LearnerModel, TrainStep, metric::Adaptor},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Identity;
use crate::{
    data::Provenance,
    study::{StudyError, folder::Folder},
    train::{
        BestEpoch, CHECKPOINT_DIR, EpochDisplay, HISTORY_FILE, History, NonFiniteWatch, Run,
        RunEnd, ScalarMetric, Scalars, StopHandle, latest_checkpoint,
    },
};

/// Settings of the training of a generative model, as stored in a folder's `config.json`.
pub trait ModelSettings: Clone + Serialize + DeserializeOwned {
    /// Checks the settings.
    ///
    /// # Errors
    /// Returns an error for the first setting that is out of range.
    fn validate(&self) -> Result<(), StudyError>;

    /// Returns the number of epochs; each ends with a checkpoint.
    fn epoch_count(&self) -> usize;
}

/// `config.json` of a study's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record<C> {
    /// Version of this crate that created the study.
    version: String,
    #[serde(flatten)]
    identity: Identity,
    #[serde(flatten)]
    config: C,
}

/// The training of a generative model in a folder.
///
/// The folder contains `config.json`, `history.csv` (one row per epoch), `checkpoint/` (the last
/// and the best epoch) and, at the end, `curves.svg` and `.png` and the weights. A resumed training
/// gives the same result as an uninterrupted one, bit for bit on one CPU device.
///
/// The settings `C` determine the model and its training.
pub struct ModelStudy<C> {
    folder: Folder,
    record: Record<C>,
}

/// Result of a study's training.
#[derive(Clone, Debug)]
pub struct StudyEnd {
    /// How the training ended.
    pub end: RunEnd,
    /// The metrics of the complete epochs.
    pub history: History,
    /// The epoch with the best samples or held-out score; `None` if no epoch is complete, or none
    /// has a score that [counts](BestEpoch::better_than).
    pub best: Option<usize>,
}

/// A training that is ready to run.
pub(in crate::study) struct Training<M: LearnerModel> {
    pub(in crate::study) learner: Learner<M>,
    pub(in crate::study) watch: NonFiniteWatch,
    /// Metrics of the training phase.
    pub(in crate::study) steps: Vec<&'static str>,
    /// Metrics at the end of an epoch, and whether more is better.
    pub(in crate::study) judged: Vec<(String, bool)>,
    /// Number of the latter metrics that the line of an epoch shows; the history has all.
    pub(in crate::study) shown: Option<usize>,
    pub(in crate::study) best: BestEpoch,
}

type Loaders<M> = (
    Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
);

impl<C: ModelSettings> ModelStudy<C> {
    /// Opens the study of a folder.
    ///
    /// # Errors
    /// Returns an error if there is no study, or its settings are damaged or out of range.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record): (_, Record<C>) = Folder::open(directory)?;
        record.config.validate()?;
        Ok(Self { folder, record })
    }

    /// Returns the settings.
    pub fn config(&self) -> &C {
        &self.record.config
    }

    /// Returns the source of the data of the study.
    pub fn provenance(&self) -> &Provenance {
        &self.record.identity.provenance
    }

    /// Returns how the data were selected.
    ///
    /// # Errors
    /// Returns an error if the folder has the selection of another kind of data.
    pub fn selection<S: DeserializeOwned>(&self) -> Result<S, StudyError> {
        serde_json::from_value(self.record.identity.selection.clone()).map_err(|error| {
            StudyError::NotAStudy {
                path: self.directory().to_path_buf(),
                reason: error.to_string(),
            }
        })
    }

    /// Returns the folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the metrics of the complete epochs so far.
    ///
    /// # Errors
    /// Returns an error if the history is damaged.
    pub fn history(&self) -> Result<History, StudyError> {
        let path = self.directory().join(HISTORY_FILE);
        match path.exists() {
            true => Ok(History::read(&path)?),
            false => Ok(History::default()),
        }
    }

    /// Creates a study in a folder, which is created if it does not exist.
    pub(in crate::study) fn begin(
        directory: &Path,
        config: C,
        identity: Identity,
    ) -> Result<Self, StudyError> {
        let record = Record {
            version: env!("CARGO_PKG_VERSION").into(),
            identity,
            config,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Returns the kinds of nodes and edges of the study.
    pub(in crate::study) fn kinds(&self) -> &str {
        &self.record.identity.kinds
    }

    /// Checks that data, kinds and reward are those of the study.
    pub(in crate::study) fn check_identity(&self, now: &Identity) -> Result<(), StudyError> {
        self.record.identity.check(self.directory(), now)
    }

    /// Returns the record of the model after the best epoch, or the last one if none is the best.
    pub(in crate::study) fn best_record(
        &self,
        best: &BestEpoch,
    ) -> Result<ModuleRecord, StudyError> {
        let history = self.history()?;
        let epoch = best.find(&history, history.len());
        let Some(epoch) = epoch.or((!history.is_empty()).then_some(history.len())) else {
            return Err(StudyError::NothingTrained {
                path: self.directory().to_path_buf(),
            });
        };
        let path = self.checkpoint(epoch);
        ModuleRecord::load(&path).map_err(|error| StudyError::Weights {
            path,
            reason: error.to_string(),
        })
    }

    /// Trains to the last epoch, or until stopped.
    pub(in crate::study) fn train<M>(
        &self,
        training: Training<M>,
        loaders: impl FnOnce(usize) -> Loaders<M>,
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<StudyEnd, StudyError>
    where
        M: LearnerModel,
        <M as TrainStep>::Output: Adaptor<Scalars>,
        <M as InferenceStep>::Output: Adaptor<Scalars>,
    {
        let _lock = self.folder.lock()?;
        let Training {
            learner,
            watch,
            steps,
            judged,
            shown,
            best,
        } = training;
        let names = judged.iter().map(|(name, _)| &**name);
        let shown: Vec<&str> = shown.map_or(Vec::new(), |count| names.take(count).collect());
        let run = Run::new(self.directory(), self.config().epoch_count())
            .with_stop_handle(stop.clone())
            .with_best(best.clone())
            .with_watch(watch.clone())
            .with_shown(&shown)
            .with_display(display);
        let outcome = run.launch(learner, loaders, |mut training| {
            for name in steps {
                training = training.metric_train_numeric(ScalarMetric::new(name, false));
            }
            for (name, higher_is_better) in &judged {
                let metric = ScalarMetric::new(name.clone(), *higher_is_better);
                training = training.metric_valid_numeric(metric);
            }
            training
        })?;
        let checkpoints = self.directory().join(CHECKPOINT_DIR);
        let last = latest_checkpoint(&checkpoints, outcome.history.len());
        let checkpoint = last.map(|epoch| self.checkpoint(epoch));
        if let Some(step) = watch.found() {
            return Err(StudyError::NonFinite { step, checkpoint });
        }
        if let RunEnd::Diverged { epoch } = outcome.end {
            return Err(StudyError::Diverged { epoch, checkpoint });
        }
        Ok(StudyEnd {
            end: outcome.end,
            best: best.find(&outcome.history, outcome.history.len()),
            history: outcome.history,
        })
    }

    fn checkpoint(&self, epoch: usize) -> PathBuf {
        let name = format!("model-{epoch}.bpk");
        self.directory().join(CHECKPOINT_DIR).join(name)
    }
}

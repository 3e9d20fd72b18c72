use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::train::{
    InferenceStep, Learner, LearnerModel, SupervisedTraining, TrainStep, TrainingError,
    checkpoint::KeepLastNCheckpoints,
};

use super::{
    AtomicCheckpointer, CHECKPOINT_DIR, HISTORY_FILE, History, HistoryError, HistoryLogger,
    PlainRenderer, StopHandle,
    checkpoint::{MODEL, OPTIMIZER, SCHEDULER},
    latest_checkpoint,
};
use burn::data::dataloader::DataLoader;

/// Checkpoints that are kept: the last, and the one before in case the last is being written.
const KEPT_CHECKPOINTS: usize = 2;

/// One training in one folder, resumable.
///
/// The folder holds `history.csv` (one row per epoch) and `checkpoint/`. A run whose folder has a
/// checkpoint continues after it; continued or not, the weights after epoch k are the same, bit
/// for bit on one CPU device, if the data loader's order depends on the epoch's number alone (see
/// [`EpochDataLoader`](super::EpochDataLoader)) and the model draws no random numbers in training.
pub struct Run {
    directory: PathBuf,
    epochs: usize,
    label: String,
    stop: StopHandle,
    dashboard: bool,
}

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// All epochs are done.
    Completed,
    /// Early stopping ended it.
    StoppedEarly,
    /// The user asked for the end; the run can be continued.
    Interrupted,
    /// The training loss was not finite in this epoch.
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
    },
}

/// What a training leaves.
pub struct RunOutcome<M> {
    /// The model, without autodiff. After an interruption or divergence it is in the middle of an
    /// epoch; the checkpoint is not.
    pub model: M,
    /// The metrics of the complete epochs.
    pub history: History,
    /// How the training ended.
    pub end: RunEnd,
}

/// Why a training could not run. Complete epochs are on disk.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The folder cannot be written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The history cannot be read or written.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Burn's training loop failed: data, checkpoints or the device.
    #[error("training failed in {path}: {source}")]
    Training {
        /// The run's folder.
        path: PathBuf,
        /// Burn's reason.
        source: Arc<TrainingError>,
    },
}

impl Run {
    /// Prepares a training of `epochs` epochs in `directory`, which is created where it does not
    /// exist.
    pub fn new(directory: impl Into<PathBuf>, epochs: usize) -> Self {
        Self {
            directory: directory.into(),
            epochs,
            label: String::new(),
            stop: StopHandle::new(),
            dashboard: false,
        }
    }

    /// The name in progress output.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The handle that stops this training.
    pub fn with_stop_handle(mut self, stop: StopHandle) -> Self {
        self.stop = stop;
        self
    }

    /// Shows Burn's dashboard (feature `tui`, on a terminal) instead of one line per epoch.
    pub fn with_dashboard(mut self, dashboard: bool) -> Self {
        self.dashboard = dashboard;
        self
    }

    /// Trains to the last epoch, from the folder's latest checkpoint where there is one.
    ///
    /// `loaders` makes the loaders of the training and the validation phase, given the number of
    /// the first epoch (from 1); `register` adds metrics, early stopping and whatever else
    /// [`SupervisedTraining`] offers. A training metric named `Loss` is watched for values that
    /// are not finite.
    ///
    /// # Errors
    /// [`RunError`]. What was complete before is on disk.
    pub fn launch<M: LearnerModel>(
        self,
        learner: Learner<M>,
        loaders: impl FnOnce(
            usize,
        ) -> (
            Arc<dyn DataLoader<<M as TrainStep>::Input>>,
            Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
        ),
        register: impl FnOnce(SupervisedTraining<M>) -> SupervisedTraining<M>,
    ) -> Result<RunOutcome<M>, RunError> {
        let checkpoints = self.directory.join(CHECKPOINT_DIR);
        fs::create_dir_all(&checkpoints).map_err(io_error(&checkpoints))?;
        let history_path = self.directory.join(HISTORY_FILE);
        let (resume, history) = resume_point(&checkpoints, &history_path)?;

        let interrupter = self.stop.interrupter();
        let logger = HistoryLogger::new(history, history_path, interrupter.clone());
        let (train, valid) = loaders(resume + 1);
        let mut training = SupervisedTraining::new(&self.directory, train, valid)
            .num_epochs(self.epochs)
            .label(&self.label)
            .with_interrupter(interrupter)
            .with_metric_logger(logger.clone())
            // Burn's file log has a line per step and says nothing of the result.
            .with_application_logger(None)
            .with_custom_checkpointers(
                AtomicCheckpointer::new(&checkpoints, MODEL),
                AtomicCheckpointer::new(&checkpoints, OPTIMIZER),
                AtomicCheckpointer::new(&checkpoints, SCHEDULER),
            )
            .with_checkpointing_strategy(KeepLastNCheckpoints::new(KEPT_CHECKPOINTS));
        if !self.dashboard {
            training = training.renderer(Box::new(PlainRenderer::new()));
        }
        if resume > 0 {
            training = training.checkpoint(resume);
        }
        let result = register(training).launch(learner);

        if let Some(error) = logger.take_error() {
            return Err(error.into());
        }
        if let Some(source) = result.error {
            return Err(RunError::Training {
                path: self.directory,
                source,
            });
        }
        let history = logger.history();
        let end = match (logger.diverged(), result.interrupted) {
            (Some(epoch), _) => RunEnd::Diverged { epoch },
            (None, Some(_)) => RunEnd::Interrupted,
            (None, None) if history.len() < self.epochs => RunEnd::StoppedEarly,
            (None, None) => RunEnd::Completed,
        };
        Ok(RunOutcome {
            model: result.model,
            history,
            end,
        })
    }
}

/// The epoch of the checkpoint to continue from (0 for none) and the history up to it.
fn resume_point(checkpoints: &Path, history: &Path) -> Result<(usize, History), RunError> {
    let Some(epoch) = latest_checkpoint(checkpoints) else {
        return Ok((0, History::default()));
    };
    let mut history = History::read(history)?;
    let epoch = epoch.min(history.len());
    history.truncate(epoch);
    Ok((epoch, history))
}

fn io_error(path: &Path) -> impl FnOnce(std::io::Error) -> RunError + use<> {
    let path = path.to_path_buf();
    |source| RunError::Io { path, source }
}

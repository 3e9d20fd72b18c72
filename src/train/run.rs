use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::data::dataloader::DataLoader;
use burn::train::{
    InferenceStep, Interrupter, Learner, LearnerModel, SupervisedTraining, TrainStep,
    logger::TrainingProgressLogger, renderer::default_renderer,
};

use super::{
    CHECKPOINT_DIR, EpochDisplay, HISTORY_FILE, History, HistoryLogger, NonFiniteWatch, Patience,
    PlainRenderer, RunError, StopHandle,
    checkpoint::{BestEpoch, CommitAndKeepLast, KEPT, latest_attempt},
    latest_checkpoint,
};
use crate::FileError;

/// One training in one folder, resumable.
///
/// The folder holds `history.csv` (one row per epoch) and `checkpoint/`. A run whose folder has a
/// checkpoint continues after it. Resumed or not, the weights after epoch k are the same, bit for
/// bit on one CPU device. This requires that the order of the data depends on the epoch only (see
/// [`EpochDataLoader`](super::EpochDataLoader)), and that the model draws no random numbers in
/// training.
pub struct Run {
    directory: PathBuf,
    epochs: usize,
    label: String,
    stop: StopHandle,
    patience: Option<Patience>,
    best: Option<BestEpoch>,
    display: EpochDisplay,
    shown: Vec<String>,
    watch: NonFiniteWatch,
}

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// All epochs are done.
    Completed,
    /// Early stopping ended the training.
    StoppedEarly,
    /// The user stopped the training; it can be resumed.
    Interrupted,
    /// A number was not finite in this epoch.
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
    },
}

/// Result of a training.
pub struct RunOutcome<M> {
    /// The model, without autodiff. After an interruption or divergence its weights are from within
    /// an epoch, unlike the checkpoint.
    pub model: M,
    /// The metrics of the complete epochs.
    pub history: History,
    /// How the training ended.
    pub end: RunEnd,
}

impl Run {
    /// Prepares a training of `epochs` epochs in `directory`, which is created if it does not
    /// exist.
    pub fn new(directory: impl Into<PathBuf>, epochs: usize) -> Self {
        Self {
            directory: directory.into(),
            epochs,
            label: String::new(),
            stop: StopHandle::new(),
            patience: None,
            best: None,
            display: EpochDisplay::default(),
            shown: Vec::new(),
            watch: NonFiniteWatch::default(),
        }
    }

    /// Sets the metrics that the line of an epoch shows; all if none are given. The history has all
    /// metrics.
    #[must_use]
    pub fn with_shown(mut self, names: &[&str]) -> Self {
        self.shown = names.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// Stops if a step of the model reports a number that is not finite.
    #[must_use]
    pub fn with_watch(mut self, watch: NonFiniteWatch) -> Self {
        self.watch = watch;
        self
    }

    /// Sets the name in progress output.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the handle that stops this training.
    pub fn with_stop_handle(mut self, stop: StopHandle) -> Self {
        self.stop = stop;
        self
    }

    /// Sets early stopping.
    pub fn with_early_stopping(mut self, patience: Patience) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Keeps the checkpoint of the epoch with the best value of a metric of the validation phase,
    /// in addition to the last ones.
    pub fn with_best(mut self, best: BestEpoch) -> Self {
        self.best = Some(best);
        self
    }

    /// Sets how epochs are shown. Default: one line of text each.
    pub fn with_display(mut self, display: EpochDisplay) -> Self {
        self.display = display;
        self
    }

    /// Trains to the last epoch, from the folder's latest checkpoint if there is one.
    ///
    /// `loaders` creates the loaders of the training and the validation phase, given the number of
    /// the first epoch (from 1). `register` adds metrics and other options of
    /// [`SupervisedTraining`], except early stopping. Training metrics whose name ends in `loss`
    /// are checked for values that are not finite.
    ///
    /// # Errors
    /// Returns [`RunError`] if the training fails. Complete epochs are on disk.
    pub fn launch<M: LearnerModel>(
        mut self,
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
        fs::create_dir_all(&checkpoints).map_err(FileError::at("write", &checkpoints))?;
        let history_path = self.directory.join(HISTORY_FILE);
        let (resume, history) = resume_point(&checkpoints, &history_path)?;

        let all_epochs = self.epochs;
        let stopped_before = match &mut self.patience {
            Some(patience) => patience.replay(&history),
            None => false,
        };
        if stopped_before {
            // Burn then restores the model and trains no epoch.
            self.epochs = resume;
        }

        let interrupter = self.stop.interrupter();
        self.watch.connect(&interrupter);
        let logger = HistoryLogger::new(history, history_path, interrupter.clone())
            .with_watch(self.watch.clone());
        let (train, valid) = loaders(resume + 1);
        let mut training = SupervisedTraining::new(&self.directory, train, valid)
            .num_epochs(self.epochs)
            .label(&self.label)
            .with_interrupter(interrupter.clone())
            .with_metric_logger(logger.clone())
            // Burn's file log has one line per step and no results.
            .with_application_logger(None)
            .with_default_checkpointers()
            .with_checkpointing_strategy(CommitAndKeepLast {
                logger: logger.clone(),
                best: self.best.clone(),
            });
        training = match self.display {
            EpochDisplay::Dashboard => {
                let dashboard = Interrupter::new();
                training
                    .renderer(default_renderer(dashboard.clone(), Some(resume)))
                    .with_progress_logger(PassOnStop {
                        from: dashboard,
                        to: interrupter.clone(),
                    })
            }
            EpochDisplay::Lines => {
                let lines = PlainRenderer::new(interrupter.clone()).with_shown(&self.shown);
                training.renderer(Box::new(lines))
            }
            EpochDisplay::Hidden => training.renderer(Box::new(PlainRenderer::hidden())),
        };
        if let Some(patience) = &self.patience {
            training = training.early_stopping(patience.clone());
        }
        if resume > 0 {
            training = training.checkpoint(resume);
        }
        let result = register(training).launch(learner);

        if let Some(error) = logger.take_error() {
            return Err(error);
        }
        if let Some(source) = result.error {
            return Err(RunError::Training {
                path: self.directory,
                source,
            });
        }
        let history = logger.history();
        let ended_early = self
            .patience
            .is_some_and(|patience| patience.has_ended_training());
        let reported = self.watch.found().map(|_| history.len() + 1);
        let end = match reported.or(logger.diverged()) {
            Some(epoch) => RunEnd::Diverged { epoch },
            None if history.len() >= all_epochs => RunEnd::Completed,
            None if ended_early => RunEnd::StoppedEarly,
            None => RunEnd::Interrupted,
        };
        Ok(RunOutcome {
            model: result.model,
            history,
            end,
        })
    }
}

/// Returns the epoch of the checkpoint to resume from (0 for none) and the history up to it.
fn resume_point(checkpoints: &Path, history: &Path) -> Result<(usize, History), RunError> {
    let mut recorded = if history.exists() {
        History::read_whole_rows(history)?
    } else {
        History::default()
    };
    match latest_checkpoint(checkpoints, recorded.len()) {
        Some(epoch) => {
            recorded.truncate(epoch);
            Ok((epoch, recorded))
        }
        // Killed before the first checkpoint was complete: a row is written before its checkpoint,
        // and the next row may come while that one is still being written.
        None if recorded.len().max(latest_attempt(checkpoints)) <= KEPT => {
            Ok((0, History::default()))
        }
        None => Err(RunError::NoCheckpoint {
            path: checkpoints.to_path_buf(),
        }),
    }
}

/// Forwards a stop from Burn's dashboard to the training.
///
/// The dashboard gets its own interrupter, because it resets it when the training ends, which would
/// discard errors that Burn reports.
struct PassOnStop {
    from: Interrupter,
    to: Interrupter,
}

impl TrainingProgressLogger for PassOnStop {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {
        if self.from.should_stop() {
            self.to.stop(self.from.get_message().as_deref());
        }
    }
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

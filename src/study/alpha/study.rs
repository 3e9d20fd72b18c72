use std::{
    fs,
    path::{Path, PathBuf},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::{AlphaStudyConfig, AlphaStudyResults, Case, RunResult};
use crate::{
    data::Provenance,
    files::write_whole,
    overparam::theory::Optimiser,
    study::{
        DrawnProblem, Prediction, Problem, ProblemDescription, StudyError,
        folder::{Folder, io_error},
        output::pretty,
        problem::{Plan, Training},
    },
    train::{CHECKPOINT_DIR, EpochDisplay, HISTORY_FILE, History, Run, RunEnd, StopHandle},
};

const END_FILE: &str = "end.json";

/// What happens in a study, for progress output.
#[derive(Clone, Debug, PartialEq)]
pub enum StudyEvent {
    /// A training begins or continues.
    Started {
        /// Its name.
        training: String,
        /// Position among all trainings, from 1.
        number: usize,
        /// Number of all trainings.
        total: usize,
    },
    /// A training was finished before.
    Skipped {
        /// Its name.
        training: String,
        /// Its network.
        case: Case,
    },
    /// A training ended.
    Ended {
        /// Its name.
        training: String,
        /// Its network.
        case: Case,
        /// How.
        end: RunEnd,
        /// The mean training loss of its last complete epoch.
        train_loss: Option<f64>,
    },
}

/// One network per slope and repeat, trained in a folder that can be resumed.
pub struct AlphaStudy {
    folder: Folder,
    record: StudyRecord,
}

/// `config.json` of a study's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StudyRecord {
    /// Version of this crate that began the study.
    version: String,
    pub(super) provenance: Provenance,
    pub(super) problem: ProblemDescription,
    #[serde(flatten)]
    pub(super) config: AlphaStudyConfig,
}

/// `end.json` of a training's folder: written once, when it needs no more work.
#[derive(Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
enum EndRecord {
    Completed,
    StoppedEarly,
    Diverged { epoch: usize },
}

impl AlphaStudy {
    /// Begins a study of `problem` in a folder, which is created where it does not exist.
    ///
    /// # Errors
    /// Returns [`StudyError`] if settings are out of range, more samples are asked for than there
    /// are, or the folder cannot be written or has a study.
    pub fn create(
        directory: &Path,
        config: AlphaStudyConfig,
        problem: &dyn Problem,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        problem.check(&config)?;
        let description = problem.description();
        config
            .step
            .validate(config.optimiser == Optimiser::Gd && description.stable_step)?;
        let record = StudyRecord {
            version: env!("CARGO_PKG_VERSION").into(),
            provenance: problem.provenance().clone(),
            problem: description,
            config,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Whether a folder has a study.
    pub fn exists(directory: &Path) -> bool {
        Folder::exists(directory)
    }

    /// Opens the study of a folder.
    ///
    /// # Errors
    /// [`StudyError`]: no study there, or its settings are damaged or out of range.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record): (_, StudyRecord) = Folder::open(directory)?;
        record.config.validate()?;
        Ok(Self { folder, record })
    }

    /// The settings.
    pub fn config(&self) -> &AlphaStudyConfig {
        &self.record.config
    }

    /// The data that the study was begun on.
    pub fn provenance(&self) -> &Provenance {
        &self.record.provenance
    }

    /// One line of the data and the settings that matter for reading results.
    pub fn summary(&self) -> String {
        self.config().summary(self.provenance(), self.problem())
    }

    /// What is learned.
    pub fn problem(&self) -> &ProblemDescription {
        &self.record.problem
    }

    pub(super) fn record(&self) -> &StudyRecord {
        &self.record
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// Trains what is not trained yet; returns early, with `complete` false, when asked to stop.
    ///
    /// A training that diverges ends alone; the study goes on.
    ///
    /// # Errors
    /// [`StudyError`]. Finished trainings and complete epochs are on disk.
    pub fn run(
        &self,
        problem: &dyn Problem,
        stop: &StopHandle,
        display: EpochDisplay,
        notify: &mut dyn FnMut(StudyEvent),
    ) -> Result<AlphaStudyResults, StudyError> {
        self.check_same(problem)?;
        let config = self.config();
        let _lock = self.folder.lock()?;
        let device = config.device.open()?;
        let drawn = problem.draw(config, &mut config.sample_rngs(), &device)?;
        let cases = config.cases();
        let (steps, predictions) = self.steps_and_predictions(&*drawn)?;
        let total = config.repeats * cases.len();
        let mut results = AlphaStudyResults {
            runs: Vec::with_capacity(total),
            steps,
            predictions,
            complete: true,
        };
        for repeat in 1..=config.repeats {
            for (&case, &step) in cases.iter().zip(&results.steps) {
                let training = self.label(case, repeat);
                if let Some(result) = self.finished(case, repeat)? {
                    notify(StudyEvent::Skipped { training, case });
                    results.runs.push(result);
                    continue;
                }
                if stop.is_stopped() {
                    results.complete = false;
                    return Ok(results);
                }
                notify(StudyEvent::Started {
                    training: training.clone(),
                    number: results.runs.len() + 1,
                    total,
                });
                let run = Run::new(self.run_directory(case, repeat), config.epochs)
                    .with_label(&training)
                    .with_stop_handle(stop.clone())
                    .with_display(display);
                let seeds = config.repeat_seeds(repeat);
                let plan = Plan {
                    config,
                    device: &device,
                    order: seeds.order,
                    step,
                };
                let weights = &mut ChaCha8Rng::seed_from_u64(seeds.weights);
                let (history, end) = drawn.train(case, weights, Training { plan, run })?;
                notify(StudyEvent::Ended {
                    training,
                    case,
                    end,
                    train_loss: history.last("train_loss"),
                });
                if end == RunEnd::Interrupted {
                    results.complete = false;
                    return Ok(results);
                }
                self.finish(case, repeat, end)?;
                results.runs.push(RunResult {
                    case,
                    repeat,
                    history,
                    end,
                });
            }
        }
        Ok(results)
    }

    fn check_same(&self, problem: &dyn Problem) -> Result<(), StudyError> {
        let (loaded, begun) = (problem.provenance(), self.provenance());
        if loaded != begun {
            return Err(StudyError::OtherData {
                path: self.directory().to_path_buf(),
                begun: begun.title.clone(),
                loaded: loaded.title.clone(),
            });
        }
        let (now, begun) = (problem.description(), self.problem());
        if now.settings != begun.settings {
            return Err(StudyError::OtherProblem {
                path: self.directory().to_path_buf(),
                begun: begun.settings.to_string(),
                now: now.settings.to_string(),
            });
        }
        Ok(())
    }

    /// The step of each case, and the closed form if there is one.
    fn steps_and_predictions(
        &self,
        problem: &dyn DrawnProblem,
    ) -> Result<(Vec<f64>, Vec<Prediction>), StudyError> {
        let config = self.config();
        let (mut steps, mut predictions) = (Vec::new(), Vec::new());
        for case in config.cases() {
            let step = config.step.step(case, config.samples_per_step(), problem)?;
            steps.push(step);
            predictions.extend(problem.predict(config, case, step)?);
        }
        Ok((steps, predictions))
    }

    /// The folder of one training.
    pub fn run_directory(&self, case: Case, repeat: usize) -> PathBuf {
        let folders = self.config().naming().folders(case);
        let directory = self.directory().join("runs");
        let directory = folders.iter().fold(directory, |path, part| path.join(part));
        directory.join(format!("repeat_{repeat:02}"))
    }

    fn label(&self, case: Case, repeat: usize) -> String {
        let label = self.config().label(case);
        match self.config().repeats {
            1 => label,
            repeats => format!("{label}, run {repeat} of {repeats}"),
        }
    }

    /// Marks a training as finished. Only the first repeat keeps its weights: ten repeats of the
    /// published size would take gigabytes.
    fn finish(&self, case: Case, repeat: usize, end: RunEnd) -> Result<(), StudyError> {
        let directory = self.run_directory(case, repeat);
        let record = match end {
            RunEnd::Completed => EndRecord::Completed,
            RunEnd::StoppedEarly => EndRecord::StoppedEarly,
            RunEnd::Diverged { epoch } => EndRecord::Diverged { epoch },
            RunEnd::Interrupted => return Ok(()),
        };
        let path = directory.join(END_FILE);
        write_whole(&path, &pretty(&record)).map_err(io_error(&path))?;
        if repeat > 1 {
            let checkpoints = directory.join(CHECKPOINT_DIR);
            fs::remove_dir_all(&checkpoints).map_err(io_error(&checkpoints))?;
        }
        Ok(())
    }

    fn finished(&self, case: Case, repeat: usize) -> Result<Option<RunResult>, StudyError> {
        let directory = self.run_directory(case, repeat);
        let path = directory.join(END_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(io_error(&path))?;
        let record: EndRecord =
            serde_json::from_slice(&bytes).map_err(|error| StudyError::NotAStudy {
                path,
                reason: error.to_string(),
            })?;
        let file = directory.join(HISTORY_FILE);
        // A training that diverged in its first epoch has none.
        let history = match file.exists() {
            true => History::read(&file).map_err(crate::train::RunError::from)?,
            false => History::default(),
        };
        Ok(Some(RunResult {
            case,
            repeat,
            history,
            end: match record {
                EndRecord::Completed => RunEnd::Completed,
                EndRecord::StoppedEarly => RunEnd::StoppedEarly,
                EndRecord::Diverged { epoch } => RunEnd::Diverged { epoch },
            },
        }))
    }
}

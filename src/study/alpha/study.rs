use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use burn::tensor::Device;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::{
    AlphaStudyConfig, AlphaStudyResults, Case, RunResult, StepSearch, TriedStep,
    case::Naming,
    config::RepeatSeeds,
    search::{self, best},
};
use crate::{
    data::Provenance,
    files::write_whole,
    overparam::theory::Optimizer,
    study::{
        DrawnProblem, Problem, ProblemDescription, StudyError,
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
    /// A training of the step search ended.
    Tried {
        /// Its name.
        training: String,
        /// Its network.
        case: Case,
        /// The mean training loss of its last epoch; `None` if it diverged.
        train_loss: Option<f64>,
    },
    /// The step search of one network ended.
    StepFound {
        /// The network.
        case: Case,
        /// The best step; `None` if all diverged.
        step: Option<f64>,
        /// Trainings of the search that were not finished before.
        trained: usize,
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
            .validate(config.optimizer == Optimizer::Gd && description.stable_step)?;
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
        let trainer = Trainer {
            study: self,
            problem: &*drawn,
            device: &device,
            stop,
            display,
        };
        let mut results = AlphaStudyResults {
            runs: Vec::with_capacity(config.repeats * cases.len()),
            steps: self.common_steps(&*drawn)?,
            tried: Vec::new(),
            predictions: Vec::new(),
            complete: true,
        };
        if let Some(search) = config.search
            && !trainer.search(search, &mut results, notify)?
        {
            results.complete = false;
            return Ok(results);
        }
        for (&case, &step) in cases.iter().zip(&results.steps) {
            (results.predictions).extend(drawn.predict(config, case, step)?);
        }
        trainer.repeats(&mut results, notify)?;
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

    /// The step of each case by the study's rule.
    fn common_steps(&self, problem: &dyn DrawnProblem) -> Result<Vec<f64>, StudyError> {
        let config = self.config();
        let step = |case| config.step.step(case, config.samples_per_step(), problem);
        config.cases().into_iter().map(step).collect()
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

    /// The folder of one training of the search.
    fn search_directory(&self, case: Case, power: i32, training: usize) -> PathBuf {
        let naming = Naming {
            width: true,
            depth: true,
        };
        let directory = self.directory().join("search");
        let folders = naming.folders(case);
        let directory = folders.iter().fold(directory, |path, part| path.join(part));
        directory.join(format!("power_{power:+03}_training_{training:02}"))
    }
}

/// What the trainings of a study share.
struct Trainer<'a> {
    study: &'a AlphaStudy,
    problem: &'a dyn DrawnProblem,
    device: &'a Device,
    stop: &'a StopHandle,
    display: EpochDisplay,
}

impl Trainer<'_> {
    /// Trains every case once for each repeat, until asked to stop.
    fn repeats(
        &self,
        results: &mut AlphaStudyResults,
        notify: &mut dyn FnMut(StudyEvent),
    ) -> Result<(), StudyError> {
        let study = self.study;
        let config = study.config();
        let cases = config.cases();
        let total = config.repeats * cases.len();
        let steps = results.steps.clone();
        for repeat in 1..=config.repeats {
            for (&case, &step) in cases.iter().zip(&steps) {
                let training = study.label(case, repeat);
                let directory = study.run_directory(case, repeat);
                if let Some((history, end)) = finished(&directory)? {
                    notify(StudyEvent::Skipped { training, case });
                    results.runs.push(RunResult {
                        case,
                        repeat,
                        history,
                        end,
                    });
                    continue;
                }
                if self.stop.is_stopped() {
                    results.complete = false;
                    return Ok(());
                }
                notify(StudyEvent::Started {
                    training: training.clone(),
                    number: results.runs.len() + 1,
                    total,
                });
                let seeds = config.repeat_seeds(repeat);
                let (history, end) = self.train(case, step, seeds, &directory, &training)?;
                notify(StudyEvent::Ended {
                    training,
                    case,
                    end,
                    train_loss: history.last("train_loss"),
                });
                if end == RunEnd::Interrupted {
                    results.complete = false;
                    return Ok(());
                }
                finish(&directory, repeat == 1, end)?;
                results.runs.push(RunResult {
                    case,
                    repeat,
                    history,
                    end,
                });
            }
        }
        Ok(())
    }

    /// Replaces the step of each case by its best one; false if asked to stop before the end.
    ///
    /// A case that diverges at every step keeps the common one.
    fn search(
        &self,
        search: StepSearch,
        results: &mut AlphaStudyResults,
        notify: &mut dyn FnMut(StudyEvent),
    ) -> Result<bool, StudyError> {
        let common = results.steps.clone();
        for (number, case) in self.study.config().cases().into_iter().enumerate() {
            let step = |power: i32| common[number] * 2f64.powf(0.5 * f64::from(power));
            let mut trained = 0;
            let tried = search::search(|power| {
                self.loss_at(case, power, step(power), 1, &mut trained, notify)
            })?;
            let Some(mut tried) = tried else {
                return Ok(false);
            };
            let mut confirmed = BTreeSet::new();
            let whole = search::confirm(&mut tried, &mut confirmed, |power| {
                self.loss_at(
                    case,
                    power,
                    step(power),
                    search.repeats,
                    &mut trained,
                    notify,
                )
            })?;
            if !whole {
                return Ok(false);
            }
            let found = best(&tried);
            if let Some((power, _)) = found {
                results.steps[number] = step(power);
            }
            notify(StudyEvent::StepFound {
                case,
                step: found.map(|(power, _)| step(power)),
                trained,
            });
            results
                .tried
                .extend(tried.into_iter().map(|(power, loss)| TriedStep {
                    case,
                    power,
                    step: step(power),
                    loss,
                    trainings: match confirmed.contains(&power) {
                        true => search.repeats,
                        false => 1,
                    },
                }));
        }
        Ok(true)
    }

    /// The loss of a step, averaged over so many trainings; `None` inside for divergence, outside if
    /// asked to stop.
    fn loss_at(
        &self,
        case: Case,
        power: i32,
        step: f64,
        trainings: usize,
        trained: &mut usize,
        notify: &mut dyn FnMut(StudyEvent),
    ) -> Result<Option<Option<f64>>, StudyError> {
        let config = self.study.config();
        let mut sum = 0.0;
        for training in 1..=trainings {
            let directory = self.study.search_directory(case, power, training);
            let (history, end) = match finished(&directory)? {
                Some(known) => known,
                None if self.stop.is_stopped() => return Ok(None),
                None => {
                    let label = format!("{}, search, η = {step:.3e}", config.label(case));
                    let seeds = config.search_seeds(training);
                    let (history, end) = self.train(case, step, seeds, &directory, &label)?;
                    if end == RunEnd::Interrupted {
                        return Ok(None);
                    }
                    finish(&directory, false, end)?;
                    *trained += 1;
                    notify(StudyEvent::Tried {
                        training: label,
                        case,
                        train_loss: match end {
                            RunEnd::Diverged { .. } => None,
                            _ => history.last("train_loss"),
                        },
                    });
                    (history, end)
                }
            };
            match (end, history.last("train_loss")) {
                (RunEnd::Diverged { .. }, _) | (_, None) => return Ok(Some(None)),
                (_, Some(loss)) => sum += loss,
            }
        }
        Ok(Some(Some(sum / trainings as f64)))
    }

    fn train(
        &self,
        case: Case,
        step: f64,
        seeds: RepeatSeeds,
        directory: &Path,
        label: &str,
    ) -> Result<(History, RunEnd), StudyError> {
        let config = self.study.config();
        let run = Run::new(directory.to_path_buf(), config.epochs)
            .with_label(label)
            .with_stop_handle(self.stop.clone())
            .with_display(self.display);
        let plan = Plan {
            config,
            device: self.device,
            order: seeds.order,
            step,
        };
        let weights = &mut ChaCha8Rng::seed_from_u64(seeds.weights);
        (self.problem).train(case, weights, Training { plan, run })
    }
}

/// Marks a training as finished. Without `keep_weights`, its checkpoints are removed: ten repeats of
/// the published size would take gigabytes.
fn finish(directory: &Path, keep_weights: bool, end: RunEnd) -> Result<(), StudyError> {
    let record = match end {
        RunEnd::Completed => EndRecord::Completed,
        RunEnd::StoppedEarly => EndRecord::StoppedEarly,
        RunEnd::Diverged { epoch } => EndRecord::Diverged { epoch },
        RunEnd::Interrupted => return Ok(()),
    };
    let path = directory.join(END_FILE);
    write_whole(&path, &pretty(&record)).map_err(io_error(&path))?;
    if !keep_weights {
        let checkpoints = directory.join(CHECKPOINT_DIR);
        fs::remove_dir_all(&checkpoints).map_err(io_error(&checkpoints))?;
    }
    Ok(())
}

/// The result of a training that was finished before.
fn finished(directory: &Path) -> Result<Option<(History, RunEnd)>, StudyError> {
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
        true => History::read(&file)?,
        false => History::default(),
    };
    let end = match record {
        EndRecord::Completed => RunEnd::Completed,
        EndRecord::StoppedEarly => RunEnd::StoppedEarly,
        EndRecord::Diverged { epoch } => RunEnd::Diverged { epoch },
    };
    Ok(Some((history, end)))
}

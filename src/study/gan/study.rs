use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ParamGroup},
    optim::{
        ModuleOptimizer,
        lr_scheduler::{
            linear::LinearLrSchedulerConfig, module_lr_scheduler::ModuleLrSchedulerConfig,
        },
    },
    store::ModuleRecord,
    tensor::Device,
    train::Learner,
};
use serde::{Deserialize, Serialize};

use super::{GanStudyConfig, output::write_curves, save_generator};
use crate::{
    data::Provenance,
    generative::Generator,
    study::{StudyError, folder::Folder},
    train::{
        BestEpoch, CHECKPOINT_DIR, EpochDisplay, HISTORY_FILE, History, PlainAdam, Run, RunEnd,
        RunError, ScalarMetric, StopHandle,
        gan::{Gan, GanLoader, GraphSource, SamplingLoader, SharedJudge, SharedReward},
        latest_checkpoint,
        streams::{WEIGHTS, stream},
    },
};

/// What a generator is trained on, and how what it makes is judged.
pub trait GanTask {
    /// Where the data comes from.
    fn provenance(&self) -> &Provenance;

    /// The kinds of nodes and edges, for people. They must be the same where a training continues or
    /// a generator is used.
    fn kinds(&self) -> String;

    /// Identifies the graphs: a training continues with the same ones only.
    fn digest(&self) -> String {
        let provenance = self.provenance();
        format!("{} {}", provenance.title, provenance.sha256.join(" "))
    }

    /// How the data were selected, to find them again when a training continues.
    fn selection(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    /// What is rewarded beside the critic's score, for people. It must be the same where a training
    /// continues.
    fn goal(&self) -> Option<String> {
        None
    }

    /// The real graphs.
    fn source(&self) -> Arc<dyn GraphSource>;

    /// Judges samples of this size at the end of every epoch.
    fn judge(&self, sample_size: usize) -> SharedJudge;

    /// Which epoch is the best.
    fn best(&self) -> BestEpoch;

    /// Rewards graphs beside the critic's score.
    fn reward(&self) -> Option<SharedReward> {
        None
    }
}

/// `config.json` of a study's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    /// Version of this crate that began the study.
    version: String,
    provenance: Provenance,
    digest: String,
    selection: serde_json::Value,
    kinds: String,
    goal: Option<String>,
    #[serde(flatten)]
    config: GanStudyConfig,
}

/// Adversarial training in a folder.
///
/// The folder holds `config.json`, `history.csv` (one row per epoch), `checkpoint/` (the last and
/// the best epoch), and at the end `curves.svg` and `.png`, `generator.safetensors` and
/// `generator.json` (the sampler of the best epoch). A training that was stopped continues as if
/// nothing had happened, bit for bit on one CPU device.
pub struct GanStudy {
    folder: Folder,
    record: Record,
}

/// How a study's training ended.
#[derive(Clone, Debug)]
pub struct GanEnd {
    /// How.
    pub end: RunEnd,
    /// The metrics of the complete epochs.
    pub history: History,
    /// The epoch with the best samples; `None` if none is complete, or none has a score that
    /// [counts](BestEpoch::better_than).
    pub best: Option<usize>,
}

impl GanStudy {
    /// Begins a study in a folder, which is created where it does not exist.
    ///
    /// # Errors
    /// [`StudyError`]: settings out of range, a folder that cannot be written or has a study.
    pub fn create(
        directory: &Path,
        config: GanStudyConfig,
        task: &impl GanTask,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        let setting = |name, value: String, expected| StudyError::Setting {
            name,
            value,
            expected,
        };
        if task.source().is_empty() {
            let title = task.provenance().title.clone();
            return Err(setting("training data", title, "at least one graph"));
        }
        let weight = config.training.structure_weight;
        let rewarded = task.reward().is_some() && config.training.reward_weight != 0.0;
        if rewarded && weight == 0.0 {
            let expected = "not 0 with a reward, which reaches the generator through it alone";
            return Err(setting("structure_weight", weight.to_string(), expected));
        }
        // Before anything is written: wrong settings leave no folder behind.
        let device = config.device.open()?;
        learner(&config, model(&config, &device.autodiff())?)?;
        let record = Record {
            version: env!("CARGO_PKG_VERSION").into(),
            provenance: task.provenance().clone(),
            digest: task.digest(),
            selection: task.selection(),
            kinds: task.kinds(),
            goal: task.goal(),
            config,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Opens the study of a folder.
    ///
    /// # Errors
    /// [`StudyError`]: no study there, or its settings are damaged or out of range.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record): (_, Record) = Folder::open(directory)?;
        record.config.validate()?;
        Ok(Self { folder, record })
    }

    /// The settings.
    pub fn config(&self) -> &GanStudyConfig {
        &self.record.config
    }

    /// The data that the study was begun on.
    pub fn provenance(&self) -> &Provenance {
        &self.record.provenance
    }

    /// How the data were selected, as the task said it.
    ///
    /// # Errors
    /// [`StudyError::NotAStudy`] where the folder says something else.
    pub fn selection<S: for<'a> Deserialize<'a>>(&self) -> Result<S, StudyError> {
        serde_json::from_value(self.record.selection.clone()).map_err(|error| {
            StudyError::NotAStudy {
                path: self.directory().to_path_buf(),
                reason: error.to_string(),
            }
        })
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// Trains to the last epoch, or until asked to stop.
    ///
    /// # Errors
    /// [`StudyError`]; [`StudyError::NonFinite`] names the step and the last good checkpoint.
    /// Complete epochs are on disk.
    pub fn run(
        &self,
        task: &impl GanTask,
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<GanEnd, StudyError> {
        self.check(task)?;
        let _lock = self.folder.lock()?;
        let config = self.config();
        let training = &config.training;
        let device = config.device.open()?;
        let judge = task.judge(config.judged);
        let judged = judge.0.metrics();
        let mut gan = model(config, &device.clone().autodiff())?.with_judge(judge);
        if let Some(reward) = task.reward() {
            gan = gan.with_reward(reward);
        }
        let non_finite = gan.non_finite_handle();
        let run = Run::new(self.directory(), config.epochs)
            .with_stop_handle(stop.clone())
            .with_best(task.best())
            // The history has all of them; more would not fit into a line.
            .with_shown(
                &judged
                    .iter()
                    .take(4)
                    .map(|(name, _)| &**name)
                    .collect::<Vec<_>>(),
            )
            .with_display(display);
        let source = task.source();
        let loaders = |first_epoch| {
            let (iterations, seed) = (config.iterations, config.seed);
            let steps = GanLoader::new(source, training, iterations, seed, first_epoch, &device);
            let samples = SamplingLoader { seed };
            (
                Arc::new(steps) as Arc<dyn DataLoader<_>>,
                Arc::new(samples) as Arc<dyn DataLoader<_>>,
            )
        };
        let mut steps = vec!["Critic loss", "Real score", "Fake score"];
        if training.penalty.is_some() {
            steps.extend(["Penalty", "Gradient norm"]);
        }
        steps.push("Generator loss");
        if training.frequency_weight != 0.0 {
            steps.push("Frequency divergence");
        }
        if training.structure_weight != 0.0 {
            steps.extend(["Log probability", "Structure loss"]);
            let rewarded = task.reward().is_some() && training.reward_weight != 0.0;
            steps.extend(rewarded.then_some("Reward"));
        }
        let outcome = run.launch(learner(config, gan)?, loaders, |mut training| {
            for name in steps {
                training = training.metric_train_numeric(ScalarMetric::new(name, false));
            }
            for (name, higher_is_better) in judged {
                let metric = ScalarMetric::new(name, higher_is_better);
                training = training.metric_valid_numeric(metric);
            }
            training
        })?;
        if let Some(step) = non_finite() {
            return Err(StudyError::NonFinite {
                iteration: step.iteration,
                phase: step.phase,
                checkpoint: self.last_checkpoint(&outcome.history),
            });
        }
        if let RunEnd::Diverged { epoch } = outcome.end {
            return Err(StudyError::Diverged {
                epoch,
                checkpoint: self.last_checkpoint(&outcome.history),
            });
        }
        write_curves(self, &outcome.history)?;
        let best = task.best().find(&outcome.history, outcome.history.len());
        if !outcome.history.is_empty() {
            let generator = self.sampler(task, &device)?;
            let (settings, capacities) = (&config.generator, config.capacities.as_ref());
            let kinds = &self.record.kinds;
            let data = self.provenance();
            save_generator(
                self.directory(),
                &generator,
                settings,
                capacities,
                kinds,
                data,
            )?;
        }
        Ok(GanEnd {
            end: outcome.end,
            history: outcome.history,
            best,
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

    /// The generator that samples are drawn from, at the best epoch, or the last one if none is the
    /// best.
    ///
    /// # Errors
    /// [`StudyError`] where no epoch is complete, or its checkpoint cannot be read.
    pub fn sampler(&self, task: &impl GanTask, device: &Device) -> Result<Generator, StudyError> {
        let history = self.history()?;
        let path = match task.best().find(&history, history.len()) {
            Some(epoch) => self.checkpoint(epoch),
            None if !history.is_empty() => self.checkpoint(history.len()),
            None => {
                return Err(StudyError::NothingTrained {
                    path: self.directory().to_path_buf(),
                });
            }
        };
        let record = ModuleRecord::load(&path).map_err(|error| StudyError::Weights {
            path,
            reason: error.to_string(),
        })?;
        let model = model(self.config(), &device.clone().autodiff())?.load_record(record);
        let generator = model.sampler().valid();
        Ok(generator.with_capacities(self.config().capacities.clone())?)
    }

    fn checkpoint(&self, epoch: usize) -> PathBuf {
        let name = format!("model-{epoch}.bpk");
        self.directory().join(CHECKPOINT_DIR).join(name)
    }

    fn last_checkpoint(&self, history: &History) -> Option<PathBuf> {
        let checkpoints = self.directory().join(CHECKPOINT_DIR);
        let epoch = latest_checkpoint(&checkpoints, history.len())?;
        Some(self.checkpoint(epoch))
    }

    /// Checks that data, kinds and reward are those that the study was begun with.
    ///
    /// # Errors
    /// [`StudyError`] names the first that is not.
    pub fn check(&self, task: &impl GanTask) -> Result<(), StudyError> {
        if self.record.digest != task.digest() {
            let (begun, loaded) = (&self.provenance().title, &task.provenance().title);
            return Err(StudyError::OtherData {
                path: self.directory().to_path_buf(),
                begun: begun.clone(),
                loaded: match begun == loaded {
                    true => format!("{loaded} with other graphs"),
                    false => loaded.clone(),
                },
            });
        }
        let loaded = task.kinds();
        if self.record.kinds != loaded {
            return Err(StudyError::OtherKinds {
                path: self.directory().to_path_buf(),
                begun: self.record.kinds.clone(),
                loaded,
            });
        }
        let (begun, now) = (&self.record.goal, task.goal());
        if *begun != now {
            let name = |goal: &Option<String>| goal.clone().unwrap_or_else(|| "no reward".into());
            return Err(StudyError::OtherGoal {
                path: self.directory().to_path_buf(),
                begun: name(begun),
                now: name(&now),
            });
        }
        Ok(())
    }
}

fn model(config: &GanStudyConfig, device: &Device) -> Result<Gan, StudyError> {
    let mut rng = stream(config.seed, WEIGHTS);
    let gan = Gan::try_init(
        &config.generator,
        &config.critic,
        &config.training,
        device,
        &mut rng,
    )?;
    Ok(gan.with_capacities(config.capacities.clone())?)
}

/// An Adam for each of generator and critic, with its own rate.
fn learner(config: &GanStudyConfig, gan: Gan) -> Result<Learner<Gan>, StudyError> {
    let training = &config.training;
    let adam = || PlainAdam::new([training.beta_1, training.beta_2], 1e-8);
    // By path, since ids change where a checkpoint is loaded.
    let critic = ParamGroup::from_regex("^critic\\.")
        .unwrap_or_else(|error| unreachable!("the pattern is a constant: {error:?}"));
    let optimizer = ModuleOptimizer::from(adam()).with_group(critic.clone(), adam(), None);
    let steps = config.epochs * config.iterations * training.phases().len();
    let falling = |rate: f64| {
        let last = rate * training.final_rate;
        LinearLrSchedulerConfig::new(rate, last, steps.max(1))
    };
    let rates = ModuleLrSchedulerConfig::new(falling(training.generator_rate).into())
        .with_group(critic, falling(training.critic_rate))
        .init()
        .map_err(|reason| StudyError::Setting {
            name: "critic_rate",
            value: format!("{} ({reason})", training.critic_rate),
            expected: "a step size",
        })?;
    Ok(Learner::new(gan, optimizer, rates))
}

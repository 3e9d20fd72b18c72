use std::{path::Path, sync::Arc};

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ParamGroup},
    optim::{
        ModuleOptimizer,
        lr_scheduler::{
            linear::LinearLrSchedulerConfig, module_lr_scheduler::ModuleLrSchedulerConfig,
        },
    },
    tensor::Device,
    train::Learner,
};

use super::{GanStudyConfig, output::write_curves, save_generator};
use crate::{
    generative::{GraphGenerator, GraphGeneratorConfig},
    study::{
        GraphTask, ModelSettings, ModelStudy, StudyEnd, StudyError, model::Training, task::identity,
    },
    train::{
        EpochDisplay, EpochEndLoader, PlainAdam, StopHandle,
        gan::{Gan, GanLoader, GanMetric},
        streams::{WEIGHTS, stream},
    },
};

/// Adversarial training in a folder, see [`ModelStudy`].
///
/// At the end the folder also holds `generator.safetensors` and `generator.json`, the sampler of
/// the best epoch.
pub type GanStudy = ModelStudy<GanStudyConfig>;

impl<G: GraphGeneratorConfig> ModelStudy<GanStudyConfig<G>> {
    /// Creates a study in a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range, or if the folder cannot be written or already
    /// contains a study.
    pub fn create(
        directory: &Path,
        config: GanStudyConfig<G>,
        task: &impl GraphTask,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        if task.source().is_empty() {
            let title = &task.provenance().title;
            return Err(StudyError::setting(
                "training data",
                title,
                "at least one graph",
            ));
        }
        let weight = config.training.structure_weight;
        let rewarded = task.reward().is_some() && config.training.reward_weight != 0.0;
        if rewarded && weight == 0.0 {
            let expected = "not 0 with a reward, which affects the generator only through it";
            return Err(StudyError::setting("structure_weight", weight, expected));
        }
        // Checked before anything is written, so that invalid settings leave no folder behind.
        let device = config.device.open()?;
        let gan = model(&config, &device.autodiff())?;
        let weight = config.training.replay_weight;
        if weight != 0.0 && gan.generator.selections().is_none() {
            let expected = "0 for a generator that does not unpool";
            return Err(StudyError::setting("replay_weight", weight, expected));
        }
        learner(&config, gan)?;
        Self::begin(directory, config, identity(task))
    }

    /// Trains to the last epoch, or until stopped.
    ///
    /// # Errors
    /// Returns an error if the data are not those of the study, or if a file cannot be written.
    /// [`StudyError::NonFinite`] reports the step and the last good checkpoint. Complete epochs are
    /// on disk.
    pub fn run(
        &self,
        task: &impl GraphTask,
        stop: &StopHandle,
        display: EpochDisplay,
    ) -> Result<StudyEnd, StudyError> {
        self.check(task)?;
        let config = self.config();
        let training = &config.training;
        let device = config.device.open()?;
        let judge = task.judge(config.judged);
        let judged = judge.0.metrics();
        let mut gan = model(config, &device.clone().autodiff())?.with_judge(judge);
        let rewarded = task.reward().is_some() && training.reward_weight != 0.0;
        if let Some(reward) = task.reward() {
            gan = gan.with_reward(reward);
        }
        let source = task.source();
        let selections = gan.generator.selections();
        let loaders = |first_epoch| {
            let (iterations, seed) = (config.iterations, config.seed);
            let mut steps =
                GanLoader::new(source, training, iterations, seed, first_epoch, &device);
            if let (true, Some(selections)) = (training.replay_weight != 0.0, selections) {
                steps = steps.with_chains(selections);
            }
            (
                Arc::new(steps) as Arc<dyn DataLoader<_>>,
                Arc::new(EpochEndLoader { seed }) as Arc<dyn DataLoader<_>>,
            )
        };
        let steps = training.metrics(rewarded);
        let end = self.train(
            Training {
                watch: gan.watch().clone(),
                learner: learner(config, gan)?,
                steps: steps.into_iter().map(GanMetric::name).collect(),
                judged,
                // More would not fit into a line.
                shown: Some(4),
                best: task.best(),
            },
            loaders,
            stop,
            display,
        )?;
        write_curves(self, &end.history)?;
        if !end.history.is_empty() {
            let generator = self.sampler(task, &device)?;
            save_generator(
                self.directory(),
                &generator,
                &config.generator,
                config.capacities.as_ref(),
                self.kinds(),
                self.provenance(),
            )?;
        }
        Ok(end)
    }

    /// Returns the generator that samples are drawn from, at the best epoch, or at the last one if
    /// none is the best.
    ///
    /// # Errors
    /// Returns an error if no epoch is complete, or its checkpoint cannot be read.
    pub fn sampler(
        &self,
        task: &impl GraphTask,
        device: &Device,
    ) -> Result<G::Generator, StudyError> {
        let record = self.best_record(&task.best())?;
        let model = model(self.config(), &device.clone().autodiff())?.load_record(record);
        let generator = model.sampler().valid();
        Ok(generator.with_legal_bonds(self.config().capacities.clone())?)
    }

    /// Checks that data, kinds and reward are those of the study.
    ///
    /// # Errors
    /// Returns an error for the first that differs.
    pub fn check(&self, task: &impl GraphTask) -> Result<(), StudyError> {
        self.check_identity(&identity(task))
    }
}

fn model<G: GraphGeneratorConfig>(
    config: &GanStudyConfig<G>,
    device: &Device,
) -> Result<Gan<G::Generator>, StudyError> {
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

/// Adam optimizers for generator and critic, each with its own rate.
fn learner<G: GraphGeneratorConfig>(
    config: &GanStudyConfig<G>,
    gan: Gan<G::Generator>,
) -> Result<Learner<Gan<G::Generator>>, StudyError> {
    let training = &config.training;
    let adam = || PlainAdam::new([training.beta_1, training.beta_2], 1e-8);
    // By path, since ids change when a checkpoint is loaded.
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
        .map_err(|reason| {
            StudyError::setting(
                "critic_rate",
                format!("{} ({reason})", training.critic_rate),
                "a step size",
            )
        })?;
    Ok(Learner::new(gan, optimizer, rates))
}

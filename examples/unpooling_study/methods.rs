//! The models, and their training in separate folders.

use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::ValueEnum;
use cpu_time::ProcessTime;
use fireweed::{
    generative::{
        AdjacencyConfig, BondCapacities, CriticConfig, GraphGenerator, GraphGeneratorConfig,
        SampledGraph, StoredGraphs, likelihood::UnpoolingModelConfig,
    },
    study::{
        GraphTask, ModelStudy, StudyEnd,
        gan::{GanStudyConfig, Preset},
        likelihood::{LikelihoodStudy, LikelihoodStudyConfig, LikelihoodTask},
        vae::{VaePreset, VaeStudy, VaeStudyConfig},
    },
    train::{
        EpochDisplay, RunEnd, StopHandle, final_sampling, gan::GanConfig,
        likelihood::LikelihoodConfig,
    },
};

use super::scores::{Row, Scores};
use crate::{Options, Stopped, common::say};

/// A model of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// An unpooling generator, trained against a critic.
    UlGan,
    /// Same, with legal valences in training and in samples; for molecules only.
    UlGanMasked,
    /// UL GAN without skip connections from the latent vector.
    UlGanNs,
    /// An autoencoder with an unpooling decoder, trained as published.
    UlVae,
    /// Same, trained by replay of the choices of each graph.
    UlVaeReplay,
    /// A generator of whole adjacency matrices, trained against the same critic.
    AdjGan,
    /// The distribution by unpooling, trained by maximum likelihood.
    Likelihood,
}

impl Method {
    pub(crate) const ALL: [Self; 7] = [
        Self::UlGan,
        Self::UlGanMasked,
        Self::UlGanNs,
        Self::UlVae,
        Self::UlVaeReplay,
        Self::AdjGan,
        Self::Likelihood,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UlGan => "UL GAN",
            Self::UlGanMasked => "UL GAN, legal valences",
            Self::UlGanNs => "UL GAN (NS)",
            Self::UlVae => "UL VAE",
            Self::UlVaeReplay => "UL VAE, by replay",
            Self::AdjGan => "Adj GAN",
            Self::Likelihood => "likelihood",
        }
    }

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::UlGan => "ul-gan",
            Self::UlGanMasked => "ul-gan-masked",
            Self::UlGanNs => "ul-gan-ns",
            Self::UlVae => "ul-vae",
            Self::UlVaeReplay => "ul-vae-replay",
            Self::AdjGan => "adj-gan",
            Self::Likelihood => "likelihood",
        }
    }
}

/// Configurations of the models for one data set.
pub(crate) struct Presets {
    pub(crate) gan: Preset,
    pub(crate) vae: VaePreset,
    pub(crate) vae_replay: VaePreset,
    /// Number of nodes of the largest graph.
    pub(crate) largest: usize,
}

/// A data set to train models on.
pub(crate) struct Data<'a, T> {
    pub(crate) task: &'a T,
    pub(crate) training: &'a Arc<StoredGraphs>,
    /// Graphs that autoencoders reconstruct.
    pub(crate) held_out: &'a Arc<StoredGraphs>,
    pub(crate) presets: &'a Presets,
    /// Maximum numbers of bonds of the kinds of atoms, for models that keep valences legal.
    pub(crate) capacities: Option<BondCapacities>,
}

/// Result of a training.
pub(crate) struct Trained {
    /// Graphs of the best epoch.
    pub(crate) graphs: Vec<SampledGraph>,
    /// Share of held-out graphs that are reconstructed at the best epoch, for autoencoders.
    pub(crate) reconstructed: Option<f64>,
    /// Share of graphs in which each position of the chain occurs once, if positions are drawn.
    pub(crate) chains: Option<f64>,
}

/// Number of graphs per pass of a generator; bounds memory only.
const PASS: usize = 256;

impl<T: GraphTask> Data<'_, T> {
    /// Trains or resumes a model, and samples from its best epoch. Returns `None` for a model that
    /// is not trained in this way.
    pub(crate) fn train(
        &self,
        method: Method,
        seed: u64,
        directory: &Path,
        (options, stop): (&Options, &StopHandle),
    ) -> Result<Option<Trained>, Box<dyn Error>> {
        let Preset {
            generator,
            critic,
            training,
        } = self.presets.gan.clone();
        let context = (seed, directory, options, stop);
        Ok(Some(match method {
            Method::UlGan => self.gan(generator, critic, training, None, context)?,
            Method::UlGanMasked => {
                // As in qm9_ulgan: the probabilities of categories are differentiable under masks.
                let training = training.with_reinforce_features(true);
                let capacities = self.capacities.clone();
                self.gan(generator, critic, training, capacities, context)?
            }
            Method::UlGanNs => {
                let generator = generator.with_skip_connections(false);
                self.gan(generator, critic, training, None, context)?
            }
            Method::AdjGan => {
                let config = AdjacencyConfig::new(generator.features, self.presets.largest);
                let training = match critic.edge_features {
                    0 => training,
                    // As published: the kinds of edges carry the gradient.
                    _ => training.with_structure_weight(0.0),
                };
                self.gan(config, critic, training, None, context)?
            }
            Method::UlVae => self.vae(&self.presets.vae, context)?,
            Method::UlVaeReplay => self.vae(&self.presets.vae_replay, context)?,
            Method::Likelihood => return Ok(None),
        }))
    }

    fn gan<C: GraphGeneratorConfig>(
        &self,
        generator: C,
        critic: CriticConfig,
        training: GanConfig,
        capacities: Option<BondCapacities>,
        (seed, directory, options, stop): (u64, &Path, &Options, &StopHandle),
    ) -> Result<Trained, Box<dyn Error>> {
        let budget = options.budget();
        let study = match directory.join("config.json").exists() {
            true => ModelStudy::<GanStudyConfig<C>>::open(directory)?,
            false => {
                let config = GanStudyConfig {
                    generator,
                    critic,
                    training,
                    capacities,
                    epochs: budget.gan_epochs,
                    iterations: 100,
                    judged: budget.judged,
                    seed,
                    device: options.device,
                };
                ModelStudy::<GanStudyConfig<C>>::create(directory, config, self.task)?
            }
        };
        finished(study.run(self.task, stop, EpochDisplay::Lines)?)?;
        let device = study.config().device.open()?;
        let sampler = study.sampler(self.task, &device)?;
        let mut graphs = Vec::new();
        let mut rng = final_sampling(seed);
        sampler.generate_many(budget.samples, PASS, &device, &mut rng, |made| {
            graphs.extend(made.sampled());
        });
        Ok(Trained {
            graphs,
            reconstructed: None,
            chains: None,
        })
    }

    fn vae(
        &self,
        preset: &VaePreset,
        (seed, directory, options, stop): (u64, &Path, &Options, &StopHandle),
    ) -> Result<Trained, Box<dyn Error>> {
        let budget = options.budget();
        let study = match directory.join("config.json").exists() {
            true => VaeStudy::open(directory)?,
            false => {
                let config = VaeStudyConfig {
                    model: preset.model.clone(),
                    training: preset.training.clone(),
                    epochs: budget.epochs,
                    judged: budget.judged,
                    seed,
                    device: options.device,
                };
                VaeStudy::create(directory, config, self.task)?
            }
        };
        say("finding the choices that generate the graphs");
        let config = study.config();
        let training = Arc::new(config.examples(self.training.clone()));
        let held_out = Arc::new(config.examples(self.held_out.clone()));
        if training.left_out() > 0 {
            let (left_out, all) = (training.left_out(), self.training.len());
            say(&format!(
                "note: {left_out} of {all} graphs are left out: the decoder's layers cannot generate them"
            ));
        }
        let examples = [training.clone(), held_out];
        let end = study.run(self.task, examples, stop, EpochDisplay::Lines)?;
        let best = end.best.unwrap_or(end.history.len());
        let reconstructed = end.history.value("reconstructed", best);
        finished(end)?;
        let device = study.config().device.open()?;
        let vae = study.sampler(self.task, &training, &device)?;
        Ok(Trained {
            graphs: vae.sample(budget.samples, PASS, &mut final_sampling(seed)),
            reconstructed,
            chains: None,
        })
    }
}

/// Trains each model with each seed in its own folder, or reads the scores of a complete folder.
pub(crate) fn rows(
    name: &str,
    methods: &[Method],
    options: &Options,
    mut train: impl FnMut(Method, u64, &Path) -> Result<BTreeMap<String, f64>, Box<dyn Error>>,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for &method in methods {
        let mut seeds = Vec::new();
        for seed in 0..options.seeds as u64 {
            let directory = directory(options, name, method, seed);
            if let Some(scores) = Scores::read(&directory)? {
                seeds.push(scores);
                continue;
            }
            say(&format!(
                "{}, seed {seed}: {}",
                method.name(),
                directory.display()
            ));
            let start = ProcessTime::now();
            let scores = Scores {
                scores: train(method, seed, &directory)?,
                cpu_minutes: start.elapsed().as_secs_f64() / 60.0,
            };
            scores.write(&directory)?;
            seeds.push(scores);
        }
        rows.push((method, seeds));
    }
    Ok(rows)
}

/// Returns the folder of a training.
pub(crate) fn directory(options: &Options, name: &str, method: Method, seed: u64) -> PathBuf {
    let training = format!("{}-{seed}", method.folder());
    options.out.join(name).join(training)
}

/// Trains or resumes the distribution by maximum likelihood, for a number of steps.
pub(crate) fn likelihood(
    task: &impl LikelihoodTask,
    model: UnpoolingModelConfig,
    steps: usize,
    seed: u64,
    directory: &Path,
    (options, stop): (&Options, &StopHandle),
) -> Result<LikelihoodStudy, Box<dyn Error>> {
    let budget = options.budget();
    let study = match directory.join("config.json").exists() {
        true => LikelihoodStudy::open(directory)?,
        false => {
            let batch = task.training().len().clamp(1, 256);
            let config = LikelihoodStudyConfig {
                model,
                training: LikelihoodConfig::new(steps).with_batch_size(batch),
                epochs: budget.epochs.min(steps),
                judged: budget.judged,
                sampling: Default::default(),
                seed,
                device: options.device,
            };
            LikelihoodStudy::create(directory, config, &(), task)?
        }
    };
    finished(study.run(task, stop, EpochDisplay::Lines)?)?;
    Ok(study)
}

/// Returns an error if the training was stopped.
pub(crate) fn finished(end: StudyEnd) -> Result<(), Stopped> {
    match end.end {
        RunEnd::Interrupted => Err(Stopped),
        _ => Ok(()),
    }
}

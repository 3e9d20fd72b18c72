//! The models, and their training in folders of their own.

use std::{error::Error, path::Path, sync::Arc};

use clap::ValueEnum;
use fireweed::{
    generative::{
        AdjacencyConfig, CriticConfig, GraphGenerator, GraphGeneratorConfig, SampledGraph,
        StoredGraphs,
    },
    study::{
        GraphTask, ModelStudy, StudyEnd,
        gan::{GanStudyConfig, Preset},
        vae::{VaePreset, VaeStudy, VaeStudyConfig},
    },
    train::{EpochDisplay, RunEnd, StopHandle, final_sampling, gan::GanConfig},
};

use crate::{Options, Stopped, common::say};

/// A model of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// A generator that unpools, against a critic.
    UlGan,
    /// The same without skip connections from the latent vector.
    UlGanNs,
    /// An autoencoder whose decoder unpools, trained as published.
    UlVae,
    /// The same, trained by replay of the choices that make each graph.
    UlVaeReplay,
    /// A generator that makes a whole adjacency matrix, against the same critic.
    AdjGan,
    /// The distribution by unpooling, by maximum likelihood; on molecules.
    Likelihood,
}

impl Method {
    pub(crate) const ALL: [Self; 6] = [
        Self::UlGan,
        Self::UlGanNs,
        Self::UlVae,
        Self::UlVaeReplay,
        Self::AdjGan,
        Self::Likelihood,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UlGan => "UL GAN",
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
            Self::UlGanNs => "ul-gan-ns",
            Self::UlVae => "ul-vae",
            Self::UlVaeReplay => "ul-vae-replay",
            Self::AdjGan => "adj-gan",
            Self::Likelihood => "likelihood",
        }
    }
}

/// What the models of one data set are made of.
pub(crate) struct Presets {
    pub(crate) gan: Preset,
    pub(crate) vae: VaePreset,
    pub(crate) vae_replay: VaePreset,
    /// Nodes of the largest graph.
    pub(crate) largest: usize,
}

/// A data set that models are trained on.
pub(crate) struct Data<'a, T> {
    pub(crate) task: &'a T,
    pub(crate) training: &'a Arc<StoredGraphs>,
    /// Graphs that autoencoders reconstruct.
    pub(crate) held_out: &'a Arc<StoredGraphs>,
    pub(crate) presets: &'a Presets,
}

/// What is left of a training.
pub(crate) struct Trained {
    /// Graphs of the best epoch.
    pub(crate) graphs: Vec<SampledGraph>,
    /// Share of held-out graphs that are reconstructed at the best epoch, of autoencoders.
    pub(crate) reconstructed: Option<f64>,
}

/// Graphs of a pass of a generator; bounds memory only.
const PASS: usize = 256;

impl<T: GraphTask> Data<'_, T> {
    /// Trains a model, or goes on with it, and samples from its best epoch. None for a model that
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
            Method::UlGan => self.gan(generator, critic, training, context)?,
            Method::UlGanNs => {
                let generator = generator.with_skip_connections(false);
                self.gan(generator, critic, training, context)?
            }
            Method::AdjGan => {
                let config = AdjacencyConfig::new(generator.features, self.presets.largest);
                let training = match critic.edge_features {
                    0 => training,
                    // As published: the kinds of edges carry the gradient.
                    _ => training.with_structure_weight(0.0),
                };
                self.gan(config, critic, training, context)?
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
                    capacities: None,
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
        say("finding the choices that make the graphs");
        let config = study.config();
        let training = Arc::new(config.examples(self.training.clone()));
        let held_out = Arc::new(config.examples(self.held_out.clone()));
        if training.left_out() > 0 {
            let (left_out, all) = (training.left_out(), self.training.len());
            say(&format!(
                "note: {left_out} of {all} graphs are left out: the decoder's layers do not make them"
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
        })
    }
}

/// An error if the training was stopped.
pub(crate) fn finished(end: StudyEnd) -> Result<(), Stopped> {
    match end.end {
        RunEnd::Interrupted => Err(Stopped),
        _ => Ok(()),
    }
}

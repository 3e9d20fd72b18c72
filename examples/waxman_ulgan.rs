//! Generates random graphs in the plane by unpooling, and compares their statistics.

mod common;

use common::{new_directory, say};

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::Parser;
use fireweed::{
    data::Provenance,
    device::DeviceSpec,
    generative::GraphGenerator,
    graph::generate::{PlacedGraph, Waxman},
    study::{
        GraphTask,
        gan::{GanStudy, GanStudyConfig, PlacedTask, Preset, UL_GAN_ON_WAXMAN, load_generator},
    },
    train::{RunEnd, final_sampling},
};

/// Trains a generator on Waxman graphs: up to 12 points in the unit square, where closer points are
/// likelier to be joined. The largest component is used, if it has at least 5 nodes.
///
/// After every epoch, graphs are sampled, and four of their statistics are compared with the data:
/// edge density, clustering, connectivity, and the coordinates of the nodes. At the end, those of
/// the best epoch are printed next to the published scores and the noise floor, the scores of a
/// second sample of the source.
///
/// Results are written to a new folder: distributions.svg and .png, table.md, metrics.json,
/// curves.svg and .png, history.csv, generator.safetensors, config.json, checkpoints. Ctrl-C stops
/// after the current step; --resume FOLDER continues with the same result as an uninterrupted run.
#[derive(Parser)]
#[command(name = "waxman_ulgan", version, verbatim_doc_comment)]
struct Command {
    /// Number of graphs to draw for training.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    drawn: u64,
    /// Number of epochs; each ends with an evaluated sample and a checkpoint.
    #[arg(long, value_name = "T", default_value_t = 20)]
    epochs: usize,
    /// Number of iterations in an epoch: steps of critic and generator on 64 graphs.
    #[arg(long, value_name = "N", default_value_t = 100)]
    iterations: usize,
    /// Number of graphs to sample at the end; not stored, so repeat it with --resume.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    samples: usize,
    /// Number of graphs to evaluate after every epoch.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    judged: usize,
    /// Use the published training, instead of the more stable one.
    #[arg(long)]
    paper: bool,
    /// Seed of the data, weights, order and draws.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Device: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also NAME:INDEX), if the
    /// build includes them (--features).
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// Folder for the results [default: the next free runs/waxman_ulgan-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Resume the training in this folder, with its settings. Pass --drawn again if you did before.
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "epochs", "iterations", "judged", "paper", "out", "sample_from", "seed", "device",
    ])]
    resume: Option<PathBuf>,
    /// Do not train: sample from the generator.safetensors of this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["epochs", "iterations", "paper"])]
    sample_from: Option<PathBuf>,
    /// One line of text per epoch, even if the build has Burn's dashboard (--features tui).
    #[arg(long)]
    plain: bool,
}

/// Number of nodes of the smallest graph that is kept.
const LEAST: usize = 5;
/// Number of draws for the noise floor, beyond those for training; several samples are averaged.
const FRESH: u64 = 60_000;

fn main() -> ExitCode {
    common::run(generate)
}

fn generate(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let mut device = command.device.open()?;
    let study = command.resume.as_deref().map(GanStudy::open).transpose()?;
    let seed = study
        .as_ref()
        .map_or(command.seed, |study| study.config().seed);
    let graphs = draw(0..command.drawn, seed)?;
    let (kept, drawn) = (graphs.len(), command.drawn);
    let provenance = Provenance {
        title: format!("Waxman graphs ({kept} of {drawn} drawn, seed {seed})"),
        synthetic: false,
        sha256: Vec::new(),
    };
    say(&provenance.title);
    let task = PlacedTask::new(&graphs, provenance).with_published(UL_GAN_ON_WAXMAN);
    let (generator, directory) = match &command.sample_from {
        Some(directory) => {
            let generator = load_generator(directory, &task.kinds(), &device)?;
            let out = command.out.clone().unwrap_or_else(|| directory.clone());
            (generator, out)
        }
        None => {
            let study = match study {
                Some(study) => study,
                None => {
                    let directory = match &command.out {
                        Some(directory) => directory.clone(),
                        None => new_directory("waxman_ulgan")?,
                    };
                    GanStudy::create(&directory, config(&command), &task)?
                }
            };
            say(&format!(
                "device {}, results in {}\n",
                study.config().device,
                study.directory().display()
            ));
            let stop = common::stop_on_ctrl_c()?;
            let display = common::epoch_display(command.plain);
            let end = study.run(&task, &stop, display)?;
            let directory = study.directory().to_path_buf();
            if end.end == RunEnd::Interrupted {
                eprintln!("stopped; continue with --resume {}", directory.display());
                return Ok(ExitCode::from(common::INTERRUPTED));
            }
            if let Some(best) = end.best {
                say(&format!("\nBest epoch: {best}"));
            }
            device = study.config().device.open()?;
            (study.sampler(&task, &device)?, directory)
        }
    };

    let mut rng = final_sampling(seed);
    let mut sampled = Vec::new();
    generator.generate_many(command.samples, 256, &device, &mut rng, |made| {
        sampled.extend(made.sampled());
    });
    let fresh = draw(command.drawn..command.drawn + FRESH, seed)?;
    let results = task.evaluate(&sampled, Some(&fresh))?;
    std::fs::create_dir_all(&directory)
        .map_err(|error| format!("cannot use {}: {error}", directory.display()))?;
    results.write(&directory)?;
    say(&format!("\n{}", results.table()));
    say(&format!(
        "Pictures: {}",
        directory.join("distributions.png").display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn draw(attempts: std::ops::Range<u64>, seed: u64) -> Result<Vec<PlacedGraph>, Box<dyn Error>> {
    Ok(Waxman::new().dataset(LEAST, attempts, seed)?)
}

fn config(command: &Command) -> GanStudyConfig {
    let preset = match command.paper {
        true => Preset::waxman_published(),
        false => Preset::waxman(),
    };
    GanStudyConfig {
        generator: preset.generator,
        critic: preset.critic,
        training: preset.training,
        capacities: None,
        epochs: command.epochs,
        iterations: command.iterations,
        judged: command.judged,
        seed: command.seed,
        device: command.device,
    }
}

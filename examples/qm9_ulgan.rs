//! Generates molecules by unpooling: trains on QM9, samples, evaluates, draws.

mod common;

use common::{
    molecules::{Selection, positive},
    new_directory, say,
};

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use burn::tensor::Device;
use clap::{Parser, ValueEnum};
use fireweed::{
    data::{Loaded, MoleculeData},
    device::DeviceSpec,
    evaluate::MoleculeReference,
    generative::{Generator, GraphGenerator},
    molecule::{MolecularGraph, Validity},
    study::{
        GraphTask, MoleculeResults,
        gan::{GanStudy, GanStudyConfig, MoleculeTask, Preset, load_generator},
    },
    train::{RunEnd, final_sampling},
};
use serde::{Deserialize, Serialize};

/// Trains a generator of molecules on QM9, or on your own file, against a critic. The graphs grow
/// by unpooling, from 3 to 5 to 9 atoms and so on, and every molecule is connected.
///
/// After every epoch, 1,000 molecules are sampled from a moving average of the generator and
/// evaluated. At the end, 10,000 are sampled from the best epoch and compared with the data and
/// with the published scores. As many again are sampled without the valence mask, see
/// --no-valence-mask.
///
/// Results are written to a new folder: grid.svg and grid.png (pictures of molecules), samples.smi,
/// samples.sdf, graphs.jsonl, report.txt, metrics.json, metrics.csv, curves.svg and curves.png,
/// history.csv, generator.safetensors, config.json, checkpoints. Ctrl-C stops after the current
/// step; --resume FOLDER continues with the same result as an uninterrupted run.
#[derive(Parser)]
#[command(name = "qm9_ulgan", version, verbatim_doc_comment)]
struct Command {
    /// Number of epochs; each ends with an evaluated sample and a checkpoint.
    #[arg(long, value_name = "T", default_value_t = 10)]
    epochs: usize,
    /// Number of iterations in an epoch: steps of critic and generator on 64 molecules.
    #[arg(long, value_name = "N", default_value_t = 100)]
    iterations: usize,
    /// Number of molecules to sample at the end; not stored, so repeat it with --resume.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = positive)]
    samples: usize,
    /// Number of molecules to evaluate after every epoch.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    judged: usize,
    /// Use the published training, instead of the more stable one.
    #[arg(long)]
    paper: bool,
    /// Do not constrain valences. Without this option, no atom gets more bonds than its valence
    /// allows, neither in training nor in samples; with --paper, valences are not constrained.
    /// Samples of the other kind go to the folder valence_mask, or no_valence_mask, of the results.
    #[arg(long)]
    no_valence_mask: bool,
    /// Keep valences legal with --paper, or in samples of a generator without the mask.
    #[arg(long, conflicts_with = "no_valence_mask")]
    valence_mask: bool,
    /// Heavy atoms of the largest molecules to train on. The generator is built for the sizes in
    /// the data.
    #[arg(long, value_name = "N", default_value_t = 38, value_parser = positive)]
    heavy_atoms: usize,
    /// Reward that is added to the critic's score.
    #[arg(long, value_name = "PROPERTY")]
    reward: Option<Reward>,
    /// Weight of the reward.
    #[arg(long, value_name = "W", default_value_t = 1.0, requires = "reward")]
    reward_weight: f64,
    /// Weight λ of the policy gradient [default: 0.005, with a reward 0.05].
    #[arg(long, value_name = "LAMBDA")]
    structure_weight: Option<f64>,
    /// Weight of −log probability of the choices that generate molecules of the data, which also
    /// trains the structure; the published value is 0.
    #[arg(long, value_name = "W", default_value_t = 0.0)]
    replay_weight: f64,
    /// Seed of weights, order of data, and draws.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Device: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also NAME:INDEX), if the
    /// build includes them (--features).
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// File with one SMILES per line (.smi, .txt, also as .gz), table with a column of SMILES
    /// (.csv, .tsv), or folder with qm9.smi. If not given: $FIREWEED_DATA/qm9, the cache folder, or
    /// a download.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Name of the column with SMILES; if not given, it is found by its name.
    #[arg(long, value_name = "NAME", requires = "data")]
    smiles_column: Option<String>,
    /// Use synthetic molecules, even if QM9 is available.
    #[arg(long, conflicts_with_all = ["data", "no_fallback"])]
    synthetic: bool,
    /// Never download.
    #[arg(long)]
    no_download: bool,
    /// Fail if QM9 is not available, instead of using synthetic molecules.
    #[arg(long)]
    no_fallback: bool,
    /// Folder for the results [default: the next free runs/qm9_ulgan-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Resume the training in this folder, with its settings, data and reward.
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "epochs", "iterations", "judged", "paper", "valence_mask", "no_valence_mask", "out", "sample_from",
        "seed", "device", "reward", "reward_weight", "structure_weight", "replay_weight", "smiles_column",
        "heavy_atoms", "synthetic",
    ])]
    resume: Option<PathBuf>,
    /// Do not train: sample from the generator.safetensors of this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["epochs", "iterations", "paper"])]
    sample_from: Option<PathBuf>,
    /// One line of text per epoch, even if the build has Burn's dashboard (--features tui).
    #[arg(long)]
    plain: bool,
}

/// Reward of molecules.
#[derive(Clone, Copy, Debug, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reward {
    /// 1 for valid molecules, else 0.
    Validity,
    /// 1 for valid molecules that are not in the training data, else 0.
    Novelty,
    /// The octanol-water partition coefficient, by Wildman and Crippen: rewards fat-soluble
    /// molecules.
    Logp,
    /// Drug-likeness, from 0 to 1 (Bickerton et al. 2012); needs a build with --features qed.
    Qed,
}

fn main() -> ExitCode {
    common::run(generate)
}

/// Selection of the data of a training, stored next to its settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Begun {
    molecules: Selection,
    reward: Option<Reward>,
}

fn generate(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    if cfg!(not(feature = "qed")) && matches!(command.reward, Some(Reward::Qed)) {
        return Err("--reward qed needs a build with --features qed".into());
    }
    // Checked before the data are searched, so that a missing device leaves no folder behind.
    let device = command.device.open()?;
    let study = command.resume.as_deref().map(GanStudy::open).transpose()?;
    let begun = match &study {
        Some(study) => {
            let report = study.directory().join("report.txt");
            if report.exists() {
                let path = study.directory().display();
                return Err(format!(
                    "{path} is complete, see report.txt; use --sample-from {path} to draw more"
                )
                .into());
            }
            let mut begun: Begun = study.selection()?;
            if command.data.is_some() {
                begun.molecules.path.clone_from(&command.data);
            }
            begun
        }
        None => Begun {
            molecules: Selection {
                path: command.data.clone(),
                smiles_column: command.smiles_column.clone(),
                heavy_atoms: command.heavy_atoms,
                largest_part: false,
                synthetic: command.synthetic,
            },
            reward: command.reward,
        },
    };
    let (download, fallback) = (!command.no_download, !command.no_fallback);
    let data = begun.molecules.load(download, fallback)?;
    let begun = Begun {
        molecules: begun.molecules.absolute()?,
        ..begun
    };
    say(&format!("indexing {} molecules", data.data.molecules.len()));
    let mut task = MoleculeTask::new(&data.data.molecules, data.provenance.clone())?
        .with_selection(serde_json::to_value(&begun)?);
    if let Some(reward) = begun.reward {
        let reference = task.reference().clone();
        let (name, invalid) = reward.name_and_least();
        task = task.with_reward(name, invalid, move |molecule| {
            reward.of(molecule, &reference)
        });
    }
    say(&format!(
        "{}: {} molecules, {}",
        data.provenance.title,
        data.data.molecules.len(),
        task.vocabulary()
    ));
    let directory = match (&study, &command.out) {
        (Some(study), _) => study.directory().to_path_buf(),
        (None, Some(out)) => out.clone(),
        (None, None) => new_directory("qm9_ulgan")?,
    };
    if let Some(from) = &command.sample_from {
        if directory.join("samples.smi").exists() {
            let path = directory.display();
            return Err(format!("{path} already contains samples: choose another folder").into());
        }
        let generator = load_generator(from, &task.kinds(), &device)?;
        let label = label(&data, command.seed, None);
        return evaluate(
            &command,
            command.seed,
            &device,
            generator,
            &task,
            &directory,
            &label,
        );
    }

    let study = match study {
        Some(study) => {
            study.check(&task)?;
            study
        }
        None => GanStudy::create(&directory, config(&command, &task), &task)?,
    };
    begun.molecules.note(&data, study.directory())?;
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
    match end.best {
        Some(best) => say(&format!("\nBest epoch: {best}")),
        None => say("\nNo epoch has a G-mean above 0; molecules are sampled from the last epoch"),
    }
    let device = study.config().device.open()?;
    let generator = study.sampler(&task, &device)?;
    let seed = study.config().seed;
    let label = label(&data, seed, end.best);
    evaluate(
        &command, seed, &device, generator, &task, &directory, &label,
    )
}

/// Title line of a report.
fn label(data: &Loaded<MoleculeData>, seed: u64, epoch: Option<usize>) -> String {
    let epoch = epoch.map_or(String::new(), |epoch| format!(", epoch {epoch}"));
    let (title, version) = (&data.provenance.title, env!("CARGO_PKG_VERSION"));
    format!("{title}; UL GAN, seed {seed}{epoch}; fireweed {version}")
}

impl Reward {
    /// Returns the name, and the reward of an invalid molecule.
    fn name_and_least(self) -> (&'static str, f32) {
        match self {
            Self::Validity => ("validity", 0.0),
            Self::Novelty => ("novelty", 0.0),
            Self::Logp => ("logp", -3.0),
            Self::Qed => ("qed", 0.0),
        }
    }

    fn of(self, molecule: &MolecularGraph, training: &MoleculeReference) -> Option<f32> {
        match self {
            Self::Validity => molecule.is_valid(Validity::Sanitized).then_some(1.0),
            Self::Novelty => {
                let texts = molecule.check().texts.ok()?;
                (!training.contains_isomeric(&texts.isomeric)).then_some(1.0)
            }
            Self::Logp => molecule.log_p().ok().map(|value| value as f32),
            #[cfg(feature = "qed")]
            Self::Qed => molecule.qed().ok().map(|value| value as f32),
            #[cfg(not(feature = "qed"))]
            Self::Qed => None,
        }
    }
}

fn config(command: &Command, task: &MoleculeTask) -> GanStudyConfig {
    let mut preset = match command.paper {
        true => Preset::qm9_published(task.features()),
        false => Preset::molecules(task.features(), task.sizes()),
    };
    let training = &mut preset.training;
    training.reward_weight = command.reward_weight;
    if command.reward.is_some() {
        // Rewards exist only for whole molecules, so only the policy gradient follows them.
        training.structure_weight = 0.05;
    }
    if let Some(weight) = command.structure_weight {
        training.structure_weight = weight;
    }
    training.replay_weight = command.replay_weight;
    let masked = command.valence_mask || !(command.paper || command.no_valence_mask);
    training.reinforce_features |= command.reward.is_some() || masked;
    GanStudyConfig {
        generator: preset.generator,
        critic: preset.critic,
        training: preset.training,
        capacities: masked.then(|| task.capacities()),
        epochs: command.epochs,
        iterations: command.iterations,
        judged: command.judged,
        seed: command.seed,
        device: command.device,
    }
}

/// Samples, evaluates and draws molecules: as the generator is, and once more with the mask
/// switched the other way.
fn evaluate(
    command: &Command,
    seed: u64,
    device: &Device,
    mut generator: Generator,
    task: &MoleculeTask,
    directory: &Path,
    label: &str,
) -> Result<ExitCode, Box<dyn Error>> {
    if command.valence_mask || command.no_valence_mask {
        let capacities = command.valence_mask.then(|| task.capacities());
        generator = generator.with_capacities(capacities)?;
    }
    let masked = generator.capacities().is_some();
    let start = Instant::now();
    let results = sample(command, seed, device, &generator, task, directory, label)?;
    let rate = command.samples as f64 / start.elapsed().as_secs_f64();
    say(&format!("\n{}", results.report));
    let (what, folder, other) = match masked {
        false => ("legal valences", "valence_mask", Some(task.capacities())),
        true => ("valences left free", "no_valence_mask", None),
    };
    let directory_of_other = directory.join(folder);
    let generator = generator.with_capacities(other)?;
    let other = sample(
        command,
        seed,
        device,
        &generator,
        task,
        &directory_of_other,
        label,
    )?;
    let scores = &other.report.corrected;
    say(&format!(
        "The same generator with {what}: valid {:.3}, unique {:.3}, novel {:.3}, G-mean {:.3}; \
         see {}",
        scores.validity,
        scores.uniqueness,
        scores.novelty,
        scores.g_mean,
        directory_of_other.join("report.txt").display()
    ));
    say(&format!(
        "{rate:.0} molecules per second, with evaluation; pictures: {}",
        directory.join("grid.png").display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn sample(
    command: &Command,
    seed: u64,
    device: &Device,
    generator: &Generator,
    task: &MoleculeTask,
    directory: &Path,
    label: &str,
) -> Result<MoleculeResults, Box<dyn Error>> {
    let valences = match generator.capacities() {
        Some(_) => "legal valences",
        None => "valences left free",
    };
    say(&format!(
        "drawing {} molecules, {valences}",
        command.samples
    ));
    let mut rng = final_sampling(seed);
    let mut graphs = Vec::new();
    generator.generate_many(command.samples, 256, device, &mut rng, |made| {
        graphs.extend(made.sampled());
    });
    let results = task.evaluate(&graphs);
    std::fs::create_dir_all(directory)
        .map_err(|error| format!("cannot use {}: {error}", directory.display()))?;
    results.write(directory)?;
    let path = directory.join("report.txt");
    let text = format!("{label}; {valences}\n\n{}", results.report);
    std::fs::write(&path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(results)
}

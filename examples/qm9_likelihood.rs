//! Learns a distribution over molecules by unpooling and maximum likelihood, and samples from it.

mod common;

use common::{
    molecules::{Selection, positive},
    new_directory, say,
};

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use burn::tensor::Device;
use clap::Parser;
use fireweed::{
    data::{Loaded, MoleculeData},
    device::DeviceSpec,
    evaluate::{
        MoleculeReference, MoleculeReport, PropertyReference, PropertyReport, PropertySample,
    },
    generative::likelihood::{SamplingOptions, UnpoolingModel},
    molecule::MolecularGraph,
    study::{
        MoleculeResults,
        likelihood::{
            LikelihoodStudy, LikelihoodStudyConfig, LikelihoodTask, ModelDescription,
            MoleculeCodec, MoleculeLikelihood, draw_molecules, load_model, save_model, time_steps,
        },
    },
    train::{
        RunEnd, final_sampling,
        likelihood::{LikelihoodConfig, LikelihoodOptimizer},
    },
};
use serde::{Deserialize, Serialize};

/// Learns the distribution of the molecules of QM9, or of your own file, by maximum likelihood.
/// Pooling converts every molecule into the choices that generate it, from 3 to 5 to 9 atoms and so
/// on, and a network learns their probabilities. All generated molecules are connected.
///
/// After every epoch, the −log probability of held-out molecules is measured, and 1,000 molecules
/// are drawn. At the end, 10,000 are drawn from the best epoch and compared with the data.
///
/// Results are written to a new folder: grid.svg and grid.png (pictures of molecules),
/// properties.svg and properties.png (histograms next to the data), samples.smi, samples.sdf,
/// graphs.jsonl, report.txt, metrics.json, metrics.csv, curves.svg and curves.png, history.csv,
/// model.safetensors, model.json, config.json, checkpoints. Ctrl-C stops after the current step;
/// --resume FOLDER continues with the same result as an uninterrupted run.
#[derive(Parser)]
#[command(name = "qm9_likelihood", version, verbatim_doc_comment)]
struct Command {
    /// Total number of training steps, of 256 molecules each.
    #[arg(long, value_name = "N", default_value_t = STEPS, value_parser = positive)]
    steps: usize,
    /// Train for about this many minutes instead: some steps are timed, and the number of steps
    /// that fits is used and recorded.
    #[arg(long, value_name = "T", conflicts_with = "steps")]
    minutes: Option<f64>,
    /// Number of epochs that the steps are divided into; each ends with a score and a checkpoint.
    #[arg(long, value_name = "T", default_value_t = 10, value_parser = positive)]
    epochs: usize,
    /// Number of molecules in a step.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = positive)]
    batch_size: usize,
    /// Largest step size.
    #[arg(long, value_name = "RATE", default_value_t = LEARNING_RATE, value_parser = above_zero)]
    learning_rate: f64,
    /// Optimizer: muon, or adamw, which needs more steps.
    #[arg(long, value_name = "NAME", default_value = "muon", value_parser = optimizer)]
    optimizer: LikelihoodOptimizer,
    /// Node features, edge features and layers of the network of the structure.
    #[arg(long, value_name = "NODES,EDGES,LAYERS", value_parser = network)]
    structure: Option<[usize; 3]>,
    /// Same for the network of atoms and bonds.
    #[arg(long, value_name = "NODES,EDGES,LAYERS", value_parser = network)]
    types: Option<[usize; 3]>,
    /// Also learn the chirality of atoms.
    #[arg(long)]
    stereo: bool,
    /// Number of molecules to draw at the end; not stored, so repeat it with --resume.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = positive)]
    samples: usize,
    /// Number of molecules to draw after every epoch; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    judged: usize,
    /// Number of molecules to hold out from training, at most every tenth.
    #[arg(long, value_name = "N", default_value_t = 4000)]
    held_out: usize,
    /// Keep valences legal when molecules are drawn.
    #[arg(long)]
    valence_mask: bool,
    /// Number of choices per molecule between two evaluations of a network: 1 draws from the
    /// learned distribution, more are faster and less accurate.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = positive)]
    choices_per_round: usize,
    /// Also make choices in the same round if one outcome has at least this probability; less than
    /// 1 is faster and less accurate.
    #[arg(long, value_name = "P", default_value_t = 1.0, value_parser = probability)]
    certainty: f64,
    /// Temperature: values below 1 sharpen the distribution, values above 1 flatten it.
    #[arg(long, value_name = "T", default_value_t = 1.0, value_parser = above_zero)]
    temperature: f64,
    /// Seed of weights, order of data, chains and draws.
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
    /// Heavy atoms of the largest molecules to train on.
    #[arg(long, value_name = "N", default_value_t = 38, value_parser = positive)]
    heavy_atoms: usize,
    /// Train on the largest part of molecules of several parts, such as salts, instead of leaving
    /// them out.
    #[arg(long)]
    largest_part: bool,
    /// Use synthetic molecules, even if QM9 is available.
    #[arg(long, conflicts_with_all = ["data", "no_fallback"])]
    synthetic: bool,
    /// Never download.
    #[arg(long)]
    no_download: bool,
    /// Fail if QM9 is not available, instead of using synthetic molecules.
    #[arg(long)]
    no_fallback: bool,
    /// New folder for the results [default: the next free runs/qm9_likelihood-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Resume the training in this folder, with its settings and data.
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "steps", "minutes", "epochs", "batch_size", "learning_rate", "optimizer", "structure",
        "types", "stereo", "judged", "held_out", "seed", "device", "smiles_column", "heavy_atoms", "largest_part", "synthetic",
        "out", "sample_from",
    ])]
    resume: Option<PathBuf>,
    /// Do not train: draw from the model of this folder, without any data.
    #[arg(long, value_name = "DIR", conflicts_with_all = TRAINING)]
    sample_from: Option<PathBuf>,
    /// Do not train: draw from the bundled model of QM9, without any data. Needs a build with
    /// --features pretrained.
    #[arg(long, conflicts_with_all = TRAINING, conflicts_with_all = ["sample_from", "resume"])]
    pretrained: bool,
    /// Save the weights rounded to f16, half the size. With --sample-from, save the model again
    /// with such weights and draw from it.
    #[arg(long)]
    f16: bool,
    /// One line of text per epoch, even if the build has Burn's dashboard (--features tui).
    #[arg(long)]
    plain: bool,
}

/// Number of steps of the default training. On two idle cores, with sampling and evaluation, it
/// takes less than 15 minutes.
const STEPS: usize = 10_000;
/// Largest step size of the default training.
const LEARNING_RATE: f64 = 2e-3;

/// Options that apply only to training.
const TRAINING: [&str; 15] = [
    "steps",
    "minutes",
    "epochs",
    "batch_size",
    "learning_rate",
    "optimizer",
    "structure",
    "types",
    "stereo",
    "judged",
    "held_out",
    "smiles_column",
    "heavy_atoms",
    "largest_part",
    "synthetic",
];

fn network(text: &str) -> Result<[usize; 3], String> {
    let numbers: Result<Vec<usize>, String> = text.split(',').map(positive).collect();
    numbers?
        .try_into()
        .map_err(|_| "needs three numbers, for example 96,48,4".into())
}

fn optimizer(text: &str) -> Result<LikelihoodOptimizer, String> {
    match text {
        "muon" => Ok(LikelihoodOptimizer::Muon),
        "adamw" => Ok(LikelihoodOptimizer::AdamW),
        _ => Err("must be muon or adamw".into()),
    }
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        Ok(_) => Err("must be from 0 to 1".into()),
        Err(error) => Err(format!("{error}")),
    }
}

fn above_zero(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        Ok(_) => Err("must be above 0".into()),
        Err(error) => Err(format!("{error}")),
    }
}

/// Selection of the data of a training, stored next to its settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Begun {
    molecules: Selection,
    stereo: bool,
    held_out: usize,
}

type Description = ModelDescription<MoleculeCodec>;

fn main() -> ExitCode {
    common::run(learn)
}

fn learn(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    if command
        .minutes
        .is_some_and(|minutes| !(minutes > 0.0 && minutes.is_finite()))
    {
        return Err("--minutes must be above 0".into());
    }
    // Checked before the data are searched, so that a missing device leaves no folder behind.
    let device = command.device.open()?;
    if let Some(directory) = &command.sample_from {
        let (model, description): (_, Description) = load_model(directory, &device)?;
        return sample_only(&command, &model, &description, &device);
    }
    #[cfg(not(feature = "pretrained"))]
    if command.pretrained {
        return Err("--pretrained needs a build with --features pretrained".into());
    }
    #[cfg(feature = "pretrained")]
    if command.pretrained {
        let (model, description) = fireweed::study::likelihood::pretrained_qm9(&device)?;
        return sample_only(&command, &model, &description, &device);
    }
    let study = command
        .resume
        .as_deref()
        .map(LikelihoodStudy::open)
        .transpose()?;
    if let Some(study) = &study {
        let report = study.directory().join("report.txt");
        if report.exists() {
            let path = study.directory().display();
            return Err(format!(
                "{path} is complete, see report.txt; use --sample-from {path} to draw more"
            )
            .into());
        }
    }
    let begun = match &study {
        Some(study) => {
            let mut begun: Begun = study.selection()?;
            if command.data.is_some() {
                begun.molecules.path.clone_from(&command.data);
            }
            begun
        }
        None => begun(&command),
    };
    let (download, fallback) = (!command.no_download, !command.no_fallback);
    let mut data = begun.molecules.load(download, fallback)?;
    if !begun.stereo {
        for molecule in &mut data.data.molecules {
            *molecule = molecule.without_chirality();
        }
    }
    let task = MoleculeLikelihood::new(
        &data.data.molecules,
        data.provenance.clone(),
        begun.held_out,
        begun.stereo,
    )?;
    say(&format!(
        "{}: {} molecules, {} of them held out; {}",
        data.provenance.title,
        data.data.molecules.len(),
        task.held_out().len(),
        task.codec()
    ));
    let study = match study {
        Some(study) => {
            study.check(&task)?;
            study
        }
        None => {
            let config = config(&command, &task)?;
            let directory = match &command.out {
                Some(directory) => directory.clone(),
                None => new_directory("qm9_likelihood")?,
            };
            let molecules = begun.molecules.absolute()?;
            let begun = Begun { molecules, ..begun };
            LikelihoodStudy::create(&directory, config, &begun, &task)?
        }
    };
    let begun: Begun = study.selection()?;
    begun.molecules.note(&data, study.directory())?;
    let training = &study.config().training;
    say(&format!(
        "{} steps of {} molecules on {}, results in {}\n",
        training.steps,
        training.batch_size,
        study.config().device,
        study.directory().display()
    ));
    let stop = common::stop_on_ctrl_c()?;
    let display = common::epoch_display(command.plain);
    let end = study.run(&task, &stop, display)?;
    if end.end == RunEnd::Interrupted {
        let directory = study.directory().display();
        eprintln!("stopped; continue with --resume {directory}");
        return Ok(ExitCode::from(common::INTERRUPTED));
    }
    if let Some(best) = end.best {
        say(&format!("\nBest epoch: {best}"));
    }
    finish(&command, &study, &task, &data)
}

fn begun(command: &Command) -> Begun {
    Begun {
        molecules: Selection {
            path: command.data.clone(),
            smiles_column: command.smiles_column.clone(),
            heavy_atoms: command.heavy_atoms,
            largest_part: command.largest_part,
            synthetic: command.synthetic,
        },
        stereo: command.stereo,
        held_out: command.held_out,
    }
}

fn config(
    command: &Command,
    task: &MoleculeLikelihood,
) -> Result<LikelihoodStudyConfig, Box<dyn Error>> {
    let mut model = task.model();
    for (asked, network) in [
        (command.structure, &mut model.structure),
        (command.types, &mut model.types),
    ] {
        if let Some([nodes, edges, layers]) = asked {
            network.node_features = nodes;
            network.edge_features = edges;
            network.layers = layers;
        }
    }
    let mut config = LikelihoodStudyConfig {
        model,
        training: LikelihoodConfig::new(command.steps)
            .with_batch_size(command.batch_size)
            .with_learning_rate(command.learning_rate)
            .with_optimizer(command.optimizer),
        epochs: command.epochs.min(command.steps),
        judged: command.judged,
        sampling: options(command),
        seed: command.seed,
        device: command.device,
    };
    if let Some(minutes) = command.minutes {
        say("timing some steps");
        let timing = time_steps(&config, &task.training())?;
        let time = Duration::from_secs_f64(60.0 * minutes);
        config.training.steps = timing.steps_in(time);
        config.epochs = command.epochs.min(config.training.steps);
        say(&format!(
            "{:.0} ms a step: {} steps in {minutes} minutes",
            timing.step.as_secs_f64() * 1e3,
            config.training.steps
        ));
    }
    Ok(config)
}

fn options(command: &Command) -> SamplingOptions {
    SamplingOptions {
        choices_per_round: command.choices_per_round,
        certainty: command.certainty,
        temperature: command.temperature,
        masked: command.valence_mask,
        ..SamplingOptions::default()
    }
}

/// Saves the model of the best epoch, draws from it and compares the molecules with the data, once
/// with the requested treatment of valences and once with the other.
fn finish(
    command: &Command,
    study: &LikelihoodStudy,
    task: &MoleculeLikelihood,
    data: &Loaded<MoleculeData>,
) -> Result<ExitCode, Box<dyn Error>> {
    let config = study.config();
    let device = config.device.open()?;
    let model = study.model(&device)?;
    let directory = study.directory();
    let description = Description {
        version: env!("CARGO_PKG_VERSION").into(),
        data: data.provenance.title.clone(),
        synthetic: data.provenance.synthetic,
        seed: config.seed,
        codec: task.codec().clone(),
        model: config.model.clone(),
    };
    save_model(directory, &model, &description, command.f16)?;
    let held_out = task.held_out();
    if !held_out.is_empty() {
        let nll = model.nll(&held_out, &device, &mut final_sampling(config.seed))?;
        let [structure, types] = [nll.structure.iter().sum::<f64>(), nll.types.iter().sum()];
        say(&format!(
            "−log probability of {} held-out molecules: {:.2} ± {:.2} nats ({structure:.2} structure, \
             {types:.2} atoms and bonds; {:.2} more for size and start)",
            nll.graphs,
            nll.total(),
            nll.standard_error,
            nll.start
        ));
    }
    say(&format!(
        "indexing {} molecules of the data",
        data.data.molecules.len()
    ));
    let reference = MoleculeReference::new(&data.data.molecules);
    let mut sampling = config.sampling.clone();
    for (masked, folder) in [
        (sampling.masked, ""),
        (!sampling.masked, other_folder(sampling.masked)),
    ] {
        sampling.masked = masked;
        let directory = directory.join(folder);
        let molecules = draw(
            command.samples,
            &model,
            &description,
            &sampling,
            &device,
            config.seed,
        )?;
        let results = results(molecules, &reference, &data.data.molecules, &directory)?;
        let header = header(&description, config, &sampling);
        let text = format!("{header}\n\n{}", results.report);
        if folder.is_empty() {
            say(&format!("\n{text}"));
        } else {
            let scores = &results.report.stereo_free;
            say(&format!(
                "The same model with {}: valid {:.3}, unique {:.3}, novel {:.3}; see {}",
                if masked {
                    "legal valences"
                } else {
                    "valences left free"
                },
                scores.validity,
                scores.uniqueness,
                scores.novelty,
                directory.join("report.txt").display()
            ));
        }
        std::fs::write(directory.join("report.txt"), text)
            .map_err(|error| format!("cannot write {}: {error}", directory.display()))?;
    }
    say(&format!(
        "pictures: {}",
        directory.join("grid.png").display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn other_folder(masked: bool) -> &'static str {
    match masked {
        true => "no_valence_mask",
        false => "valence_mask",
    }
}

/// Title line of a report.
fn header(
    description: &Description,
    config: &LikelihoodStudyConfig,
    sampling: &SamplingOptions,
) -> String {
    format!(
        "{}; maximum likelihood, {} steps of {}, seed {}; {}; fireweed {}",
        description.data,
        config.training.steps,
        config.training.batch_size,
        config.seed,
        if sampling.masked {
            "legal valences"
        } else {
            "valences left free"
        },
        description.version
    )
}

fn draw(
    count: usize,
    model: &UnpoolingModel,
    description: &Description,
    sampling: &SamplingOptions,
    device: &Device,
    seed: u64,
) -> Result<Vec<MolecularGraph>, Box<dyn Error>> {
    say(&format!(
        "drawing {count} molecules, {}",
        if sampling.masked {
            "legal valences"
        } else {
            "valences left free"
        }
    ));
    let start = Instant::now();
    let mut rng = final_sampling(seed);
    let molecules = draw_molecules(model, &description.codec, count, sampling, device, &mut rng);
    say(&format!(
        "{:.0} molecules per second",
        count as f64 / start.elapsed().as_secs_f64()
    ));
    Ok(molecules)
}

/// Compares molecules with the data and writes everything except the report's text.
fn results(
    molecules: Vec<MolecularGraph>,
    reference: &MoleculeReference,
    data: &[MolecularGraph],
    directory: &Path,
) -> Result<MoleculeResults, Box<dyn Error>> {
    std::fs::create_dir_all(directory)
        .map_err(|error| format!("cannot use {}: {error}", directory.display()))?;
    let mut results = MoleculeResults::check(molecules, reference);
    let valid = results.valid();
    if valid.is_empty() {
        eprintln!("note: no molecule is valid, so there are no properties to compare");
    } else {
        say("comparing properties with the data");
        let sample = PropertySample::of(&valid);
        // Too few data cannot be split, so there is no floor and no comparison.
        match PropertyReference::draw(data, PropertyReference::MOLECULES, sample.len(), 0) {
            Err(error) => eprintln!("note: properties are not compared: {error}"),
            Ok(reference) => {
                let properties = PropertyReport::compare(&sample, &reference)?;
                let figure = properties.to_figure(&sample, &reference, "Molecules");
                figure.write(directory, "properties")?;
                results.report = results.report.clone().with_properties(properties);
            }
        }
    }
    results.write(directory)?;
    Ok(results)
}

/// Draws from a model without its data.
fn sample_only(
    command: &Command,
    model: &UnpoolingModel,
    description: &Description,
    device: &Device,
) -> Result<ExitCode, Box<dyn Error>> {
    let directory = match &command.out {
        Some(directory) => {
            if directory.join("samples.smi").exists() {
                let path = directory.display();
                return Err(
                    format!("{path} already contains samples: choose another folder").into(),
                );
            }
            directory.clone()
        }
        None => new_directory("qm9_likelihood")?,
    };
    std::fs::create_dir_all(&directory)
        .map_err(|error| format!("cannot use {}: {error}", directory.display()))?;
    let rounded;
    let model = if command.f16 {
        save_model(&directory, model, description, true)?;
        rounded = load_model::<MoleculeCodec>(&directory, device)?.0;
        &rounded
    } else {
        model
    };
    if description.synthetic {
        eprintln!("note: this model was trained on {}", description.data);
    }
    let sampling = options(command);
    let molecules = draw(
        command.samples,
        model,
        description,
        &sampling,
        device,
        command.seed,
    )?;
    say("checking molecules");
    let nothing = MoleculeReference::new(&[]);
    let results = MoleculeResults::check(molecules, &nothing);
    results.write_molecules(&directory)?;
    let report: &MoleculeReport = &results.report;
    say(&format!(
        "model of {} (seed {}): valid {:.4}, unique {:.4} of the valid; pictures: {}",
        description.data,
        description.seed,
        report.stereo_free.validity,
        report.stereo_free.uniqueness,
        directory.join("grid.png").display()
    ));
    Ok(ExitCode::SUCCESS)
}

//! Which slope of the leaky ReLU trains fastest on Fashion-MNIST?

mod common;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use fireweed::{
    data::{ImageDataset, ImageRequest, ImageSplits, load_images},
    device::DeviceSpec,
    overparam::InputMap,
    study::{AlphaStudy, AlphaStudyConfig, StudyEvent, write_results},
    train::RunEnd,
};

/// Trains one network per slope α on Fashion-MNIST, with the same images, the same order and the
/// same weight draws, and compares how fast they learn.
///
/// The activation is x/√(1+α²) for x ≥ 0 and αx/√(1+α²) for x < 0: α = 0 is ReLU, α = −1 the
/// absolute value. Only the hidden layers are trained (Algorithm 1).
///
/// Results go to a folder of their own: curves.svg, curves.png, table.md, results.csv,
/// results.json, curves.csv, config.json, and per training its history and checkpoint. Ctrl-C
/// stops after the current step; --resume FOLDER continues as if nothing had happened.
#[derive(Parser)]
#[command(name = "fmnist_leaky", version, verbatim_doc_comment)]
struct Command {
    /// Slopes, each a finite number below 1, separated by commas.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, default_values_t = [-2.0, -1.0, 0.0, 0.01, 0.05])]
    alpha: Vec<f64>,
    /// The published size: two hidden layers of width 2,000 and ten repeats. About half an hour
    /// on two cores. Other options still apply.
    #[arg(long)]
    paper: bool,
    /// Training images, a random subset [default: 3000].
    #[arg(long, value_name = "N")]
    samples: Option<usize>,
    /// Test images, a random subset [default: 4000].
    #[arg(long, value_name = "N")]
    test_samples: Option<usize>,
    /// Width m of the hidden layers [default: 500, with --paper 2000].
    #[arg(long, value_name = "M")]
    width: Option<usize>,
    /// Hidden layers L [default: 2].
    #[arg(long, value_name = "L")]
    depth: Option<usize>,
    /// Images per step [default: 64].
    #[arg(long, value_name = "B")]
    batch_size: Option<usize>,
    /// Passes over the training images [default: 50].
    #[arg(long, value_name = "T")]
    epochs: Option<usize>,
    /// Step size η for the loss summed over a batch [default: 400/(B·M), near the largest that is
    /// stable; much smaller ones can reverse the order].
    #[arg(long, value_name = "ETA")]
    learning_rate: Option<f64>,
    /// Repeats with other weights and another order; results are mean ± standard deviation
    /// [default: 3, with --paper 10].
    #[arg(long, value_name = "R")]
    repeats: Option<usize>,
    /// Stop a training whose test loss has not fallen for this many epochs.
    #[arg(long, value_name = "EPOCHS")]
    patience: Option<usize>,
    /// Seed of images, weights and order.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to compute: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also NAME:INDEX),
    /// as far as the build has them (--features).
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// Folder with the four IDX files, or with a subfolder fashion-mnist that has them. Without
    /// it: $FIREWEED_DATA/fashion-mnist, the cache folder, download.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Never download.
    #[arg(long)]
    no_download: bool,
    /// Fail where the images cannot be had, instead of using the synthetic stand-in.
    #[arg(long)]
    no_fallback: bool,
    /// Folder for the results [default: the next free runs/fmnist_leaky-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Continue the study in this folder, with its settings.
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "alpha", "paper", "samples", "test_samples", "width", "depth", "batch_size", "epochs",
        "learning_rate", "repeats", "patience", "seed", "device", "out",
    ])]
    resume: Option<PathBuf>,
    /// One line of text per epoch, also where the build has Burn's dashboard (--features tui).
    #[arg(long)]
    plain: bool,
}

fn main() -> ExitCode {
    common::run(study)
}

fn study(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let study = match &command.resume {
        Some(directory) => {
            let study = AlphaStudy::open(directory)?;
            (study.config().dataset, Some(study))
        }
        None => (ImageDataset::FashionMnist, None),
    };
    let (dataset, opened) = study;
    let data = images(&command, dataset)?;
    let study = match opened {
        Some(study) => study,
        None => {
            let config = config(&command, dataset, &data);
            // Before anything is written: a wrong device or setting leaves no folder behind.
            config.validate()?;
            config.device.open()?;
            let directory = command.out.clone().unwrap_or_else(next_free_directory);
            AlphaStudy::create(&directory, config, &data)?
        }
    };
    println!("{}", study.config().summary());
    println!(
        "device {}, results in {}\n",
        study.config().device,
        study.directory().display()
    );

    let stop = common::stop_on_ctrl_c()?;
    let dashboard = cfg!(feature = "tui") && !command.plain;
    let results = study.run(&data, &stop, dashboard, &mut announce)?;
    let table = write_results(study.directory(), study.config(), &results)?;
    println!("\n{table}");
    println!("Curves: {}", study.directory().join("curves.png").display());
    if !results.complete {
        eprintln!(
            "stopped; continue with --resume {}",
            study.directory().display()
        );
        return Ok(ExitCode::from(common::INTERRUPTED));
    }
    let diverged: Vec<String> = results
        .runs
        .iter()
        .filter(|run| matches!(run.end, RunEnd::Diverged { .. }))
        .map(|run| run.alpha.to_string())
        .collect();
    if !diverged.is_empty() {
        return Err(format!(
            "the loss was not finite for α = {}; try a --learning-rate below {}",
            diverged.join(", "),
            study.config().learning_rate
        )
        .into());
    }
    Ok(ExitCode::SUCCESS)
}

fn images(command: &Command, dataset: ImageDataset) -> Result<ImageSplits, Box<dyn Error>> {
    let request = ImageRequest {
        dir: command.data.clone(),
        download: !command.no_download,
        fallback: !command.no_fallback,
        ..ImageRequest::new(dataset)
    };
    let data = load_images(&request, &mut common::download_bar())?;
    if let Some(notice) = &data.notice {
        eprintln!("note: {notice}");
    }
    Ok(data)
}

fn config(command: &Command, dataset: ImageDataset, data: &ImageSplits) -> AlphaStudyConfig {
    let [width, repeats] = if command.paper { [2000, 10] } else { [500, 3] };
    let width = command.width.unwrap_or(width);
    let batch_size = command.batch_size.unwrap_or(64);
    AlphaStudyConfig {
        version: env!("CARGO_PKG_VERSION").into(),
        dataset,
        provenance: data.provenance.clone(),
        alphas: command.alpha.clone(),
        samples: command.samples.unwrap_or(3000),
        test_samples: command.test_samples.unwrap_or(4000),
        depth: command.depth.unwrap_or(2),
        width,
        // Pixels are not negative: no constant coordinate is needed.
        input_map: InputMap::Unit,
        batch_size,
        epochs: command.epochs.unwrap_or(50),
        learning_rate: command
            .learning_rate
            .unwrap_or_else(|| AlphaStudyConfig::default_learning_rate(width, batch_size)),
        repeats: command.repeats.unwrap_or(repeats),
        patience: command.patience,
        seed: command.seed,
        device: command.device,
    }
}

fn next_free_directory() -> PathBuf {
    (1..)
        .map(|number| Path::new("runs").join(format!("fmnist_leaky-{number:03}")))
        .find(|directory| !directory.exists())
        .unwrap_or_else(|| "runs/fmnist_leaky".into())
}

fn announce(event: StudyEvent) {
    match event {
        StudyEvent::Started {
            alpha,
            repeat,
            number,
            total,
        } => println!("training {number} of {total}: α = {alpha}, run {repeat}"),
        StudyEvent::Skipped { alpha, repeat } => {
            println!("α = {alpha}, run {repeat}: finished before")
        }
        StudyEvent::Ended {
            end: RunEnd::Diverged { epoch },
            ..
        } => println!("the loss is not finite in epoch {epoch}: this training ends here"),
        StudyEvent::Ended {
            end: RunEnd::StoppedEarly,
            ..
        } => println!("the test loss falls no more: stopped early"),
        StudyEvent::Ended { .. } => {}
    }
}

//! Which slope of the leaky ReLU trains fastest on Fashion-MNIST?

mod common;

use common::{new_directory, say};

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::Parser;
use fireweed::{
    data::{DataPlaces, FashionMnist, Source},
    device::DeviceSpec,
    overparam::{InputMap, theory::Optimizer},
    study::{
        AlphaStudy, AlphaStudyConfig, ImageProblem, MlpFamily, StepRule, StepSearch, StudyEvent,
        write_results,
    },
    train::RunEnd,
};

/// Trains one network per slope α on Fashion-MNIST, with the same images, the same order and the
/// same weight draws, and compares how fast they learn.
///
/// The activation is x/√(1+α²) for x ≥ 0 and αx/√(1+α²) for x < 0: α = 0 is ReLU, α = −1 the
/// absolute value. Only the hidden layers are trained (Algorithm 1).
///
/// Results go to a folder of their own: curves.svg, curves.png, table.md, results.csv,
/// results.json, curves.csv, config.json, the history of each training and the weights of the
/// first repeat. Ctrl-C stops after the current step; --resume FOLDER continues as if nothing had
/// happened.
#[derive(Parser)]
#[command(name = "fmnist_leaky", version, verbatim_doc_comment)]
struct Command {
    /// Slopes, each a finite number below 1, separated by commas.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, default_values_t = [-2.0, -1.0, 0.0, 0.01, 0.05])]
    alpha: Vec<f64>,
    /// The published size: two hidden layers of width 2,000 and ten repeats. About an hour and a
    /// half on two cores. Other options still apply.
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
    /// Search the best step of each slope around the step size, and compare slopes at these.
    #[arg(long)]
    best_steps: bool,
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
    /// Use the synthetic stand-in, whatever there is.
    #[arg(long, conflicts_with_all = ["data", "no_fallback"])]
    synthetic: bool,
    /// Never download.
    #[arg(long)]
    no_download: bool,
    /// Fail where the images cannot be had, instead of using the synthetic stand-in.
    #[arg(long)]
    no_fallback: bool,
    /// Folder for the results [default: the next free runs/fmnist_leaky-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Continue the study in this folder, with its settings. Name the images' folder again if you
    /// did.
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "alpha", "paper", "samples", "test_samples", "width", "depth", "batch_size", "epochs",
        "learning_rate", "best_steps", "repeats", "patience", "seed", "device", "out", "synthetic",
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
    let (study, problem) = match &command.resume {
        Some(directory) => {
            let study = AlphaStudy::open(directory)?;
            let synthetic = study.provenance().synthetic;
            (study, load(&command, synthetic)?)
        }
        None => {
            // Before anything is searched or written: a wrong setting leaves no folder behind.
            let config = config(&command);
            config.validate()?;
            config.device.open()?;
            let problem = load(&command, command.synthetic)?;
            let directory = match &command.out {
                Some(directory) => directory.clone(),
                None => new_directory("fmnist_leaky")?,
            };
            (AlphaStudy::create(&directory, config, &problem)?, problem)
        }
    };
    say(&study.summary());
    say(&format!(
        "device {}, results in {}\n",
        study.config().device,
        study.directory().display()
    ));

    let stop = common::stop_on_ctrl_c()?;
    let display = common::epoch_display(command.plain);
    let results = study.run(&problem, &stop, display, &mut announce)?;
    let table = write_results(&study, &results)?;
    say(&format!("\n{table}"));
    say(&format!(
        "Curves: {}",
        study.directory().join("curves.png").display()
    ));
    if !results.complete {
        eprintln!(
            "stopped; continue with --resume {}",
            study.directory().display()
        );
        return Ok(ExitCode::from(common::INTERRUPTED));
    }
    if let Some(message) = results.divergence(study.config()) {
        return Err(message.into());
    }
    Ok(ExitCode::SUCCESS)
}

fn load(command: &Command, synthetic: bool) -> Result<ImageProblem<MlpFamily>, Box<dyn Error>> {
    // Pixels are not negative: no constant coordinate is needed.
    let input_map = InputMap::Unit;
    let images = match synthetic {
        true => FashionMnist.stand_in()?,
        false => {
            let places = DataPlaces {
                dir: command.data.clone(),
                download: !command.no_download,
                fallback: !command.no_fallback,
            };
            FashionMnist.load(&places, &mut common::download_bar())?
        }
    };
    if let Some(notice) = &images.notice {
        eprintln!("note: {notice}");
    }
    Ok(ImageProblem::new(images, MlpFamily { input_map }))
}

fn config(command: &Command) -> AlphaStudyConfig {
    let mut config = AlphaStudyConfig::images();
    if command.paper {
        config.widths = vec![2000];
        config.repeats = 10;
    }
    let set = |setting: &mut usize, value: Option<usize>| *setting = value.unwrap_or(*setting);
    set(&mut config.samples, command.samples);
    set(&mut config.test_samples, command.test_samples);
    set(&mut config.widths[0], command.width);
    set(&mut config.depths[0], command.depth);
    set(&mut config.epochs, command.epochs);
    set(&mut config.repeats, command.repeats);
    if let Some(batch) = command.batch_size {
        config.optimizer = Optimizer::Sgd { batch };
    }
    if let Some(step) = command.learning_rate {
        config.step = StepRule::Fixed { step };
    }
    AlphaStudyConfig {
        alphas: command.alpha.clone(),
        patience: command.patience,
        search: command.best_steps.then(StepSearch::default),
        seed: command.seed,
        device: command.device,
        ..config
    }
}

fn announce(event: StudyEvent) {
    match event {
        StudyEvent::Started {
            training,
            number,
            total,
        } => say(&format!("training {number} of {total}: {training}")),
        StudyEvent::Tried {
            training,
            train_loss,
            ..
        } => say(&match train_loss {
            Some(loss) => format!("{training}: training loss {loss:.4}"),
            None => format!("{training}: diverged"),
        }),
        StudyEvent::StepFound { .. } => {}
        StudyEvent::Skipped { training, .. } => say(&format!("{training}: finished before")),
        StudyEvent::Ended {
            end: RunEnd::Diverged { epoch },
            ..
        } => say(&format!(
            "the loss is not finite in epoch {epoch}: this training ends here"
        )),
        StudyEvent::Ended {
            end: RunEnd::StoppedEarly,
            ..
        } => say("the test loss falls no more: stopped early"),
        StudyEvent::Ended { .. } => {}
    }
}

//! The experiments of the dissertation on leaky ReLUs in overparameterized networks.

mod common;

use common::{new_directory, say};

use std::{error::Error, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use fireweed::{
    data::DataPlaces,
    device::DeviceSpec,
    overparam::{InputMap, theory::Optimizer},
    study::{
        MlpFamily, RegressionLossKind, StepRule, StudyEvent, TransformerFamily,
        chapter::{
            ChapterData, ChapterEvent, ChapterRun, ChapterStudy, Experiment, ImageNetworks,
            Learning, Part, Size, Steps, Subject, TextNetworks, TextReading, own_part, parts_at,
            write_report,
        },
    },
    train::{EpochDisplay, RunEnd},
};

/// Which slope of the leaky ReLU trains wide networks fastest? One subcommand for each experiment
/// of the dissertation, and `all` for one report on all of them.
///
/// Each writes a folder with report.html (open it in a browser), report.md, and a subfolder per
/// study: pictures, tables, curves as CSV, results as JSON, settings, the history of each training
/// and the weights of the first repeat. Ctrl-C stops after the current step; `leaky_study resume
/// FOLDER` continues as if nothing had happened.
#[derive(Parser)]
#[command(name = "leaky_study", version, verbatim_doc_comment)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// All experiments, and one report. Some twenty minutes on two cores.
    All(Settings),
    /// Gradient descent on a known function of five normal coordinates; also on the unit sphere
    /// without a constant coordinate, where the ranking is another.
    Synthetic(Settings),
    /// Fashion-MNIST; also with small steps, where the ranking is another.
    Fmnist(Settings),
    /// MNIST.
    Mnist(Settings),
    /// CIFAR-10 with a convolutional network.
    Cifar10(Settings),
    /// California housing.
    Housing(Settings),
    /// IMDb reviews with a recurrent network.
    ImdbRnn(Settings),
    /// IMDb reviews with a transformer encoder.
    ImdbTransformer(Settings),
    /// The measured rate for α from −10 to 0.5 beside the theorem's shape and the closed form, on
    /// the synthetic function and on California housing.
    Rates(Settings),
    /// How width and depth change the rate.
    WidthDepth(Settings),
    /// The re-weighted loss.
    Loss(Settings),
    /// Your own data, each slope at its best step: a folder with PNG images in a subfolder for each
    /// class, or with IDX files; a table (CSV); with --texts a table of texts with classes.
    Own(Own),
    /// Continue what was begun in a folder, with its settings.
    Resume(Resume),
}

#[derive(Args)]
struct Own {
    /// The data: a folder of images, or a table.
    #[arg(long = "data", value_name = "PATH")]
    path: PathBuf,
    /// The table has a column of texts and a column of classes.
    #[arg(long)]
    texts: bool,
    /// Column with the texts [default: text, or the one with the longest cells].
    #[arg(long, value_name = "NAME", requires = "texts")]
    text_column: Option<String>,
    /// Column with the classes [default: label or class].
    #[arg(long, value_name = "NAME", requires = "texts")]
    label_column: Option<String>,
    /// Columns of numbers to predict, separated by commas [default: the last].
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with = "texts"
    )]
    target: Vec<String>,
    /// Columns of a table to ignore, separated by commas.
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with = "texts"
    )]
    leave_out: Vec<String>,
    /// Leave out rows of a table with missing cells.
    #[arg(long, conflicts_with = "texts")]
    drop_missing: bool,
    /// The networks [default: mlp for images and tables, transformer for texts].
    #[arg(long, value_enum)]
    network: Option<Network>,
    #[command(flatten)]
    sizes: Sizes,
    /// A line per epoch, and not only per training.
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Network {
    /// Fully connected.
    Mlp,
    /// Convolutional, for images.
    Cnn,
    /// Recurrent, for texts.
    Rnn,
    /// Transformer encoder with four heads, for texts.
    Transformer,
}

/// Without options, each experiment has its own defaults. An option holds for every study of the
/// experiments that are run.
#[derive(Args)]
struct Settings {
    /// At which steps slopes are compared: all at a common one, each at its best, or both ways
    /// next to each other. The search takes some ten trainings for each slope.
    #[arg(long, value_name = "STEPS", value_enum, default_value = "common")]
    compare: StepChoice,
    /// The published sizes, as far as they are stated: width 5,000 and five hidden layers, or 512
    /// channels, and ten repeats. For a GPU; weeks on a CPU. Other options still apply.
    #[arg(long)]
    paper: bool,
    /// Use the synthetic stand-ins, whatever there is.
    #[arg(long, conflicts_with_all = ["data", "no_fallback"])]
    synthetic_data: bool,
    #[command(flatten)]
    sizes: Sizes,
    #[command(flatten)]
    places: Places,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StepChoice {
    /// All slopes at a common step.
    Common,
    /// Each slope at its best step.
    Best,
    /// Both ways.
    Both,
}

#[derive(Args)]
struct Sizes {
    /// Slopes, each a finite number below 1, separated by commas.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    alpha: Option<Vec<f64>>,
    /// Training samples, a random subset.
    #[arg(long, value_name = "N")]
    samples: Option<usize>,
    /// Test samples, a random subset.
    #[arg(long, value_name = "N")]
    test_samples: Option<usize>,
    /// Widths m, separated by commas; more than one only where width is studied.
    #[arg(long, value_name = "M", value_delimiter = ',')]
    width: Option<Vec<usize>>,
    /// Depths L, separated by commas: trained hidden layers, convolutions, recurrent layers or
    /// blocks.
    #[arg(long, value_name = "L", value_delimiter = ',')]
    depth: Option<Vec<usize>>,
    /// Samples per step of stochastic gradient descent.
    #[arg(long, value_name = "B")]
    batch_size: Option<usize>,
    /// Epochs of stochastic gradient descent.
    #[arg(long, value_name = "T")]
    epochs: Option<usize>,
    /// Steps of gradient descent, evaluated every ten steps.
    #[arg(long, value_name = "T")]
    steps: Option<usize>,
    /// Step size η, for the loss summed over the samples of a step.
    #[arg(long, value_name = "ETA")]
    learning_rate: Option<f64>,
    /// Repeats with other weights and another order; results are mean ± standard deviation.
    #[arg(long, value_name = "R")]
    repeats: Option<usize>,
    /// Seed of samples, weights and order.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to compute: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also NAME:INDEX),
    /// as far as the build has them (--features).
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// Folder for the results [default: the next free runs/leaky_study-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct Resume {
    /// The folder.
    folder: PathBuf,
    #[command(flatten)]
    places: Places,
}

#[derive(Args)]
struct Places {
    /// Folder with the data sets, or with a subfolder for each. Without it: $FIREWEED_DATA/NAME,
    /// the cache folder, download.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Never download.
    #[arg(long)]
    no_download: bool,
    /// Fail where data cannot be had, instead of using the synthetic stand-in.
    #[arg(long)]
    no_fallback: bool,
    /// A line per epoch, and not only per training.
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    common::run(study)
}

fn study(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let (chapter, data, verbose) = match command.what {
        What::Resume(resume) => {
            let chapter = ChapterStudy::open(&resume.folder)?;
            let data = resume
                .places
                .load(chapter.parts(), chapter.uses_stand_ins())?;
            (chapter, data, resume.places.verbose)
        }
        What::All(settings) => create(&Experiment::ALL, settings)?,
        What::Synthetic(settings) => create(&[Experiment::Synthetic], settings)?,
        What::Fmnist(settings) => create(&[Experiment::Fmnist], settings)?,
        What::Mnist(settings) => create(&[Experiment::Mnist], settings)?,
        What::Cifar10(settings) => create(&[Experiment::Cifar10], settings)?,
        What::Housing(settings) => create(&[Experiment::Housing], settings)?,
        What::ImdbRnn(settings) => create(&[Experiment::ImdbRnn], settings)?,
        What::ImdbTransformer(settings) => create(&[Experiment::ImdbTransformer], settings)?,
        What::Rates(settings) => create(&[Experiment::Rates], settings)?,
        What::WidthDepth(settings) => create(&[Experiment::WidthDepth], settings)?,
        What::Loss(settings) => create(&[Experiment::Loss], settings)?,
        What::Own(own) => create_own(own)?,
    };
    say(&format!("results in {}", chapter.directory().display()));
    let stop = common::stop_on_ctrl_c()?;
    let run = ChapterRun {
        stop: &stop,
        display: match verbose {
            true => EpochDisplay::Lines,
            false => EpochDisplay::Hidden,
        },
        notify: &mut announce,
    };
    let results = chapter.run(&data, run)?;
    let report = write_report(&chapter, &results)?;
    if results.parts.len() > 1 {
        say(&format!("\n{}", report.overview));
    }
    say(&format!("Report: {}", report.html.display()));
    if !results.complete {
        eprintln!(
            "stopped; continue with leaky_study resume {}",
            chapter.directory().display()
        );
        return Ok(ExitCode::from(common::INTERRUPTED));
    }
    let diverged = results.parts.iter().find_map(|part| {
        let message = part.results.divergence(part.study.config())?;
        Some(format!("{}: {message}", part.part.slug()))
    });
    match diverged {
        Some(message) => Err(message.into()),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Nothing is searched where a setting is wrong, and nothing written where data are missing.
fn create(
    experiments: &[Experiment],
    settings: Settings,
) -> Result<(ChapterStudy, ChapterData, bool), Box<dyn Error>> {
    let size = match settings.paper {
        true => Size::Paper,
        false => Size::Small,
    };
    let steps = match settings.compare {
        StepChoice::Common => Steps::Common,
        StepChoice::Best => Steps::Best,
        StepChoice::Both => Steps::Both,
    };
    let parts: Vec<Part> = experiments
        .iter()
        .flat_map(|&experiment| parts_at(experiment, size, steps))
        .map(|part| settings.sizes.applied_to(part))
        .collect();
    let data = settings.places.load(&parts, settings.synthetic_data)?;
    let chapter = settings.sizes.begin(parts, &data)?;
    Ok((chapter, data, settings.places.verbose))
}

fn create_own(own: Own) -> Result<(ChapterStudy, ChapterData, bool), Box<dyn Error>> {
    let subject = own.subject()?;
    let places = DataPlaces::default();
    let problem = subject.problem(false, &places, &mut |_| {})?;
    let part = own.sizes.applied_to(own_part(subject, &*problem));
    let parts = vec![part];
    let data = ChapterData::load(&parts, false, &places, &mut |_| {})?;
    let chapter = own.sizes.begin(parts, &data)?;
    Ok((chapter, data, own.verbose))
}

impl Own {
    fn subject(&self) -> Result<Subject, Box<dyn Error>> {
        let path = std::path::absolute(&self.path)?;
        let unfit = |network: Network, data: &str| {
            format!("--network {network:?} is not for {data}").to_lowercase()
        };
        if path.is_dir() {
            let input_map = InputMap::Unit;
            let network = match self.network {
                None | Some(Network::Mlp) => ImageNetworks::Mlp(MlpFamily { input_map }),
                Some(Network::Cnn) => ImageNetworks::Cnn,
                Some(other) => return Err(unfit(other, "images").into()),
            };
            return Ok(Subject::OwnImages { path, network });
        }
        if self.texts {
            let network = match self.network {
                None | Some(Network::Transformer) => {
                    TextNetworks::Transformer(TransformerFamily { heads: 4 })
                }
                Some(Network::Rnn) => TextNetworks::Rnn,
                Some(other) => return Err(unfit(other, "texts").into()),
            };
            return Ok(Subject::OwnTexts {
                path,
                text_column: self.text_column.clone(),
                label_column: self.label_column.clone(),
                reading: TextReading {
                    network,
                    vocabulary: 2000,
                    length: 16,
                },
            });
        }
        if let Some(network) = self.network.filter(|network| *network != Network::Mlp) {
            return Err(unfit(network, "tables").into());
        }
        Ok(Subject::OwnTable {
            path,
            targets: self.target.clone(),
            leave_out: self.leave_out.clone(),
            drop_missing: self.drop_missing,
            learning: Learning {
                input_map: InputMap::UnitWithConstant,
                loss: RegressionLossKind::Squared,
            },
        })
    }
}

impl Places {
    fn load(&self, parts: &[Part], stand_ins: bool) -> Result<ChapterData, Box<dyn Error>> {
        let places = DataPlaces {
            dir: self.data.clone(),
            download: !self.no_download,
            fallback: !self.no_fallback,
        };
        let bar = &mut common::download_bar();
        Ok(ChapterData::load(parts, stand_ins, &places, bar)?)
    }
}

impl Sizes {
    fn begin(&self, parts: Vec<Part>, data: &ChapterData) -> Result<ChapterStudy, Box<dyn Error>> {
        let directory = match &self.out {
            Some(directory) => directory.clone(),
            None => new_directory("leaky_study")?,
        };
        Ok(ChapterStudy::create(&directory, parts, data)?)
    }

    fn applied_to(&self, mut part: Part) -> Part {
        let config = &mut part.config;
        let set = |setting: &mut usize, value: Option<usize>| *setting = value.unwrap_or(*setting);
        set(&mut config.samples, self.samples);
        set(&mut config.test_samples, self.test_samples);
        set(&mut config.repeats, self.repeats);
        if let Some(alphas) = &self.alpha {
            config.alphas.clone_from(alphas);
        }
        if let Some(widths) = &self.width {
            config.widths.clone_from(widths);
        }
        if let Some(depths) = &self.depth {
            config.depths.clone_from(depths);
        }
        match &mut config.optimizer {
            Optimizer::Gd => {
                if let Some(steps) = self.steps {
                    config.steps_per_epoch = config.steps_per_epoch.min(steps.max(1));
                    config.epochs = steps.div_ceil(config.steps_per_epoch);
                }
            }
            Optimizer::Sgd { batch } => {
                set(batch, self.batch_size);
                set(&mut config.epochs, self.epochs);
            }
        }
        if let Some(step) = self.learning_rate {
            config.step = StepRule::Fixed { step };
        }
        config.seed = self.seed;
        config.device = self.device;
        part
    }
}

fn announce(event: ChapterEvent<'_>) {
    match event {
        ChapterEvent::PartStarted {
            part,
            summary,
            notice,
        } => {
            if let Some(notice) = notice {
                eprintln!("note: {notice}");
            }
            say(&format!("\n{}\n{summary}", part.title()));
        }
        ChapterEvent::PartEnded { table, .. } => say(&format!("\n{table}")),
        ChapterEvent::Training {
            event,
            done,
            total,
            left,
            ..
        } => match event {
            StudyEvent::Started { .. } | StudyEvent::StepFound { .. } => {}
            StudyEvent::Tried {
                training,
                train_loss,
                ..
            } => {
                let found = match train_loss {
                    Some(loss) => format!("training loss {loss:.4}"),
                    None => "diverged".into(),
                };
                let left = left.map_or(String::new(), |left| {
                    format!(" · about {} left", about(left))
                });
                say(&format!("{training}: {found}{left}"));
            }
            StudyEvent::Skipped { training, .. } => say(&format!("{training}: finished before")),
            StudyEvent::Ended {
                training,
                end,
                train_loss,
                ..
            } => {
                let found = match (end, train_loss) {
                    (RunEnd::Diverged { epoch }, _) => {
                        format!("the loss is not finite in epoch {epoch}, this training ends here")
                    }
                    (RunEnd::Interrupted, _) => "stopped".into(),
                    (_, Some(loss)) => format!("training loss {loss:.4}"),
                    (_, None) => "no epoch".into(),
                };
                let left = left.map_or(String::new(), |left| {
                    format!(" · about {} left", about(left))
                });
                say(&format!("{training}: {found} · {done} of {total}{left}"));
            }
        },
    }
}

fn about(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds @ 90..5400 => format!("{} min", (seconds + 30) / 60),
        seconds => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

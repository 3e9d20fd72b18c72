//! Recommends slope, step and number of epochs for training on your own data.

mod common;

use common::{new_directory, say};

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, ValueEnum};
use fireweed::{
    data::{CsvOptions, DataPlaces, Missing, TextColumns},
    device::DeviceSpec,
    overparam::{
        InputMap,
        advisor::{Advice, Advisor, Budget, Duplicates, Facts},
        theory::Optimizer,
    },
    study::advice::{AdviceData, AdviceFolder, MapChoice, Rehearsal, rehearse},
    train::RunEnd,
};

/// Recommends the slope α of the leaky ReLU, the step size and the number of epochs, for a
/// regression with a wide network of which only the hidden layers are trained (Algorithm 1).
///
/// The training of an infinitely wide network has a closed form. From it follow, for each slope,
/// the largest stable step, the loss curve and the loss on held-out rows of your data, before
/// anything is trained. The theorems of the paper are shown for comparison: they hold for all data,
/// but have unknown constants and only compare slopes.
///
///   leaky_advisor                                     the synthetic data of the paper
///   leaky_advisor --data houses.csv --target price    a table of your own
///   leaky_advisor --data houses.csv --calibrate 0     the same without the short training
///   leaky_advisor --samples 5000 --coordinates 20 --separation 0.1     without data
///
/// Results are written to a new folder: advice.txt, advice.json, slopes.csv, curves.csv, curves.svg
/// and curves.png; from the short training also measured.csv, and the training in rehearsal/.
#[derive(Parser)]
#[command(name = "leaky_advisor", version, verbatim_doc_comment)]
struct Command {
    #[command(flatten)]
    source: Source,
    /// Width m of the hidden layers.
    #[arg(long, value_name = "M", default_value_t = 1000)]
    width: usize,
    /// Number L of hidden layers.
    #[arg(long, value_name = "L", default_value_t = 3)]
    depth: usize,
    /// Maximum number of passes over the data.
    #[arg(long, value_name = "T", default_value_t = 1000)]
    epochs: u64,
    /// Samples per step of stochastic gradient descent [default: all, gradient descent].
    #[arg(long, value_name = "B")]
    batch: Option<usize>,
    /// Slopes to compare, each a finite number below 1, separated by commas
    /// [default: -3,-2,-1.5,-1,0,0.01,0.05].
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    alpha: Vec<f64>,
    /// Preprocessing of rows: unchanged or scaled to norm 1, with or without a constant coordinate.
    /// Without one, α = -1 cannot distinguish x from -x [default: the one with the smallest
    /// predicted loss on held-out rows, for standardized or unscaled columns; unit-constant for
    /// synthetic data and without data].
    #[arg(long, value_name = "MAP", value_enum)]
    input_map: Option<Map>,
    /// Handling of rows that are the same input to the network: merge them into one row with the
    /// mean of their targets, with a note, or report an error.
    #[arg(long, value_name = "RULE", value_enum, default_value_t = Rule::Merge)]
    duplicates: Rule,
    /// Share of the initial loss that counts as the target.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    goal: f64,
    /// Maximum number of rows in the closed form; larger data are subsampled. Time grows with the
    /// third power.
    #[arg(long, value_name = "ROWS", default_value_t = 1000)]
    cap: usize,
    /// Number of epochs of a run with the recommended settings, from which the number of epochs to
    /// expect and the theorem's constant (equation 2.17) are estimated, and which is drawn next to
    /// the prediction; 0 for none [default: with data, as many as take about ten seconds; 200 if
    /// the option has no value].
    #[arg(long, value_name = "EPOCHS", num_args = 0..=1, default_missing_value = "200")]
    calibrate: Option<u64>,
    /// Device of the run: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also
    /// NAME:INDEX), if enabled in the build (--features).
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// Seed of synthetic data, of random subsets of rows, and of the weights of the run.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder for the results [default: the next free runs/leaky_advisor-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct Source {
    /// Your own table as CSV; the first line names the columns.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dataset", "samples", "coordinates"])]
    data: Option<PathBuf>,
    /// Columns to predict [default: the last column of numbers]. Separate several by commas, or
    /// repeat the option. A text column becomes one target for each of its values.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    target: Vec<String>,
    /// Treat numeric targets as classes: each value becomes a target of 0 and 1.
    #[arg(long, requires = "data")]
    classes: bool,
    /// Feature columns, in the same form [default: all others].
    #[arg(long, value_name = "COLUMN", requires = "data")]
    features: Vec<String>,
    /// Columns to ignore, in the same form.
    #[arg(
        long,
        value_name = "COLUMN",
        requires = "data",
        conflicts_with = "features"
    )]
    leave_out: Vec<String>,
    /// Turn every text column into indicators, one for each of its values [default: columns with at
    /// most 20 values].
    #[arg(long, requires = "data", conflicts_with = "no_one_hot")]
    one_hot: bool,
    /// Leave out text columns.
    #[arg(long, requires = "data")]
    no_one_hot: bool,
    /// Separator of cells: one character, or comma, semicolon, tab, pipe or space [default:
    /// detected].
    #[arg(long, value_name = "CHARACTER", value_parser = separator, requires = "data")]
    separator: Option<char>,
    /// Leave out rows with missing cells.
    #[arg(long, requires = "data")]
    drop_missing: bool,
    /// Built-in data [default: synthetic].
    #[arg(long, value_enum)]
    dataset: Option<Dataset>,
    /// Do not scale the columns of --data and of housing to mean 0 and standard deviation 1.
    #[arg(long, alias = "no-standardise")]
    no_standardize: bool,
    /// Never download housing data; use a labeled stand-in if they are not found.
    #[arg(long)]
    no_download: bool,
    /// Number of rows of the synthetic data [default: 1000], or number of samples without data.
    #[arg(long, value_name = "N")]
    samples: Option<usize>,
    /// Without data: number of coordinates of an input.
    #[arg(long, value_name = "P", requires_all = ["samples", "separation"], conflicts_with = "dataset")]
    coordinates: Option<usize>,
    /// Without data: smallest distance of two inputs, after the input map.
    #[arg(long, value_name = "D", requires = "coordinates")]
    separation: Option<f64>,
    /// Without data: number of coordinates of an output [default: 1].
    #[arg(long, value_name = "K", requires = "coordinates")]
    outputs: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Dataset {
    /// The function of five variables of Guo, Li, Lerman (2024), with noise.
    Synthetic,
    /// California housing: 20,640 block groups.
    Housing,
}

#[derive(Clone, Copy, ValueEnum)]
enum Map {
    Raw,
    RawConstant,
    Unit,
    UnitConstant,
}

#[derive(Clone, Copy, ValueEnum)]
enum Rule {
    Merge,
    Refuse,
}

impl From<Map> for InputMap {
    fn from(map: Map) -> Self {
        match map {
            Map::Raw => Self::Raw,
            Map::RawConstant => Self::RawWithConstant,
            Map::Unit => Self::Unit,
            Map::UnitConstant => Self::UnitWithConstant,
        }
    }
}

fn separator(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (text, characters.next(), characters.next()) {
        ("comma", ..) => Ok(','),
        ("semicolon", ..) => Ok(';'),
        ("tab" | "\\t", ..) => Ok('\t'),
        ("pipe", ..) => Ok('|'),
        ("space", ..) => Ok(' '),
        (_, Some(character), None) => Ok(character),
        _ => Err("use one character, or comma, semicolon, tab, pipe or space".into()),
    }
}

fn main() -> ExitCode {
    common::run(advise)
}

fn advise(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let advisor = command.advisor();
    // Before any long computation.
    let device = command.device.open()?;
    let folder = command.folder()?;
    if let Some(facts) = command.source.facts() {
        if command.calibrate.is_some() {
            return Err("--calibrate trains, and so needs data: use --data or --dataset".into());
        }
        let advice = advisor.advise_without_data(facts)?;
        folder.write("without data", &advice, None)?;
        report(&advice, &folder);
        return Ok(ExitCode::SUCCESS);
    }
    let data = command.data()?;
    if let Some(notice) = &data.notice {
        eprintln!("note: {notice}");
    }
    say(&data.title);
    let (data, advisor, advice) = match command.compares_maps() {
        true => {
            let choice = MapChoice::new(&data, &advisor)?;
            let advice = choice.advise()?;
            if choice.data.title != data.title {
                say(&format!("Chosen: {}", choice.data.title));
            }
            (choice.data, choice.advisor, advice)
        }
        false => {
            let advice = data.advise(&advisor)?;
            (data, advisor, advice)
        }
    };
    folder.write(&data.title, &advice, None)?;
    let epochs = command
        .calibrate
        .unwrap_or_else(|| Rehearsal::short(&advice));
    let epochs = epochs.min(command.epochs);
    if epochs == 0 {
        report(&advice, &folder);
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "Training for {epochs} epochs with α = {} and step {:.3e}",
        advice.alpha, advice.step
    ));
    let stop = common::stop_on_ctrl_c()?;
    let directory = folder.path().join("rehearsal");
    let run = rehearse(&directory, &advisor, &advice, &data, epochs, &device, &stop)?;
    finish(&folder, &data, advice, &run, command.calibrate.is_some())
}

fn finish(
    folder: &AdviceFolder,
    data: &AdviceData,
    mut advice: Advice,
    run: &Rehearsal,
    asked: bool,
) -> Result<ExitCode, Box<dyn Error>> {
    advice.notes.extend(run.comparison(&advice));
    if let RunEnd::Diverged { epoch } = run.end {
        let problem = format!("the loss was not finite in evaluation {epoch}: halve the step");
        advice.notes.push(format!("in the run, {problem}"));
        folder.write(&data.title, &advice, Some(run))?;
        report(&advice, folder);
        return match asked {
            true => Err(problem.into()),
            false => Ok(ExitCode::SUCCESS),
        };
    }
    if run.end == RunEnd::Interrupted {
        folder.write(&data.title, &advice, Some(run))?;
        report(&advice, folder);
        eprintln!("stopped: the number of epochs is not measured");
        return Ok(ExitCode::from(common::INTERRUPTED));
    }
    let mut advice = match run.calibration() {
        Ok(calibration) => advice.calibrated(calibration)?,
        Err(error) => {
            advice
                .notes
                .push(format!("the theorem is not calibrated: {error}"));
            advice
        }
    };
    if let Some(measured) = run.measured(&advice) {
        advice = advice.measured(measured);
    }
    folder.write(&data.title, &advice, Some(run))?;
    report(&advice, folder);
    Ok(ExitCode::SUCCESS)
}

fn report(advice: &Advice, folder: &AdviceFolder) {
    say(&format!("\n{advice}"));
    say(&format!(
        "Curves: {}",
        folder.path().join("curves.png").display()
    ));
}

impl Command {
    fn advisor(&self) -> Advisor {
        let optimizer = match self.batch {
            None => Optimizer::Gd,
            Some(batch) => Optimizer::Sgd { batch },
        };
        let mut advisor = Advisor::new(Budget {
            width: self.width,
            depth: self.depth,
            epochs: self.epochs,
            optimizer,
        });
        if !self.alpha.is_empty() {
            advisor.alphas.clone_from(&self.alpha);
        }
        Advisor {
            input_map: self.map(),
            duplicates: match self.duplicates {
                Rule::Merge => Duplicates::Merge,
                Rule::Refuse => Duplicates::Refuse,
            },
            target: self.goal,
            cap: self.cap,
            seed: self.seed,
            ..advisor
        }
    }

    /// Returns the input map if no comparison is made.
    fn map(&self) -> InputMap {
        self.input_map
            .map_or_else(InputMap::default, InputMap::from)
    }

    /// Synthetic data are drawn for the input map.
    fn compares_maps(&self) -> bool {
        let table = self.source.data.is_some();
        self.input_map.is_none() && (table || matches!(self.source.dataset, Some(Dataset::Housing)))
    }

    fn data(&self) -> Result<AdviceData, Box<dyn Error>> {
        let source = &self.source;
        let standardize = !source.no_standardize;
        if let Some(path) = &source.data {
            let missing = match source.drop_missing {
                true => Missing::Drop,
                false => Missing::Refuse,
            };
            let options = CsvOptions {
                separator: source.separator,
                targets: source.target.clone(),
                features: source.features.clone(),
                classes: source.classes,
                leave_out: source.leave_out.clone(),
                texts: match (source.one_hot, source.no_one_hot) {
                    (true, _) => TextColumns::Encode,
                    (_, true) => TextColumns::LeaveOut,
                    _ => TextColumns::EncodeFew,
                },
                missing,
            };
            return Ok(AdviceData::from_csv(path, &options, standardize)?);
        }
        match source.dataset.unwrap_or(Dataset::Synthetic) {
            Dataset::Synthetic => {
                let samples = source.samples.unwrap_or(1000);
                Ok(AdviceData::synthetic(samples, self.map(), self.seed))
            }
            Dataset::Housing => {
                let places = DataPlaces {
                    download: !source.no_download,
                    ..DataPlaces::default()
                };
                let progress = &mut common::download_bar();
                Ok(AdviceData::housing(places, standardize, progress)?)
            }
        }
    }

    fn folder(&self) -> Result<AdviceFolder, Box<dyn Error>> {
        let path = match &self.out {
            Some(path) => path.clone(),
            None => new_directory("leaky_advisor")?,
        };
        Ok(AdviceFolder::new(path)?)
    }
}

impl Source {
    /// Returns the facts for advice without data.
    fn facts(&self) -> Option<Facts> {
        Some(Facts {
            samples: self.samples?,
            coordinates: self.coordinates?,
            outputs: self.outputs.unwrap_or(1),
            separation: self.separation?,
        })
    }
}

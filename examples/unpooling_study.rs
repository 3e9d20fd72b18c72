//! Compares the graph generation models of the unpooling paper, and the likelihood model, on all
//! data sets of the paper.

mod common;
mod unpooling_study {
    pub(crate) mod budget;
    pub(crate) mod interpolation;
    pub(crate) mod methods;
    pub(crate) mod molecules;
    pub(crate) mod own;
    pub(crate) mod placed;
    pub(crate) mod scores;
}

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use common::{molecules::positive, say};
use fireweed::device::DeviceSpec;
use unpooling_study::{
    budget::Budget, interpolation, methods::Method, molecules, own, placed, scores,
};

/// Trains the models of Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation" (AISTATS
/// 2023), on its data sets, and compares their samples with the data and with the published scores:
/// UL GAN, UL GAN without skip connections (NS), UL VAE as published, UL VAE by replay, Adj GAN,
/// and the likelihood model.
///
/// Every training has its own folder below the results. If the same command runs again with the
/// same --out, complete trainings are not repeated, and those stopped by Ctrl-C are resumed. The
/// table of each data set is table.md; all tables and pictures together are report.html and
/// report.md.
#[derive(Parser)]
#[command(name = "unpooling_study", version, verbatim_doc_comment)]
struct Command {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, PartialEq, Eq, Subcommand)]
enum What {
    /// Waxman graphs: points in the unit square, where closer points are likelier to be linked.
    Waxman,
    /// Protein fragments of 8 residues in space; not the data set of the publication, which is not
    /// available.
    Protein,
    /// Molecules of up to 9 heavy atoms.
    Qm9,
    /// Drug-like molecules of 11 to 36 heavy atoms.
    Zinc,
    /// Molecules along a path between two latent vectors, for the models of qm9.
    Interpolation,
    /// Your own graphs, see --edges: only the likelihood model, which needs no suitable latent size
    /// or layers. Results are graphs.graphml, graphs.json, pictures and table.md.
    Own,
    /// All published data sets, and the interpolation.
    All,
}

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Number of seeds of each model: 0, 1, and so on.
    #[arg(long, global = true, value_name = "N", default_value_t = 1, value_parser = positive)]
    pub(crate) seeds: usize,
    /// Models to train [default: all].
    #[arg(
        long,
        global = true,
        value_name = "MODEL",
        value_enum,
        value_delimiter = ','
    )]
    pub(crate) methods: Vec<Method>,
    /// Use the published lengths of training and sizes of samples; takes days on two cores.
    #[arg(long, global = true)]
    pub(crate) paper: bool,
    /// Factor for the lengths of all trainings.
    #[arg(long, global = true, value_name = "FACTOR", default_value_t = 1.0)]
    pub(crate) length: f64,
    /// Number of graphs to sample from each model at the end.
    #[arg(long, global = true, value_name = "N", value_parser = positive)]
    pub(crate) samples: Option<usize>,
    /// Device: flex or ndarray (CPU), wgpu, vulkan, metal or cuda (GPU, also NAME:INDEX), if the
    /// build includes them (--features).
    #[arg(long, global = true, default_value = "flex")]
    pub(crate) device: DeviceSpec,
    /// Distance in Å below which the C-alpha atoms of two residues are linked.
    #[arg(long, global = true, value_name = "Å", default_value_t = 8.0)]
    pub(crate) contact: f64,
    /// Folder with the molecules of zinc: a file of SMILES or a table
    /// [default: $FIREWEED_DATA/zinc250k].
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) zinc: Option<PathBuf>,
    /// Your own graphs: a file or a folder of edge lists, tables of edges, GraphML or networkx's
    /// node-link JSON.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) edges: Option<PathBuf>,
    /// Maximum number of nodes of your own graphs.
    #[arg(long, global = true, value_name = "N", default_value_t = 100, value_parser = positive)]
    pub(crate) most_nodes: usize,
    /// Reject your own graphs that are not connected, instead of using their largest component.
    #[arg(long, global = true)]
    pub(crate) refuse_disconnected: bool,
    /// Use synthetic data, even if the data sets are available.
    #[arg(long, global = true)]
    pub(crate) synthetic: bool,
    /// Never download.
    #[arg(long, global = true)]
    pub(crate) no_download: bool,
    /// Folder for the results.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "runs/unpooling_study"
    )]
    pub(crate) out: PathBuf,
}

impl Options {
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(self.paper, self.length, self.samples)
    }

    pub(crate) fn methods(&self) -> Vec<Method> {
        match self.methods.is_empty() {
            true => Method::ALL.to_vec(),
            false => self.methods.clone(),
        }
    }
}

/// The training was stopped; its folder can be resumed.
#[derive(Debug, thiserror::Error)]
#[error("stopped; run the same command again to resume")]
pub(crate) struct Stopped;

fn main() -> ExitCode {
    common::run(study)
}

fn study(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let options = command.options;
    if !(options.length > 0.0 && options.length.is_finite()) {
        return Err(format!("--length {} must be a number above 0", options.length).into());
    }
    options.device.open()?;
    let stop = common::stop_on_ctrl_c()?;
    let wanted = |what| command.what == what || command.what == What::All;
    let run = || -> Result<(), Box<dyn Error>> {
        if wanted(What::Waxman) {
            placed::waxman(&options, &stop)?;
        }
        if wanted(What::Protein) {
            placed::protein(&options, &stop)?;
        }
        if wanted(What::Qm9) {
            molecules::qm9(&options, &stop)?;
        }
        if wanted(What::Zinc) {
            molecules::zinc(&options, &stop)?;
        }
        if command.what == What::Own {
            own::run(&options, &stop)?;
        }
        if wanted(What::Interpolation) {
            interpolation::run(&options, &stop)?;
        }
        Ok(())
    };
    match run() {
        Ok(()) => {}
        Err(error) if error.is::<Stopped>() => {
            eprintln!("{error} with --out {}", options.out.display());
            return Ok(ExitCode::from(common::INTERRUPTED));
        }
        Err(error) => return Err(error),
    }
    let report = scores::write_report(&options.out)?;
    say(&format!("all tables: {}", report.display()));
    Ok(ExitCode::SUCCESS)
}

use std::path::{Path, PathBuf};

use crate::{
    data::{DataError, RegressionError},
    device::DeviceError,
    evaluate::graphs::GraphReportError,
    generative::GenerativeError,
    nn::AlphaError,
    overparam::{advisor::AdviceError, infinite_width::InfiniteWidthError},
    report::ReportError,
    train::{NonFinite, RunError, gan::GanConfigError},
};

/// Why a study could not run. Every message is one line; finished trainings are on disk.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A setting is out of range.
    #[error("{name} = {value} is out of range: {expected}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A slope is not below 1.
    #[error(transparent)]
    Alpha(#[from] AlphaError),
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A table of numbers.
    #[error(transparent)]
    Regression(#[from] RegressionError),
    /// The closed form at infinite width.
    #[error("the closed form at infinite width: {0}")]
    InfiniteWidth(#[from] InfiniteWidthError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A training.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A picture or table.
    #[error(transparent)]
    Picture(#[from] ReportError),
    /// The folder cannot be used.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The folder has a study in it.
    #[error("{path} holds a study already: continue it with --resume, or name another folder")]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has an advice in it.
    #[error("{path} holds an advice already: name another folder")]
    HoldsAdvice {
        /// The folder.
        path: PathBuf,
    },
    /// No advice can be given for these data or settings.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// Two rows of a table are one input to the network, and were to be refused.
    #[error(
        "{title}: lines {} and {} are the same input to the network; merge such rows (--duplicates \
         merge), or leave one out{}",
        lines[0],
        lines[1],
        if *scaled { ", or keep the lengths of rows (--input-map raw-constant)" } else { "" }
    )]
    Coinciding {
        /// The data.
        title: String,
        /// The lines of the file.
        lines: [u64; 2],
        /// Whether rows are scaled to norm 1 first.
        scaled: bool,
    },
    /// Another process works in the folder.
    #[error("another process is working in {path}; wait for it or stop it")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder's settings cannot be read.
    #[error("{path} is not the settings of a study: {reason}")]
    NotAStudy {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A model cannot be built.
    #[error(transparent)]
    Generative(#[from] GenerativeError),
    /// A setting of adversarial training is out of range.
    #[error(transparent)]
    Gan(#[from] GanConfigError),
    /// Something was not a finite number.
    #[error("{step} is not finite; {}", last_good(checkpoint.as_deref()))]
    NonFinite {
        /// The step, and what was trained in it.
        step: NonFinite,
        /// The last checkpoint.
        checkpoint: Option<PathBuf>,
    },
    /// There is no complete epoch to sample from.
    #[error("{path} has no complete epoch yet; continue it with --resume")]
    NothingTrained {
        /// The folder.
        path: PathBuf,
    },
    /// Weights cannot be read or written.
    #[error("cannot use the weights {path}: {reason}")]
    Weights {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Data with other kinds of nodes or edges than the study began with.
    #[error("{path} was begun on {begun}, but the data has {loaded}; provide the same data")]
    OtherKinds {
        /// The folder.
        path: PathBuf,
        /// The kinds of its beginning.
        begun: String,
        /// The kinds now.
        loaded: String,
    },
    /// A study continues with another reward than it began with.
    #[error("{path} was begun with the reward {begun}, and is continued with {now}: give the same")]
    OtherGoal {
        /// The folder.
        path: PathBuf,
        /// The reward of its beginning.
        begun: String,
        /// The reward now.
        now: String,
    },
    /// A study continues with another network or loss than it began with.
    #[error(
        "{path} was begun with {begun}, and is continued with {now}: give the same network and loss"
    )]
    OtherProblem {
        /// The folder.
        path: PathBuf,
        /// The settings of its beginning.
        begun: String,
        /// The settings now.
        now: String,
    },
    /// A score of the samples was not a finite number.
    #[error("a score of epoch {epoch} is not finite; {}", last_good(checkpoint.as_deref()))]
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
        /// The last checkpoint.
        checkpoint: Option<PathBuf>,
    },
    /// Generated graphs cannot be compared with the data.
    #[error(transparent)]
    Report(#[from] GraphReportError),
    /// A study continues with other data than it began with.
    #[error("{path} was begun on {begun}, but {loaded} was loaded; provide the same data")]
    OtherData {
        /// The folder.
        path: PathBuf,
        /// The data of its beginning.
        begun: String,
        /// The data now.
        loaded: String,
    },
}

fn last_good(checkpoint: Option<&Path>) -> String {
    match checkpoint {
        Some(path) => format!(
            "the last good checkpoint is {}; try smaller step sizes",
            path.display()
        ),
        None => "there is no checkpoint yet; try smaller step sizes".into(),
    }
}

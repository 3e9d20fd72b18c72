use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use crate::{
    FileError, SettingError,
    data::DataError,
    device::DeviceError,
    evaluate::EvaluateError,
    generative::GenerativeError,
    overparam::OverparamError,
    report::ReportError,
    train::{NonFinite, RunError},
};

/// Reasons why a study could not run. Every message is one line; finished trainings are on disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The closed form at infinite width failed.
    #[error("the closed form at infinite width: {0}")]
    InfiniteWidth(OverparamError),
    /// The device cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A training failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A picture or table cannot be written.
    #[error(transparent)]
    Picture(#[from] ReportError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The folder already contains a study.
    #[error("{path} already contains a study: continue it with --resume, or choose another folder")]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// The folder already contains advice.
    #[error("{path} already contains advice: choose another folder")]
    HoldsAdvice {
        /// The folder.
        path: PathBuf,
    },
    /// No advice can be given for these data or settings.
    #[error(transparent)]
    Advice(#[from] OverparamError),
    /// Two rows of a table are the same input to the network, and the options make this an error.
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
        /// Line numbers in the file.
        lines: [u64; 2],
        /// Whether rows are scaled to norm 1 first.
        scaled: bool,
    },
    /// Another process is using the folder.
    #[error("another process is working in {path}; wait for it or stop it")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder's settings cannot be read.
    #[error("{path} does not contain the settings of a study: {reason}")]
    NotAStudy {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A model cannot be built.
    #[error(transparent)]
    Generative(#[from] GenerativeError),
    /// A value was not a finite number.
    #[error("{step} is not finite; {}", last_good(checkpoint.as_deref()))]
    NonFinite {
        /// The training step.
        step: NonFinite,
        /// The last checkpoint.
        checkpoint: Option<PathBuf>,
    },
    /// No epoch is complete, so there are no weights to sample from.
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
        /// The reason.
        reason: String,
    },
    /// The kinds of nodes or edges differ from those at the start of the study.
    #[error("{path} was started on {begun}, but the data has {loaded}; provide the same data")]
    OtherKinds {
        /// The folder.
        path: PathBuf,
        /// The kinds at the start.
        begun: String,
        /// The kinds of the loaded data.
        loaded: String,
    },
    /// The reward differs from that at the start of the study.
    #[error(
        "{path} was started with the reward {begun}, but is continued with {now}: use the same \
         reward"
    )]
    OtherGoal {
        /// The folder.
        path: PathBuf,
        /// The reward at the start.
        begun: String,
        /// The current reward.
        now: String,
    },
    /// The network or loss differs from that at the start of the study.
    #[error(
        "{path} was started with {begun}, but is continued with {now}: use the same network and \
         loss"
    )]
    OtherProblem {
        /// The folder.
        path: PathBuf,
        /// The settings at the start.
        begun: String,
        /// The current settings.
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
    Evaluate(#[from] EvaluateError),
    /// The data differ from those at the start of the study.
    #[error("{path} was started on {begun}, but {loaded} was loaded; provide the same data")]
    OtherData {
        /// The folder.
        path: PathBuf,
        /// The data at the start.
        begun: String,
        /// The loaded data.
        loaded: String,
    },
}

impl StudyError {
    pub(super) fn setting(name: &'static str, value: impl Display, expected: &'static str) -> Self {
        SettingError::new(name, value, expected).into()
    }
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

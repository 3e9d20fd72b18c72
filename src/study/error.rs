use std::path::PathBuf;

use crate::{
    data::DataError, device::DeviceError, nn::AlphaError, report::ReportError, train::RunError,
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
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A training.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A picture or table.
    #[error(transparent)]
    Report(#[from] ReportError),
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

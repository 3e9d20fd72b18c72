use std::path::{Path, PathBuf};

use super::Parameter;
use crate::pricing::PricingError;

/// A sweep cannot be run, continued or collected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A setting is invalid.
    #[error("{field} is {value}: {remedy}")]
    Setting {
        /// Name of the setting, as in a sweep file.
        field: String,
        /// Value of the setting.
        value: String,
        /// Suggested correction.
        remedy: String,
    },
    /// The text is not a valid sweep file.
    #[error("not a sweep file: {reason}")]
    Config {
        /// Position and reason, on one line.
        reason: String,
    },
    /// A point is invalid for the market, the grid or the learners.
    #[error("point {point} ({settings}): {cause}")]
    Point {
        /// Index of the point.
        point: usize,
        /// Position on the axes.
        settings: String,
        /// Cause of the error.
        cause: Box<PricingError>,
    },
    /// A parameter cannot be varied with these base settings.
    #[error("axes: {parameter} cannot be varied here: {reason}")]
    Axis {
        /// The parameter.
        parameter: Parameter,
        /// Reason.
        reason: &'static str,
    },
    /// A shard does not exist, or its text is invalid.
    #[error("shard {text}: {remedy}")]
    Shard {
        /// Given text.
        text: String,
        /// Suggested correction.
        remedy: String,
    },
    /// Another process is running the shard.
    #[error("{path} is in use: another process runs this shard; wait for it, or stop it")]
    InUse {
        /// Path of the lock.
        path: PathBuf,
    },
    /// The folder belongs to another sweep.
    #[error(
        "{path} belongs to another sweep ({found} instead of {expected}): choose an empty folder, \
         or continue with the settings of that sweep"
    )]
    Occupied {
        /// The file.
        path: PathBuf,
        /// Digest of the settings or number of shards that was found.
        found: String,
        /// Expected value.
        expected: String,
    },
    /// A file has results of other settings or another number of shards.
    #[error(
        "{path} belongs to another sweep: {reason}; remove it from the folder and run the shard"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Difference.
        reason: String,
    },
    /// A file is damaged.
    #[error("{path} cannot be read: {reason}; remove it from the folder and run the shard again")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Reason.
        reason: String,
    },
    /// Some shards have no results.
    #[error(
        "shards {missing:?} of {of} (counted from 0) have no finished results: run them again; \
         finished sessions are kept"
    )]
    Missing {
        /// Indices of the shards.
        missing: Vec<u32>,
        /// Total number of shards.
        of: u32,
    },
    /// The caller stopped the run.
    #[error("stopped with {done} of {total} sessions done: run the same command to continue")]
    Stopped {
        /// Number of finished sessions.
        done: u64,
        /// Number of sessions of the shard.
        total: u64,
    },
    /// An I/O error.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Cause of the error.
        cause: std::io::Error,
    },
}

/// Returns a function that converts an I/O error, with the path of the file.
pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SweepError + use<> {
    let path = path.to_path_buf();
    |cause| SweepError::Io { path, cause }
}

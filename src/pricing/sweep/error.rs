use std::path::{Path, PathBuf};

use super::Parameter;
use crate::pricing::scenario::ScenarioError;

/// A sweep that cannot be run, continued or collected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// An invalid setting.
    #[error("{field} is {value}: {remedy}")]
    Setting {
        /// Where, as in a sweep file.
        field: String,
        /// What it is.
        value: String,
        /// What it must be.
        remedy: String,
    },
    /// A text that is not a sweep file.
    #[error("not a sweep file: {reason}")]
    Config {
        /// Where and why, on one line.
        reason: String,
    },
    /// A value of an axis that the market, the grid or the learners do not take.
    #[error("point {point} ({settings}): {cause}")]
    Point {
        /// The point.
        point: usize,
        /// Its place on the axes.
        settings: String,
        /// Why.
        cause: Box<ScenarioError>,
    },
    /// A parameter that these base settings do not have.
    #[error("axes: {parameter} cannot be varied here: {reason}")]
    Axis {
        /// The parameter.
        parameter: Parameter,
        /// Why.
        reason: &'static str,
    },
    /// A shard that does not exist, or cannot be read.
    #[error("shard {text}: {remedy}")]
    Shard {
        /// What was given.
        text: String,
        /// What can be.
        remedy: String,
    },
    /// Another process works on the shard.
    #[error("{path} is in use: another process runs this shard; wait for it, or stop it")]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// A folder of another sweep.
    #[error(
        "{path} belongs to another sweep ({found} instead of {expected}): choose an empty folder, or \
         go on with the settings that are there"
    )]
    Occupied {
        /// The file.
        path: PathBuf,
        /// Its digest of settings or number of shards.
        found: String,
        /// Ours.
        expected: String,
    },
    /// Results of other settings, or of another division into shards.
    #[error("{path} is not of this sweep: {reason}; take it out of the folder and run the shard")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What differs.
        reason: String,
    },
    /// A file that does not hold what it should.
    #[error("{path} cannot be read: {reason}; take it out of the folder and run the shard again")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Shards without results.
    #[error(
        "shards {missing:?} of {of} (counted from 0) have no finished results: run them again, \
         finished sessions are kept"
    )]
    Missing {
        /// Their numbers.
        missing: Vec<u32>,
        /// How many there should be.
        of: u32,
    },
    /// The caller asked to stop.
    #[error("stopped with {done} of {total} sessions done: the same command goes on from there")]
    Stopped {
        /// Sessions that are kept.
        done: u64,
        /// Sessions of the shard.
        total: u64,
    },
    /// A file system that refuses.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// An error of the file system, with the file.
pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SweepError + use<> {
    let path = path.to_path_buf();
    |cause| SweepError::Io { path, cause }
}

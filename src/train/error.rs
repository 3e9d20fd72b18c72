use std::{path::PathBuf, sync::Arc};

use burn::train::TrainingError;

use crate::{FileError, one_line::one_line};

/// Error of a training or of its history. Complete epochs are on disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A value or an epoch number of a history is wrong.
    #[error(
        "{path} is damaged in row {row}: {problem}; delete the run's folder and start it again"
    )]
    DamagedHistory {
        /// The file.
        path: PathBuf,
        /// Number of the row, without the header, from 1.
        row: usize,
        /// The reason.
        problem: String,
    },
    /// There is a history, but no checkpoint that fits it.
    #[error("{path} has no readable checkpoint for its history; delete the folder to start again")]
    NoCheckpoint {
        /// The folder of the checkpoints.
        path: PathBuf,
    },
    /// Burn's training loop failed: data, checkpoints or the device.
    #[error("training failed in {path}: {}", one_line(&source.to_string()))]
    Training {
        /// The run's folder.
        path: PathBuf,
        /// Burn's reason.
        source: Arc<TrainingError>,
    },
}

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::{StudyError, output::pretty};
use crate::{FileError, files::write_new};

const CONFIG_FILE: &str = "config.json";
const LOCK_FILE: &str = "lock";

/// The folder of a study: settings that are written once, and a lock that excludes other processes.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Starts a study with these settings in a folder, and creates the folder if it does not exist.
    pub(super) fn create(directory: &Path, record: &impl Serialize) -> Result<Self, StudyError> {
        let path = directory.join(CONFIG_FILE);
        fs::create_dir_all(directory).map_err(io_error(directory))?;
        write_new(&path, &pretty(record)).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => StudyError::Occupied {
                path: directory.to_path_buf(),
            },
            _ => io_error(&path)(source),
        })?;
        Ok(Self {
            path: directory.to_path_buf(),
        })
    }

    /// Returns whether a folder contains the settings of a study.
    pub(super) fn exists(directory: &Path) -> bool {
        directory.join(CONFIG_FILE).exists()
    }

    /// Opens the study in a folder and reads its settings.
    pub(super) fn open<R: DeserializeOwned>(directory: &Path) -> Result<(Self, R), StudyError> {
        let path = directory.join(CONFIG_FILE);
        let bytes = fs::read(&path).map_err(io_error(&path))?;
        let record = serde_json::from_slice(&bytes).map_err(|error| StudyError::NotAStudy {
            path,
            reason: error.to_string(),
        })?;
        let folder = Self {
            path: directory.to_path_buf(),
        };
        Ok((folder, record))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Locks the folder until the file is dropped.
    pub(super) fn lock(&self) -> Result<File, StudyError> {
        let path = self.path.join(LOCK_FILE);
        let lock = File::create(&path).map_err(io_error(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(StudyError::InUse {
                path: self.path.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(io_error(&path)(source)),
        }
    }
}

pub(super) fn io_error(path: &Path) -> impl Fn(std::io::Error) -> StudyError + use<> {
    let file = FileError::at("use", path);
    move |source| file(source).into()
}

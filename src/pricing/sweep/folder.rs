use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Shard, Sweep, SweepConfig, SweepError, error::io};
use crate::files::write_new;

const CONFIG: &str = "sweep.toml";
const MANIFEST: &str = "manifest.json";

/// The folder of a sweep: its settings, the number of its shards, and their files.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

/// The properties that all files of a sweep share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Version of the format and of the computations; results of another version are rejected.
    #[serde(default = "first_format")]
    pub(super) format: u32,
    /// Version of the crate that wrote the file, for information only.
    pub(super) version: String,
    /// Digest of the settings.
    pub(super) config: String,
    /// Number of shards.
    pub(super) shards: u32,
}

/// Current format. It is incremented when a session with equal settings gives other results.
const FORMAT: u32 = 1;

/// Returns the format of folders without a format number.
fn first_format() -> u32 {
    1
}

impl Manifest {
    pub(super) fn of(sweep: &Sweep, shards: u32) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config: sweep.digest().to_owned(),
            shards,
        }
    }

    /// Returns a description of the first difference: what was found and what was expected.
    pub(super) fn difference(&self, found: &Self) -> Option<(String, String)> {
        let pair = |what: &str, found: &str, ours: &str| {
            Some((format!("{what} {found}"), format!("{what} {ours}")))
        };
        if found.config != self.config {
            return pair("settings", &found.config, &self.config);
        }
        if found.format != self.format {
            let (found, ours) = (found.format.to_string(), self.format.to_string());
            return pair("format", &found, &ours);
        }
        if found.shards != self.shards {
            let (found, ours) = (found.shards.to_string(), self.shards.to_string());
            return pair("number of shards", &found, &ours);
        }
        None
    }
}

impl Folder {
    /// Returns whether a folder contains a sweep.
    pub(super) fn is_begun(path: &Path) -> bool {
        path.join(MANIFEST).exists()
    }

    /// Opens the folder of a sweep with this number of shards; creates it if it does not exist.
    ///
    /// # Errors
    /// Returns an error if the folder belongs to another sweep, or on an I/O error.
    pub(super) fn begin(path: &Path, sweep: &Sweep, shards: u32) -> Result<Self, SweepError> {
        fs::create_dir_all(path).map_err(io(path))?;
        let folder = Self {
            path: path.to_path_buf(),
        };
        let manifest = Manifest::of(sweep, shards);
        let text = serde_json::to_string_pretty(&manifest).map_err(|error| SweepError::Config {
            reason: error.to_string(),
        })?;
        // If shards start at the same time, the first one writes and the others compare.
        create(&path.join(MANIFEST), &text)?;
        let found = folder.manifest()?;
        if let Some((found, expected)) = manifest.difference(&found) {
            return Err(SweepError::Occupied {
                path: path.to_path_buf(),
                found,
                expected,
            });
        }
        create(&path.join(CONFIG), &sweep.config().to_toml()?)?;
        Ok(folder)
    }

    /// Opens an existing folder, and reads its sweep.
    pub(super) fn open(path: &Path) -> Result<(Self, Manifest, Sweep), SweepError> {
        let folder = Self {
            path: path.to_path_buf(),
        };
        let manifest = folder.manifest()?;
        let file = path.join(CONFIG);
        let sweep = Sweep::new(SweepConfig::read(&file)?)?;
        if let Some((found, expected)) = Manifest::of(&sweep, manifest.shards).difference(&manifest)
        {
            return Err(SweepError::Foreign {
                path: file,
                reason: format!("the folder has {found}, but this file has {expected}"),
            });
        }
        Ok((folder, manifest, sweep))
    }

    fn manifest(&self) -> Result<Manifest, SweepError> {
        let path = self.path.join(MANIFEST);
        let text = fs::read(&path).map_err(io(&path))?;
        serde_json::from_slice(&text).map_err(|error| SweepError::Unreadable {
            path,
            reason: error.to_string(),
        })
    }

    /// Returns the file of a finished shard.
    pub(super) fn finished(&self, shard: Shard) -> PathBuf {
        self.file(shard, "sessions")
    }

    /// Returns the file of an unfinished shard.
    pub(super) fn unfinished(&self, shard: Shard) -> PathBuf {
        self.file(shard, "part")
    }

    /// Locks a shard against other processes until the returned file is dropped.
    pub(super) fn lock(&self, shard: Shard) -> Result<File, SweepError> {
        let path = self.file(shard, "lock");
        let lock = File::create(&path).map_err(io(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(SweepError::InUse { path }),
            Err(TryLockError::Error(source)) => Err(io(&path)(source)),
        }
    }

    fn file(&self, shard: Shard, extension: &str) -> PathBuf {
        let (index, count) = (shard.index(), shard.count());
        self.path
            .join(format!("shard-{index:04}-of-{count:04}.{extension}"))
    }
}

/// Writes a file that does not exist yet.
fn create(path: &Path, text: &str) -> Result<(), SweepError> {
    match write_new(path, text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(io(path)),
    }
}

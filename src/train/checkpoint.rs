use std::{
    fs,
    path::{Path, PathBuf},
};

use burn::{
    optim::{OptimizerRecord, lr_scheduler::LrSchedulerRecord},
    store::ModuleRecord,
    train::checkpoint::{Checkpoint, Checkpointer, CheckpointerError},
};

/// The folder of a run's checkpoints, in the run's folder.
pub const CHECKPOINT_DIR: &str = "checkpoint";

pub(crate) const MODEL: &str = "model";
pub(crate) const OPTIMIZER: &str = "optim";
pub(crate) const SCHEDULER: &str = "scheduler";

/// A Burn [`Checkpointer`] that writes `<name>-<epoch>.bpk` under another name first, so that a
/// file of that name is always whole, also after a power cut or a full disk.
///
/// File names are those of Burn's own checkpointer.
pub struct AtomicCheckpointer {
    directory: PathBuf,
    name: &'static str,
}

impl AtomicCheckpointer {
    /// Keeps files in `directory`, which must exist.
    pub fn new(directory: &Path, name: &'static str) -> Self {
        Self {
            directory: directory.to_path_buf(),
            name,
        }
    }

    fn path(&self, epoch: usize) -> PathBuf {
        file(&self.directory, self.name, epoch)
    }
}

fn file(directory: &Path, name: &str, epoch: usize) -> PathBuf {
    directory.join(format!("{name}-{epoch}.bpk"))
}

impl<R: Checkpoint> Checkpointer<R> for AtomicCheckpointer {
    fn save(&self, epoch: usize, record: R) -> Result<(), CheckpointerError> {
        let partial = self.directory.join(format!("{}.partial.bpk", self.name));
        record.save(partial.clone())?;
        fs::File::open(&partial)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&partial, self.path(epoch)))
            .map_err(CheckpointerError::IOError)
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        R::load(self.path(epoch))
    }

    fn delete(&self, epoch: usize) -> Result<(), CheckpointerError> {
        match fs::remove_file(self.path(epoch)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(CheckpointerError::IOError(error))
            }
            _ => Ok(()),
        }
    }
}

/// The latest epoch in `directory` whose model, optimizer and scheduler can all be read.
///
/// Burn panics where a checkpoint cannot be restored, so this reads them first.
pub fn latest_checkpoint(directory: &Path) -> Option<usize> {
    let mut epochs: Vec<usize> = fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let epoch = name.to_str()?.strip_prefix(MODEL)?.strip_prefix('-')?;
            epoch.strip_suffix(".bpk")?.parse().ok()
        })
        .collect();
    epochs.sort_unstable();
    epochs
        .into_iter()
        .rev()
        .find(|&epoch| is_readable(directory, epoch))
}

fn is_readable(directory: &Path, epoch: usize) -> bool {
    ModuleRecord::load(file(directory, MODEL, epoch)).is_ok()
        && OptimizerRecord::load(file(directory, OPTIMIZER, epoch)).is_ok()
        && LrSchedulerRecord::load(file(directory, SCHEDULER, epoch)).is_ok()
}

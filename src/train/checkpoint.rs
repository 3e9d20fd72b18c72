use std::{
    fs,
    path::{Path, PathBuf},
};

use burn::train::metric::store::{Aggregate, EventStoreClient, Split};
use burn::{
    optim::{OptimizerRecord, lr_scheduler::LrSchedulerRecord},
    store::ModuleRecord,
    train::checkpoint::{CheckpointingAction, CheckpointingStrategy},
};

use super::HistoryLogger;

/// The folder of a run's checkpoints, in the run's folder; Burn's name for it.
pub const CHECKPOINT_DIR: &str = "checkpoint";

/// Checkpoints that are kept: the last, and the one before in case the last is being written.
pub(super) const KEPT: usize = 2;

/// Keeps the last checkpoints, and commits each epoch to the history before its checkpoint.
///
/// Burn calls this in the training loop, for complete epochs only, so that a checkpoint never
/// lacks its row in the history.
pub(super) struct CommitAndKeepLast {
    pub(super) logger: HistoryLogger,
}

impl CheckpointingStrategy for CommitAndKeepLast {
    fn checkpointing(
        &mut self,
        epoch: usize,
        store: &EventStoreClient,
    ) -> Vec<CheckpointingAction> {
        // The logger works on a thread of its own. An answer to a question, any question, means
        // that it has seen everything before.
        let _ = store.find_metric("", epoch, Aggregate::Mean, &Split::Valid);
        if !self.logger.commit(epoch) {
            return Vec::new();
        }
        let mut actions = vec![CheckpointingAction::Save];
        if epoch > KEPT {
            actions.push(CheckpointingAction::Delete(epoch - KEPT));
        }
        actions
    }
}

/// The numbers of the epochs in `directory` that have a model, readable or not, in ascending
/// order.
fn epochs(directory: &Path) -> Vec<usize> {
    let mut epochs: Vec<usize> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let epoch = name.to_str()?.strip_prefix("model-")?;
            epoch.strip_suffix(".bpk")?.parse().ok()
        })
        .collect();
    epochs.sort_unstable();
    epochs
}

/// The latest epoch in `directory`, not after `limit`, whose model, optimizer and scheduler can
/// all be read.
///
/// Burn panics where a checkpoint cannot be restored, so this reads them first.
pub fn latest_checkpoint(directory: &Path, limit: usize) -> Option<usize> {
    epochs(directory)
        .into_iter()
        .rev()
        .find(|&epoch| epoch <= limit && is_readable(directory, epoch))
}

/// The latest epoch with a checkpoint, readable or not; 0 where there is none.
pub(super) fn latest_attempt(directory: &Path) -> usize {
    epochs(directory).last().copied().unwrap_or(0)
}

fn is_readable(directory: &Path, epoch: usize) -> bool {
    let file = |name: &str| -> PathBuf { directory.join(format!("{name}-{epoch}.bpk")) };
    ModuleRecord::load(file("model")).is_ok()
        && OptimizerRecord::load(file("optim")).is_ok()
        && LrSchedulerRecord::load(file("scheduler")).is_ok()
}

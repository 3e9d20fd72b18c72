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

use super::{History, HistoryLogger};

/// Name of the checkpoint folder in a run's folder, as in Burn.
pub const CHECKPOINT_DIR: &str = "checkpoint";

/// Number of checkpoints kept: the last, and the one before in case the last is being written.
pub(super) const KEPT: usize = 2;

/// Rule for the best epoch of a history: the one with the largest, or smallest, value of a metric,
/// and the first of equal ones.
#[derive(Clone, Debug, PartialEq)]
pub struct BestEpoch {
    metric: String,
    higher_is_better: bool,
    threshold: Option<f64>,
}

impl BestEpoch {
    /// Creates the rule for the metric with this name in the history, such as `test_loss`.
    pub fn new(metric: impl Into<String>, higher_is_better: bool) -> Self {
        Self {
            metric: metric.into(),
            higher_is_better,
            threshold: None,
        }
    }

    /// Counts only epochs with a better value than this. For example, if the score is 0 in all
    /// epochs, there is then no best epoch.
    #[must_use]
    pub fn better_than(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Returns the best of the first `epochs` epochs, or `None` without a finite value that
    /// [counts](Self::better_than).
    pub fn find(&self, history: &History, epochs: usize) -> Option<usize> {
        let series = history.series(&self.metric).into_iter();
        let series = series.filter(|&(epoch, value)| epoch <= epochs && value.is_finite());
        let better = |a: f64, b: f64| if self.higher_is_better { a > b } else { a < b };
        series
            .filter(|&(_, value)| self.threshold.is_none_or(|limit| better(value, limit)))
            .reduce(|best, next| if better(next.1, best.1) { next } else { best })
            .map(|(epoch, _)| epoch)
    }
}

/// Keeps the last checkpoints and the best one, and commits each epoch to the history before its
/// checkpoint.
///
/// Burn calls this in the training loop, for complete epochs only, so that a checkpoint never
/// lacks its row in the history.
pub(super) struct CommitAndKeepLast {
    pub(super) logger: HistoryLogger,
    pub(super) best: Option<BestEpoch>,
}

impl CommitAndKeepLast {
    /// The epochs whose checkpoints are kept after epoch `epoch`.
    fn kept(&self, history: &History, epoch: usize) -> Vec<usize> {
        let last = (epoch + 1).saturating_sub(KEPT)..=epoch;
        let best = self
            .best
            .as_ref()
            .and_then(|best| best.find(history, epoch));
        last.filter(|&epoch| epoch > 0).chain(best).collect()
    }
}

impl CheckpointingStrategy for CommitAndKeepLast {
    fn checkpointing(
        &mut self,
        epoch: usize,
        store: &EventStoreClient,
    ) -> Vec<CheckpointingAction> {
        // The logger runs on its own thread. An answer to any query means that it has processed all
        // earlier messages.
        let _ = store.find_metric("", epoch, Aggregate::Mean, &Split::Valid);
        if !self.logger.commit(epoch) {
            return Vec::new();
        }
        let history = self.logger.history();
        let kept = self.kept(&history, epoch);
        let mut superseded = self.kept(&history, epoch - 1);
        superseded.retain(|old| !kept.contains(old));
        superseded.sort_unstable();
        superseded.dedup();
        let deletions = superseded.into_iter().map(CheckpointingAction::Delete);
        std::iter::once(CheckpointingAction::Save)
            .chain(deletions)
            .collect()
    }
}

/// Returns the epochs in `directory` that have a model, readable or not, in ascending order.
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

/// Returns the latest epoch in `directory`, not after `limit`, whose model, optimizer and scheduler
/// can all be read.
///
/// Burn panics if a checkpoint cannot be restored, so this function reads them first.
pub fn latest_checkpoint(directory: &Path, limit: usize) -> Option<usize> {
    epochs(directory)
        .into_iter()
        .rev()
        .find(|&epoch| epoch <= limit && is_readable(directory, epoch))
}

/// Returns the latest epoch with a checkpoint, readable or not; 0 if there is none.
pub(super) fn latest_attempt(directory: &Path) -> usize {
    epochs(directory).last().copied().unwrap_or(0)
}

fn is_readable(directory: &Path, epoch: usize) -> bool {
    let file = |name: &str| -> PathBuf { directory.join(format!("{name}-{epoch}.bpk")) };
    ModuleRecord::load(file("model")).is_ok()
        && OptimizerRecord::load(file("optim")).is_ok()
        && LrSchedulerRecord::load(file("scheduler")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::EpochMetrics;

    #[test]
    fn the_best_epoch() {
        let mut history = History::default();
        for (index, value) in [f64::NAN, 0.2, 0.5, 0.1, 0.5].into_iter().enumerate() {
            history.push(EpochMetrics {
                epoch: index + 1,
                values: [("score".to_owned(), value)].into(),
            });
        }
        let highest = BestEpoch::new("score", true);
        assert_eq!(highest.find(&history, 5), Some(3));
        assert_eq!(highest.find(&history, 2), Some(2));
        assert_eq!(highest.find(&history, 1), None);
        assert_eq!(BestEpoch::new("score", false).find(&history, 5), Some(4));
        assert_eq!(BestEpoch::new("other", true).find(&history, 5), None);
        assert_eq!(highest.clone().better_than(0.4).find(&history, 5), Some(3));
        assert_eq!(highest.better_than(0.5).find(&history, 5), None);
        let lowest = BestEpoch::new("score", false);
        assert_eq!(lowest.clone().better_than(0.2).find(&history, 5), Some(4));
        assert_eq!(lowest.better_than(0.1).find(&history, 5), None);
    }
}

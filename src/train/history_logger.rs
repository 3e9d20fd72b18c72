use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use burn::train::{
    Interrupter,
    logger::MetricLogger,
    metric::{
        MetricDefinition, MetricId, NumericEntry,
        store::{EpochSummary, MetricsUpdate, Split},
    },
};

use super::{EpochMetrics, History, HistoryError};

/// A Burn [`MetricLogger`] that keeps one row per epoch, in memory and in a file.
///
/// Burn's own logger writes one file per metric, split and epoch, and after an interruption in
/// the middle of an epoch appends to what the broken epoch left. This one writes an epoch when it
/// is complete, and answers Burn's questions (for early stopping, best checkpoints) from the
/// history, epochs before a resume included.
///
/// Values are stored under Burn's metric names in lower case with underscores, those of the
/// training phase with the prefix `running_`.
#[derive(Clone)]
pub struct HistoryLogger {
    state: Arc<Mutex<State>>,
}

struct State {
    history: History,
    path: PathBuf,
    interrupter: Interrupter,
    names: HashMap<MetricId, String>,
    pending: BTreeMap<String, f64>,
    diverged: Option<usize>,
    error: Option<HistoryError>,
}

impl HistoryLogger {
    /// Continues `history` and writes it to `path`.
    ///
    /// `interrupter` is asked to stop where a loss is not finite or the file cannot be written.
    pub fn new(history: History, path: PathBuf, interrupter: Interrupter) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                history,
                path,
                interrupter,
                names: HashMap::new(),
                pending: BTreeMap::new(),
                diverged: None,
                error: None,
            })),
        }
    }

    /// The epochs so far.
    pub fn history(&self) -> History {
        self.lock().history.clone()
    }

    /// The epoch in which a training loss was not finite, if one was.
    pub fn diverged(&self) -> Option<usize> {
        self.lock().diverged
    }

    /// Why the file could not be written, if it could not.
    pub fn take_error(&self) -> Option<HistoryError> {
        self.lock().error.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is whole between statements, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a metric in the history.
fn key(name: &str, split: &Split) -> String {
    let name = name.to_lowercase().replace(' ', "_");
    match split {
        Split::Train => format!("running_{name}"),
        Split::Valid | Split::Test(_) => name,
    }
}

impl MetricLogger for HistoryLogger {
    fn log(&mut self, update: MetricsUpdate, epoch: usize, split: &Split) {
        let state = &mut *self.lock();
        for numeric in &update.entries_numeric {
            let (Some(name), Some(entry)) = (
                state.names.get(&numeric.entry.metric_id),
                &numeric.numeric_entry,
            ) else {
                continue;
            };
            if let NumericEntry::Final(value) = entry {
                state.pending.insert(key(name, split), *value);
            } else if *split == Split::Train && name == "Loss" && !entry.current().is_finite() {
                state.diverged.get_or_insert(epoch);
                state.interrupter.stop(Some("the loss is not finite"));
            }
        }
    }

    fn read_numeric(
        &mut self,
        name: &str,
        epoch: usize,
        split: &Split,
    ) -> Result<Vec<NumericEntry>, String> {
        let value = self.lock().history.value(&key(name, split), epoch);
        Ok(value.map(NumericEntry::Final).into_iter().collect())
    }

    fn log_metric_definition(&mut self, definition: MetricDefinition) {
        self.lock()
            .names
            .insert(definition.metric_id, definition.name.to_string());
    }

    fn log_epoch_summary(&mut self, summary: EpochSummary) {
        if summary.split != Split::Valid {
            return;
        }
        let state = &mut *self.lock();
        let values = std::mem::take(&mut state.pending);
        // An interrupted validation has averaged over a part of the data only.
        if state.interrupter.should_stop() {
            return;
        }
        state.history.push(EpochMetrics {
            epoch: summary.epoch_number,
            values,
        });
        if let Err(error) = state.history.write(&state.path) {
            state.error = Some(error);
            state
                .interrupter
                .stop(Some("the history cannot be written"));
        }
    }
}

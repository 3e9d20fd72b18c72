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

use super::{EpochMetrics, History, NonFiniteWatch, RunError};

/// A Burn [`MetricLogger`] that keeps one row per epoch, in memory and in a file.
///
/// Burn's own logger writes one file per metric, split and epoch, and after an interruption within
/// an epoch appends to an incomplete file. This one writes an epoch only when it is complete.
/// Queries (for early stopping and best checkpoints) use the whole history, including epochs before
/// a resume.
///
/// Values are stored under Burn's metric names in lower case with underscores. Those of the
/// training phase have the prefix `running_`.
#[derive(Clone)]
pub(crate) struct HistoryLogger {
    state: Arc<Mutex<State>>,
}

struct State {
    history: History,
    path: PathBuf,
    interrupter: Interrupter,
    names: HashMap<MetricId, String>,
    pending: BTreeMap<String, f64>,
    diverged: Option<usize>,
    watch: NonFiniteWatch,
    error: Option<RunError>,
}

impl HistoryLogger {
    /// Continues `history` and writes it to `path`.
    ///
    /// `interrupter` stops the training if a training loss (a metric whose name ends so) or a final
    /// value of the validation is not finite, or if the file cannot be written. Models with custom
    /// metrics report to a [`NonFiniteWatch`] instead.
    pub(crate) fn new(history: History, path: PathBuf, interrupter: Interrupter) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                history,
                path,
                interrupter,
                names: HashMap::new(),
                pending: BTreeMap::new(),
                diverged: None,
                watch: NonFiniteWatch::default(),
                error: None,
            })),
        }
    }

    /// Discards an epoch in which a step was reported.
    pub(super) fn with_watch(self, watch: NonFiniteWatch) -> Self {
        self.lock().watch = watch;
        self
    }

    /// Returns the epochs so far.
    pub(crate) fn history(&self) -> History {
        self.lock().history.clone()
    }

    /// Returns the epoch in which a value was not finite, if any.
    pub(crate) fn diverged(&self) -> Option<usize> {
        self.lock().diverged
    }

    /// Adds a complete epoch; returns whether it is now in the file.
    ///
    /// An epoch in which the training diverged is not added.
    pub(super) fn commit(&self, epoch: usize) -> bool {
        let state = &mut *self.lock();
        let values = std::mem::take(&mut state.pending);
        let reported = state.watch.found().is_some();
        if reported || state.diverged.is_some() || state.error.is_some() {
            return false;
        }
        state.history.push(EpochMetrics { epoch, values });
        if let Err(error) = state.history.write(&state.path) {
            state.error = Some(error);
            state
                .interrupter
                .stop(Some("the history cannot be written"));
        }
        state.error.is_none()
    }

    /// Takes the error of writing the file, if there is one.
    pub(crate) fn take_error(&self) -> Option<RunError> {
        self.lock().error.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is consistent between statements, so a panic elsewhere does not corrupt it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the name of a metric in the history.
pub(super) fn history_name(name: &str, split: &Split) -> String {
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
            let is_final = matches!(entry, NumericEntry::Final(_));
            let value = entry.current();
            let watched = match split {
                Split::Train => name.to_lowercase().ends_with("loss"),
                Split::Valid | Split::Test(_) => is_final,
            };
            // An interrupted phase may have averaged over no values.
            if watched && !value.is_finite() && !state.interrupter.should_stop() {
                state.diverged.get_or_insert(epoch);
                state.interrupter.stop(Some("the loss is not finite"));
            }
            if is_final {
                state.pending.insert(history_name(name, split), value);
            }
        }
    }

    fn read_numeric(
        &mut self,
        name: &str,
        epoch: usize,
        split: &Split,
    ) -> Result<Vec<NumericEntry>, String> {
        let state = self.lock();
        let name = history_name(name, split);
        let value = match epoch {
            _ if epoch == state.history.len() + 1 => state.pending.get(&name).copied(),
            _ => state.history.value(&name, epoch),
        };
        Ok(value.map(NumericEntry::Final).into_iter().collect())
    }

    fn log_metric_definition(&mut self, definition: MetricDefinition) {
        self.lock()
            .names
            .insert(definition.metric_id, definition.name.to_string());
    }

    fn log_epoch_summary(&mut self, _summary: EpochSummary) {}
}

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use burn::train::Interrupter;

/// A step in which something was not a finite number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// Number of the step or iteration, from 0.
    pub step: usize,
    /// What was trained in it.
    pub what: &'static str,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in step {}", self.what, self.step)
    }
}

/// Where the steps of a training report numbers that are not finite, shared by clones of a model.
///
/// A model that reports trains nothing from then on; a [`Run`](super::Run) that
/// [knows](super::Run::with_watch) the watch stops, and does not keep the epoch.
#[derive(Clone, Debug, Default)]
pub struct NonFiniteWatch(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    found: Option<NonFinite>,
    interrupter: Option<Interrupter>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

impl NonFiniteWatch {
    /// Reports a step; the first one is kept.
    pub fn report(&self, step: NonFinite) {
        let mut state = self.lock();
        state.found.get_or_insert(step);
        if let Some(interrupter) = &state.interrupter {
            interrupter.stop(Some("a number is not finite"));
        }
    }

    /// The first step that was reported.
    pub fn found(&self) -> Option<NonFinite> {
        self.lock().found.clone()
    }

    /// Stops this training where a step is reported.
    pub(super) fn connect(&self, interrupter: &Interrupter) {
        self.lock().interrupter = Some(interrupter.clone());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is whole between statements, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

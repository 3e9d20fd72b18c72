use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use burn::train::Interrupter;

/// A step with a number that is not finite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// Number of the step or iteration, from 0.
    pub step: usize,
    /// Name of the value that is not finite.
    pub what: &'static str,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in step {}", self.what, self.step)
    }
}

/// Collects reports of steps with numbers that are not finite; shared by clones of a model.
///
/// A model that reports trains nothing afterward. A [`Run`](super::Run) with [this
/// watch](super::Run::with_watch) stops and discards the epoch.
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

    /// Returns the first step that was reported.
    pub fn found(&self) -> Option<NonFinite> {
        self.lock().found.clone()
    }

    /// Stops this training when a step is reported.
    pub(super) fn connect(&self, interrupter: &Interrupter) {
        self.lock().interrupter = Some(interrupter.clone());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is consistent between statements, so a panic elsewhere does not corrupt it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

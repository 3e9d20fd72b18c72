use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use burn::train::Interrupter;

/// Asks running and future trainings to stop, from a signal handler or another thread.
///
/// A training that is asked ends after the current step; its last complete epoch is on disk and
/// can be resumed.
#[derive(Clone, Default)]
pub struct StopHandle {
    requested: Arc<AtomicBool>,
    interrupter: Interrupter,
}

impl StopHandle {
    /// Creates a handle that has not been asked.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the stop.
    pub fn stop(&self) {
        self.requested.store(true, Ordering::SeqCst);
        self.interrupter.stop(Some("stopped by the user"));
    }

    /// Whether the stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Burn's handle for the next training, clear of what stopped the one before.
    pub(crate) fn interrupter(&self) -> Interrupter {
        self.interrupter.reset();
        if self.is_stopped() {
            // The request may have come between the check of a loop and the reset above.
            self.interrupter.stop(Some("stopped by the user"));
        }
        self.interrupter.clone()
    }
}

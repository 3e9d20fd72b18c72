use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use burn::train::Interrupter;

/// Stops running and future trainings, from a signal handler or another thread.
///
/// A stopped training ends after the current step. Its last complete epoch is on disk and can be
/// resumed.
#[derive(Clone, Default)]
pub struct StopHandle {
    requested: Arc<AtomicBool>,
    interrupter: Interrupter,
}

impl StopHandle {
    /// Creates a handle without a stop request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests the stop.
    pub fn stop(&self) {
        self.requested.store(true, Ordering::SeqCst);
        self.interrupter.stop(Some("stopped by the user"));
    }

    /// Returns whether the stop was requested.
    pub fn is_stopped(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Returns Burn's handle for the next training, reset from previous stops.
    pub(crate) fn interrupter(&self) -> Interrupter {
        self.interrupter.reset();
        if self.is_stopped() {
            // The request may have come between the check of a loop and the reset above.
            self.interrupter.stop(Some("stopped by the user"));
        }
        self.interrupter.clone()
    }
}

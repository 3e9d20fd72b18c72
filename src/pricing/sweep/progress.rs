use std::time::Duration;

/// Progress of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Number of finished sessions, including those of earlier runs.
    pub done: u64,
    /// Number of sessions of the shard.
    pub total: u64,
    /// Elapsed time of this run.
    pub elapsed: Duration,
    /// Estimated remaining time at the mean speed of this run; `None` before its first session.
    pub remaining: Option<Duration>,
}

impl Progress {
    /// Computes the progress after `now` sessions of this run.
    pub(super) fn new(done: u64, total: u64, now: u64, elapsed: Duration) -> Self {
        let each = elapsed.as_secs_f64() / now as f64;
        let left = each * total.saturating_sub(done) as f64;
        Self {
            done,
            total,
            elapsed,
            remaining: Duration::try_from_secs_f64(left).ok().filter(|_| now > 0),
        }
    }
}

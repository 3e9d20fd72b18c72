use std::time::Duration;

/// How far a shard has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Sessions that are done, with those of earlier runs.
    pub done: u64,
    /// Sessions of the shard.
    pub total: u64,
    /// Time of this run.
    pub elapsed: Duration,
    /// Time that is left at the mean speed of this run; none before its first session.
    pub remaining: Option<Duration>,
}

impl Progress {
    /// After `now` sessions of this run.
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

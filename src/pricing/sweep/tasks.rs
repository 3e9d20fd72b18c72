use std::path::Path;

use super::{SessionRecord, Shard, Sweep, SweepError};
use crate::one_line::counted;

/// Returns the point and session indices of a shard, in order.
pub(super) fn tasks(sweep: &Sweep, shard: Shard) -> impl Iterator<Item = (u32, u32)> {
    let sessions = sweep.config().sessions;
    let all = shard.tasks(sweep.sessions());
    all.map(move |task| ((task / sessions) as u32, (task % sessions) as u32))
}

/// Checks that records are those of these sessions, each once, in order.
pub(super) fn check_complete(
    path: &Path,
    records: &[SessionRecord],
    tasks: &[(u32, u32)],
) -> Result<(), SweepError> {
    let expected = tasks.iter().copied();
    if records.iter().map(SessionRecord::key).eq(expected) {
        return Ok(());
    }
    Err(SweepError::Unreadable {
        path: path.to_path_buf(),
        reason: format!(
            "it has {}, not each of the {} of its shard once",
            counted(records.len(), "session"),
            tasks.len()
        ),
    })
}

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{
    SessionRecord, Shard, Sweep, SweepError,
    config::hexadecimal,
    folder::Folder,
    run::{check_complete, tasks},
    shard_file::ShardFormat,
};

/// The results of all sessions of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    pub(super) sweep: Sweep,
    pub(super) records: Vec<SessionRecord>,
}

/// Reads the results of all shards in a folder.
///
/// # Errors
/// [`SweepError::Missing`] with the shards that have not finished, [`SweepError::Foreign`] for a file
/// of other settings, [`SweepError::Unreadable`] for one that is damaged.
pub fn collect(folder: &Path) -> Result<Collected, SweepError> {
    let (folder, manifest, sweep) = Folder::open(folder)?;
    let count = manifest.shards;
    let mut missing = Vec::new();
    let mut records = Vec::new();
    for index in 0..count {
        let shard = Shard::new(index, count)?;
        let path = folder.finished(shard);
        if !path.exists() {
            missing.push(index);
            continue;
        }
        let found = ShardFormat::new(&sweep, shard)?.read(&path)?;
        check_complete(&path, &found, &tasks(&sweep, shard).collect::<Vec<_>>())?;
        records.extend(found);
    }
    if !missing.is_empty() {
        return Err(SweepError::Missing { missing, of: count });
    }
    records.sort_by_key(SessionRecord::key);
    Ok(Collected { sweep, records })
}

impl Collected {
    /// The sweep.
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// The sessions, point by point.
    pub fn records(&self) -> &[SessionRecord] {
        &self.records
    }

    /// SHA-256 of settings, measures' names and all results, in hexadecimal. It does not depend on
    /// threads, shards, or interruptions.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.sweep.digest());
        for name in self.sweep.measures() {
            digest.update(name);
            digest.update(b"\n");
        }
        for record in &self.records {
            digest.update(record.to_frame());
        }
        hexadecimal(&digest.finalize())
    }

    /// One measure of all sessions of a point; none where there is no such point or measure.
    pub fn values(&self, point: usize, measure: &str) -> Option<Vec<f64>> {
        let sessions = usize::try_from(self.sweep.config().sessions).ok()?;
        let names = self.sweep.measures();
        let column = names.iter().position(|name| name == measure)?;
        let first = point.checked_mul(sessions)?;
        let rows = self.records.get(first..first.checked_add(sessions)?)?;
        Some(rows.iter().map(|record| record.values[column]).collect())
    }
}

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{
    SessionRecord, Shard, Sweep, SweepError,
    config::hexadecimal,
    folder::Folder,
    prepared::failed,
    shard_file::ShardFormat,
    tasks::{check_complete, tasks},
};
use crate::pricing::equilibrium::Benchmarks;

/// The results of all sessions of a sweep.
#[derive(Clone, Debug)]
pub struct Collected {
    pub(super) sweep: Sweep,
    pub(super) records: Vec<SessionRecord>,
    /// Benchmarks of each point, computed on first use.
    benchmarks: OnceLock<Vec<Arc<Benchmarks>>>,
}

/// Compares the sweeps and their results.
impl PartialEq for Collected {
    fn eq(&self, other: &Self) -> bool {
        self.sweep == other.sweep && self.records == other.records
    }
}

#[cfg(test)]
pub(super) fn collect(folder: &Path) -> Result<Collected, SweepError> {
    Collected::read(folder)
}

impl Collected {
    /// Reads the results of all shards in a folder.
    ///
    /// # Errors
    /// Returns [`SweepError::Missing`] with the shards that have not finished,
    /// [`SweepError::Foreign`] for a file of other settings, or [`SweepError::Unreadable`] for a
    /// damaged file.
    pub fn read(folder: &Path) -> Result<Collected, SweepError> {
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
        Ok(Collected {
            sweep,
            records,
            benchmarks: OnceLock::new(),
        })
    }

    /// Returns the sweep.
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// Returns the sessions, point by point.
    pub fn records(&self) -> &[SessionRecord] {
        &self.records
    }

    /// Returns the benchmarks of each point, computed on first use.
    ///
    /// # Errors
    /// Returns [`SweepError::Point`] if the benchmarks of a point are not found.
    pub fn benchmarks(&self) -> Result<&[Arc<Benchmarks>], SweepError> {
        if let Some(known) = self.benchmarks.get() {
            return Ok(known);
        }
        // Many points differ only in their learners.
        let points = self.sweep.points();
        let mut first: Vec<usize> = Vec::with_capacity(points.len());
        let mut distinct: Vec<usize> = Vec::new();
        for point in points {
            let same = |&at: &usize| {
                let (one, other) = (points[at].scenario(), point.scenario());
                one.market == other.market && one.demand == other.demand
            };
            let at = distinct.iter().copied().find(same).unwrap_or(point.index());
            if at == point.index() {
                distinct.push(at);
            }
            first.push(at);
        }
        let solved = distinct.par_iter().map(|&at| {
            let found = points[at].scenario().benchmarks();
            let found = found.map_err(|error| failed(&points[at])(error))?;
            Ok((at, Arc::new(found)))
        });
        let solved = solved.collect::<Result<HashMap<_, _>, SweepError>>()?;
        let all = first.iter().map(|at| Arc::clone(&solved[at])).collect();
        Ok(self.benchmarks.get_or_init(|| all))
    }

    /// Returns the number of sessions of a point that ended by their cap.
    pub fn unconverged(&self, point: usize) -> usize {
        let values = self.values(point, "converged").unwrap_or_default();
        values.iter().filter(|&&value| value == 0.0).count()
    }

    /// Returns the SHA-256 digest of settings, names of the measures and all results, in
    /// hexadecimal. It does not depend on threads, shards, or interruptions.
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

    /// Returns one measure of all sessions of a point; `None` if the point or the measure does not
    /// exist.
    pub fn values(&self, point: usize, measure: &str) -> Option<Vec<f64>> {
        let sessions = usize::try_from(self.sweep.config().sessions).ok()?;
        let names = self.sweep.measures();
        let column = names.iter().position(|name| name == measure)?;
        let first = point.checked_mul(sessions)?;
        let rows = self.records.get(first..first.checked_add(sessions)?)?;
        Some(rows.iter().map(|record| record.values[column]).collect())
    }
}

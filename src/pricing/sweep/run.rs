use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use rayon::prelude::*;

use super::{
    Collected, Progress, SessionRecord, Shard, Sweep, SweepError, SweepPoint,
    error::io,
    folder::Folder,
    prepared::{Prepared, failed},
    shard_file::{ShardFormat, ShardWriter},
    tasks::{check_complete, tasks},
};
use crate::{files::write_whole, pricing::PricingError};

/// The result of running a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunReport {
    /// Number of sessions from earlier runs.
    pub kept: u64,
    /// Number of sessions that this run added.
    pub added: u64,
}

impl Sweep {
    /// Runs the sessions of one shard on the threads of the current rayon pool, and writes them to
    /// a folder. Existing results are kept: a finished shard is skipped, an interrupted one is
    /// continued.
    ///
    /// Each session is appended when it is done, and survives the end of the process; a crash of
    /// the machine loses at most the last two seconds. At the end the results are written to a
    /// separate file in their order. That file is byte for byte the same regardless of
    /// interruptions.
    ///
    /// `progress` is called first with the existing sessions, and after each session. `should_stop`
    /// is called frequently, and ends the run with [`SweepError::Stopped`].
    ///
    /// # Errors
    /// Returns an error if the folder belongs to another sweep, another process is running the
    /// shard, a point is invalid, a file cannot be read or written, or the run was stopped. No
    /// finished session is lost.
    pub fn run(
        &self,
        folder: &Path,
        shard: Shard,
        progress: &(dyn Fn(&Progress) + Sync),
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<RunReport, SweepError> {
        run_with(self, &[], folder, shard, progress, should_stop)
    }

    /// Runs a sweep that extends other sweeps: sessions of theirs at the same points, with the same
    /// seed, are reused and not run again. The results are those of a new run.
    ///
    /// # Errors
    /// Same as [`run`](Self::run).
    pub fn run_reusing(
        &self,
        known: &[Collected],
        folder: &Path,
        shard: Shard,
        progress: &(dyn Fn(&Progress) + Sync),
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<RunReport, SweepError> {
        run_with(self, known, folder, shard, progress, should_stop)
    }
}

#[cfg(test)]
pub(super) fn run(
    sweep: &Sweep,
    folder: &Path,
    shard: Shard,
    progress: &(dyn Fn(&Progress) + Sync),
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Result<RunReport, SweepError> {
    run_with(sweep, &[], folder, shard, progress, should_stop)
}

/// Runs a shard, with the reusable sessions of other sweeps.
fn run_with(
    sweep: &Sweep,
    known: &[Collected],
    folder: &Path,
    shard: Shard,
    progress: &(dyn Fn(&Progress) + Sync),
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Result<RunReport, SweepError> {
    // Invalid points are reported before a folder is created.
    let all: Vec<(u32, u32)> = tasks(sweep, shard).collect();
    let prepared = match Folder::is_begun(folder) {
        true => None,
        false => Some(prepare(sweep, &all.iter().collect::<Vec<_>>())?),
    };
    let folder = Folder::begin(folder, sweep, shard.count())?;
    let _lock = folder.lock(shard)?;
    let format = ShardFormat::new(sweep, shard)?;
    let tasks = all;
    let total = tasks.len() as u64;
    let begun = Instant::now();
    let finished = folder.finished(shard);
    if finished.exists() {
        check_complete(&finished, &format.read(&finished)?, &tasks)?;
        progress(&Progress::new(total, total, 0, begun.elapsed()));
        return Ok(RunReport {
            kept: total,
            added: 0,
        });
    }

    let unfinished = folder.unfinished(shard);
    let (mut writer, mut records) = ShardWriter::open(&format, &unfinished)?;
    let mut there: HashSet<_> = records.iter().map(SessionRecord::key).collect();
    for record in reused(sweep, known, &tasks) {
        if there.insert(record.key()) {
            writer.append(&record)?;
            records.push(record);
        }
    }
    let kept = records.len() as u64;
    let pending: Vec<_> = tasks.iter().filter(|task| !there.contains(task)).collect();
    progress(&Progress::new(kept, total, 0, begun.elapsed()));
    let points = match prepared {
        Some(points) => points,
        None => prepare(sweep, &pending)?,
    };
    let log = Mutex::new(Log { writer, records });
    let outcome = pending.par_iter().with_max_len(1).try_for_each(|task| {
        let (point, session) = **task;
        let stopped = || PricingError::Stopped { periods: 0 };
        let prepared = points[point as usize].as_ref();
        let measured = match prepared {
            Some(prepared) if !should_stop() => prepared.measure(session.into(), should_stop),
            _ => Err(stopped()),
        };
        let values = measured.map_err(failed(&sweep.points()[point as usize]))?;
        let record = SessionRecord {
            point,
            session,
            values,
        };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.writer.append(&record)?;
        log.records.push(record);
        let done = log.records.len() as u64;
        progress(&Progress::new(done, total, done - kept, begun.elapsed()));
        Ok(())
    });
    let mut log = log.into_inner().unwrap_or_else(PoisonError::into_inner);
    log.writer.sync()?;
    let done = log.records.len() as u64;
    match outcome {
        Err(SweepError::Point { cause, .. }) if cause.was_stopped() => {
            return Err(SweepError::Stopped { done, total });
        }
        other => other?,
    }
    log.records.sort_by_key(SessionRecord::key);
    check_complete(&unfinished, &log.records, &tasks)?;
    write_whole(&finished, &format.to_bytes(&log.records)).map_err(io(&finished))?;
    fs::remove_file(&unfinished).map_err(io(&unfinished))?;
    Ok(RunReport {
        kept,
        added: done - kept,
    })
}

/// Returns the sessions of other sweeps that are among these tasks.
pub(super) fn reused(
    sweep: &Sweep,
    known: &[Collected],
    tasks: &[(u32, u32)],
) -> Vec<SessionRecord> {
    let mut found = Vec::new();
    for other in known {
        let names = other.sweep().measures();
        let place = |name: &String| names.iter().position(|one| one == name);
        let columns: Vec<_> = sweep.measures().iter().map(place).collect();
        let mut same: HashMap<u32, Option<usize>> = HashMap::new();
        for &(point, session) in tasks {
            let old = *same.entry(point).or_insert_with(|| {
                let scenario = sweep.points()[point as usize].scenario();
                let points = other.sweep().points().iter();
                let mut points = points.filter(|old| old.scenario() == scenario);
                points.next().map(SweepPoint::index)
            });
            let sessions = other.sweep().config().sessions;
            if let Some(old) = old
                && u64::from(session) < sessions
                && let Some(record) = other
                    .records()
                    .get(old * sessions as usize + session as usize)
            {
                let value =
                    |column: &Option<usize>| column.map_or(f64::NAN, |at| record.values[at]);
                found.push(SessionRecord {
                    point,
                    session,
                    values: columns.iter().map(value).collect(),
                });
            }
        }
    }
    found
}

struct Log {
    writer: ShardWriter,
    records: Vec<SessionRecord>,
}

/// Returns the prepared points that have sessions to run.
fn prepare(sweep: &Sweep, pending: &[&(u32, u32)]) -> Result<Vec<Option<Prepared>>, SweepError> {
    let needed: HashSet<usize> = pending.iter().map(|(point, _)| *point as usize).collect();
    let points = sweep.points().par_iter();
    let found: Vec<Result<_, SweepError>> = points
        .map(|point| match needed.contains(&point.index()) {
            true => Prepared::new(sweep, point).map(Some),
            false => Ok(None),
        })
        .collect();
    // The first invalid point is reported, independently of the threads.
    found.into_iter().collect()
}

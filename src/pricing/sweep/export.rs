use std::path::Path;

use super::{Collected, Parameter, SweepError, error::io};
use crate::{
    files::write_whole,
    pricing::{
        learner::AnyLearner,
        records::{Column, SessionTable, Values, benchmark_columns, measure_column},
    },
};

impl Collected {
    /// Returns the results as a table: point, session, grid, the varied parameters, the measures,
    /// and the benchmarks of the point with their verdict.
    ///
    /// # Errors
    /// Returns an error if the benchmarks of a point are not found.
    pub fn sessions(&self) -> Result<SessionTable, SweepError> {
        let points = self.sweep.points();
        let of = |record: &super::SessionRecord| &points[record.point as usize];
        let records = || self.records.iter();
        let mut columns = vec![
            Column::new(
                "point",
                Values::Whole(records().map(|one| Some(one.point.into())).collect()),
            ),
            Column::new(
                "session",
                Values::Whole(records().map(|one| Some(one.session.into())).collect()),
            ),
            Column::new(
                "grid",
                Values::Text(records().map(|one| of(one).grid().to_owned()).collect()),
            ),
        ];
        for (place, axis) in self.sweep.config().axes.iter().enumerate() {
            let value = |one| of(one).parameters()[place].1;
            let values = match axis.parameter.counts() {
                Some(_) => Values::Whole(records().map(|r| value(r).map(|v| v as u64)).collect()),
                None => Values::Number(records().map(|r| value(r).unwrap_or(f64::NAN)).collect()),
            };
            columns.push(Column::new(axis.parameter.name(), values));
        }
        if axes_learners(self) {
            let kinds = points.iter().map(|point| {
                let learners = point.scenario().learners.iter().map(AnyLearner::kind);
                let mut kinds: Vec<&str> = learners.collect();
                kinds.dedup();
                kinds.join("+")
            });
            let kinds: Vec<String> = kinds.collect();
            let of_each = records().map(|one| kinds[one.point as usize].clone());
            columns.push(Column::new("learner_kind", Values::Text(of_each.collect())));
        }
        for (place, name) in self.sweep.measures().iter().enumerate() {
            let values = records().map(|one| one.values[place]).collect();
            columns.push(measure_column(name, values));
        }
        let benchmarks = self.benchmarks()?;
        let platforms = points.iter().map(|point| point.market().platforms());
        columns.extend(benchmark_columns(
            records().map(|one| &*benchmarks[one.point as usize]),
            platforms.max().unwrap_or(1),
            self.sweep.config().market.sides(),
        ));
        Ok(SessionTable::new(columns))
    }

    /// Returns the results as CSV, a line for each session; see [`sessions`](Self::sessions).
    ///
    /// # Errors
    /// Returns an error if the benchmarks of a point are not found.
    pub fn to_csv(&self) -> Result<String, SweepError> {
        Ok(self.sessions()?.to_csv())
    }

    /// Writes `sessions.csv` and `schema.json`, which describes its columns; with the feature
    /// `parquet` also `sessions.parquet`, with the digest in its metadata.
    ///
    /// # Errors
    /// Returns an error if the benchmarks of a point are not found, or on an I/O error.
    pub fn write_sessions(&self, folder: &Path) -> Result<(), SweepError> {
        let table = self.sessions()?;
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            write_whole(&path, bytes).map_err(io(&path))
        };
        write("sessions.csv", table.to_csv().as_bytes())?;
        write("schema.json", table.schema().as_bytes())?;
        #[cfg(feature = "parquet")]
        {
            let digest = [("fireweed.digest", self.digest())];
            let path = folder.join("sessions.parquet");
            let bytes = table.to_parquet(&digest).map_err(io(&path))?;
            write("sessions.parquet", &bytes)?;
        }
        Ok(())
    }
}

/// Returns whether the learners are varied.
fn axes_learners(results: &Collected) -> bool {
    let axes = results.sweep.config().axes.iter();
    axes.map(|axis| axis.parameter)
        .any(|name| name == Parameter::Learner)
}

use super::{Collected, SweepError};
use crate::{
    one_line::counted,
    pricing::{
        analysis::{Estimate, MeasureRange},
        records::write_number,
    },
    report::Table,
};

/// All measures of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSummary {
    /// Index of the point.
    pub point: usize,
    /// Measures, in the order of [`Sweep::measures`](super::Sweep::measures); `None` if one applies
    /// to no session.
    pub measures: Vec<Option<Estimate>>,
}

impl Collected {
    /// Returns the mean, standard deviation, standard error and confidence interval of each measure
    /// at each point.
    pub fn summaries(&self) -> Vec<PointSummary> {
        let points = 0..self.sweep.points().len();
        points
            .map(|point| PointSummary {
                point,
                measures: self
                    .sweep
                    .measures()
                    .iter()
                    .map(|name| {
                        let values = self.values(point, name).unwrap_or_default();
                        Estimate::of_within(&values, MeasureRange::of(name))
                    })
                    .collect(),
            })
            .collect()
    }

    /// Returns the summaries as CSV, with a line for each point and measure. It includes the
    /// verdict on the benchmarks of the point and the number of its sessions that did not converge.
    ///
    /// # Errors
    /// Returns an error if the benchmarks of a point are not found.
    pub fn summary_csv(&self) -> Result<String, SweepError> {
        let axes = &self.sweep.config().axes;
        let names: String = axes
            .iter()
            .map(|axis| format!("{},", axis.parameter))
            .collect();
        let mut text = format!(
            "point,grid,{names}benchmarks,unconverged,measure,sessions,mean,sd,se,ci_low,ci_high\n"
        );
        let benchmarks = self.benchmarks()?;
        for summary in self.summaries() {
            let point = &self.sweep.points()[summary.point];
            let mut place = format!("{},{},", summary.point, point.grid());
            for (parameter, value) in point.parameters() {
                match (parameter.counts(), value) {
                    (Some(_), Some(value)) => place += &format!("{value:.0}"),
                    _ => write_number(value.unwrap_or(f64::NAN), &mut place).unwrap_or_default(),
                }
                place.push(',');
            }
            let verdict = benchmarks[summary.point].verdict();
            place += &format!("{verdict},{},", self.unconverged(summary.point));
            let named = self.sweep.measures().iter().zip(summary.measures);
            for (name, one) in named {
                text += &format!("{place}{name},{}", one.map_or(0, |one| one.count));
                let numbers = one.map_or([f64::NAN; 5], |one| {
                    let (low, high) = one.interval;
                    [one.mean, one.deviation, one.standard_error, low, high]
                });
                for value in numbers {
                    text.push(',');
                    let _ = write_number(value, &mut text);
                }
                text.push('\n');
            }
        }
        Ok(text)
    }

    /// Returns some measures as a table for display, with a row for each point: means and half
    /// widths of their 95 % confidence intervals, and the number of sessions that did not converge.
    /// If any benchmark is invalid, the verdict on the benchmarks of each point is included.
    ///
    /// # Errors
    /// Returns an error if the benchmarks of a point are not found.
    pub fn table(&self, measures: &[&str]) -> Result<Table, SweepError> {
        let benchmarks = self.benchmarks()?;
        let all_sound = benchmarks.iter().all(|one| one.verdict().is_sound());
        let axes = &self.sweep.config().axes;
        let mut head = vec!["point".to_owned(), "grid".to_owned()];
        head.extend(axes.iter().map(|axis| axis.parameter.to_string()));
        head.extend(measures.iter().map(|&name| name.to_owned()));
        head.push("not converged".to_owned());
        if !all_sound {
            head.push("benchmarks".to_owned());
        }
        let rows = self.sweep.points().iter().map(|point| {
            let index = point.index();
            let mut row = vec![index.to_string(), point.grid().to_owned()];
            row.extend(point.parameters().iter().map(|(_, value)| match value {
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            }));
            row.extend(measures.iter().map(|name| {
                let values = self.values(index, name).unwrap_or_default();
                let found = Estimate::of_within(&values, MeasureRange::of(name));
                found.map_or("-".to_owned(), |one| match one.half_width() {
                    half if half.is_nan() => format!("{:.4}", one.mean),
                    half => format!("{:.4} ± {half:.4}", one.mean),
                })
            }));
            row.push(self.unconverged(index).to_string());
            if !all_sound {
                row.push(benchmarks[index].verdict().to_string());
            }
            row
        });
        let sessions = self.sweep.config().sessions;
        let mut notes = vec![format!(
            "Means over {} and half widths of their 95 % confidence intervals.",
            counted(sessions as usize, "session")
        )];
        let points = self.sweep.points().len();
        let unconverged: usize = (0..points).map(|point| self.unconverged(point)).sum();
        if unconverged > 0 {
            notes.push(format!(
                "{unconverged} of {} did not converge within {}; they are included in the \
                 measures.",
                counted(self.records.len(), "session"),
                counted(self.sweep.config().convergence.cap as usize, "period")
            ));
        }
        if !all_sound {
            let mut found: Vec<&str> = benchmarks
                .iter()
                .filter_map(|one| one.verdict().caveat())
                .collect();
            found.sort_unstable();
            found.dedup();
            notes.push(format!(
                "Gains at points without sound benchmarks are not valid: {}.",
                found.join("; ")
            ));
        }
        Ok(Table {
            title: "Sweep".to_owned(),
            rows: rows.collect(),
            head,
            notes,
        })
    }
}

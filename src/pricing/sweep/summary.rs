use super::{Collected, export::write_number, student::two_sided_95};
use crate::report::{MeanStd, Table};

/// One measure over the sessions of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureSummary {
    /// Its name.
    pub measure: String,
    /// Sessions in which it applies.
    pub count: usize,
    /// The mean; not a number without sessions.
    pub mean: f64,
    /// The standard deviation with n - 1 in the denominator; not a number below two sessions.
    pub std: f64,
    /// The standard error of the mean, `std / sqrt(n)`.
    pub standard_error: f64,
    /// Half the width of the 95 % confidence interval of the mean, with Student's t.
    pub half_width: f64,
}

/// All measures of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSummary {
    /// The number of the point.
    pub point: usize,
    /// Its measures, in their order.
    pub measures: Vec<MeasureSummary>,
}

impl MeasureSummary {
    fn of(measure: &str, values: &[f64]) -> Self {
        let values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        let (mean, std) = MeanStd::of(&values).map_or((f64::NAN, f64::NAN), |found| {
            (found.mean, found.std.unwrap_or(f64::NAN))
        });
        let standard_error = std / (values.len() as f64).sqrt();
        Self {
            measure: measure.to_owned(),
            count: values.len(),
            mean,
            std,
            standard_error,
            half_width: standard_error * two_sided_95(values.len().saturating_sub(1)),
        }
    }
}

impl Collected {
    /// Mean, standard deviation, standard error and confidence interval of each measure at each point.
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
                        MeasureSummary::of(name, &values)
                    })
                    .collect(),
            })
            .collect()
    }

    /// The summaries as CSV, a line for each point and measure.
    pub fn summary_csv(&self) -> String {
        let axes = &self.sweep.config().axes;
        let names: String = axes
            .iter()
            .map(|axis| format!("{},", axis.parameter))
            .collect();
        let mut text = format!("point,grid,{names}measure,sessions,mean,sd,se,ci_low,ci_high\n");
        for summary in self.summaries() {
            let point = &self.sweep.points()[summary.point];
            let mut place = format!("{},{},", summary.point, point.grid());
            for (_, value) in point.parameters() {
                let _ = write_number(value.unwrap_or(f64::NAN), &mut place);
                place.push(',');
            }
            for one in summary.measures {
                text += &format!("{place}{},{}", one.measure, one.count);
                let (low, high) = (one.mean - one.half_width, one.mean + one.half_width);
                for value in [one.mean, one.std, one.standard_error, low, high] {
                    text.push(',');
                    let _ = write_number(value, &mut text);
                }
                text.push('\n');
            }
        }
        text
    }

    /// Some measures for people: a row for each point, a mean and half its 95 % confidence interval.
    pub fn table(&self, measures: &[&str]) -> Table {
        let axes = &self.sweep.config().axes;
        let mut head = vec!["point".to_owned(), "grid".to_owned()];
        head.extend(axes.iter().map(|axis| axis.parameter.to_string()));
        head.extend(measures.iter().map(|&name| name.to_owned()));
        let rows = self.sweep.points().iter().map(|point| {
            let mut row = vec![point.index().to_string(), point.grid().to_owned()];
            row.extend(point.parameters().iter().map(|(_, value)| match value {
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            }));
            row.extend(measures.iter().map(|name| {
                let values = self.values(point.index(), name).unwrap_or_default();
                let one = MeasureSummary::of(name, &values);
                match one.count {
                    0 => "-".to_owned(),
                    _ => format!("{:.4} ± {:.4}", one.mean, one.half_width),
                }
            }));
            row
        });
        Table {
            title: "Sweep".to_owned(),
            rows: rows.collect(),
            head,
            notes: vec![format!(
                "Means over {} sessions and half the width of their 95 % confidence intervals.",
                self.sweep.config().sessions
            )],
        }
    }
}

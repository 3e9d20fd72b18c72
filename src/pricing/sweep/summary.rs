use super::{Collected, export::write_number};
use crate::{pricing::analysis::Estimate, report::Table};

/// All measures of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSummary {
    /// The number of the point.
    pub point: usize,
    /// Its measures, in the order of [`Sweep::measures`](super::Sweep::measures); none where one
    /// applies to no session.
    pub measures: Vec<Option<Estimate>>,
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
                        Estimate::of(&values)
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
                Estimate::of(&values).map_or("-".to_owned(), |one| {
                    format!("{:.4} ± {:.4}", one.mean, one.half_width())
                })
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

use std::{fmt::Write, path::Path};

use super::{Collected, SweepError, error::io};
use crate::files::write_whole;

/// One column of the results, a value for each session in their order.
pub(super) enum Column {
    /// Numbers of points and sessions.
    Numbers(String, Vec<u32>),
    /// Names of grids.
    Texts(String, Vec<String>),
    /// Parameters and measures; not a number where there is none.
    Values(String, Vec<f64>),
}

impl Collected {
    /// The results as a table: point, session, grid, the varied parameters, the measures.
    pub(super) fn columns(&self) -> Vec<Column> {
        let points = self.sweep.points();
        let of = |record: &super::SessionRecord| &points[record.point as usize];
        let records = || self.records.iter();
        let mut columns = vec![
            Column::Numbers("point".into(), records().map(|one| one.point).collect()),
            Column::Numbers("session".into(), records().map(|one| one.session).collect()),
            Column::Texts(
                "grid".into(),
                records().map(|one| of(one).grid().to_owned()).collect(),
            ),
        ];
        for (place, axis) in self.sweep.config().axes.iter().enumerate() {
            let value = |one| of(one).parameters()[place].1.unwrap_or(f64::NAN);
            let name = axis.parameter.name().to_owned();
            columns.push(Column::Values(name, records().map(value).collect()));
        }
        for (place, name) in self.sweep.measures().iter().enumerate() {
            let values = records().map(|one| one.values[place]).collect();
            columns.push(Column::Values(name.clone(), values));
        }
        columns
    }

    /// The results as CSV, a line for each session. Numbers are the shortest that read back exactly;
    /// a field is empty where there is no number.
    pub fn to_csv(&self) -> String {
        let columns = self.columns();
        let names: Vec<_> = columns.iter().map(Column::name).collect();
        let mut text = names.join(",") + "\n";
        for row in 0..self.records.len() {
            for (place, column) in columns.iter().enumerate() {
                text += if place == 0 { "" } else { "," };
                column.write(row, &mut text);
            }
            text.push('\n');
        }
        text
    }

    /// Writes the results as CSV.
    ///
    /// # Errors
    /// [`SweepError::Io`].
    pub fn write_csv(&self, path: &Path) -> Result<(), SweepError> {
        write_whole(path, self.to_csv().as_bytes()).map_err(io(path))
    }
}

impl Column {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Numbers(name, _) | Self::Texts(name, _) | Self::Values(name, _) => name,
        }
    }

    fn write(&self, row: usize, text: &mut String) {
        // Writing into a text does not fail.
        let _ = match self {
            Self::Numbers(_, numbers) => write!(text, "{}", numbers[row]),
            // Names of grids need no quotes.
            Self::Texts(_, texts) => write!(text, "{}", texts[row]),
            Self::Values(_, values) => write_number(values[row], text),
        };
    }
}

pub(super) fn write_number(value: f64, text: &mut String) -> std::fmt::Result {
    match value.is_nan() {
        true => Ok(()),
        false => write!(text, "{value:?}"),
    }
}

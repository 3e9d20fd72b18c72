use std::fmt::Write;

use crate::pricing::analysis::MeasureRange;

/// A column of a table, with a value for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name of the column; see [`schema_json`](super::schema_json) for the meanings.
    pub name: String,
    /// Values, one for each row.
    pub values: Values,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Integers; `None` if missing.
    Whole(Vec<Option<u64>>),
    /// Booleans.
    Truth(Vec<bool>),
    /// Text without quotes and commas.
    Text(Vec<String>),
    /// Numbers; NaN if missing.
    Number(Vec<f64>),
}

impl Column {
    /// Creates a column.
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        Self {
            name: name.into(),
            values,
        }
    }

    /// Returns the name of the column's type in a schema.
    pub fn kind(&self) -> &'static str {
        match self.values {
            Values::Whole(_) => "integer",
            Values::Truth(_) => "boolean",
            Values::Text(_) => "text",
            Values::Number(_) => "number",
        }
    }

    fn len(&self) -> usize {
        match &self.values {
            Values::Whole(values) => values.len(),
            Values::Truth(values) => values.len(),
            Values::Text(values) => values.len(),
            Values::Number(values) => values.len(),
        }
    }

    fn write(&self, row: usize, text: &mut String) {
        // Writing to a string does not fail.
        let _ = match &self.values {
            Values::Whole(values) => match values[row] {
                Some(value) => write!(text, "{value}"),
                None => Ok(()),
            },
            Values::Truth(values) => write!(text, "{}", values[row]),
            Values::Text(values) => write!(text, "{}", values[row]),
            Values::Number(values) => write_number(values[row], text),
        };
    }
}

/// Writes the shortest text that parses back to the number; nothing for NaN.
pub(in crate::pricing) fn write_number(value: f64, text: &mut String) -> std::fmt::Result {
    match value.is_nan() {
        true => Ok(()),
        false => write!(text, "{value:?}"),
    }
}

/// Returns the column of a session measure, with the type of that measure.
pub(in crate::pricing) fn measure_column(name: &str, values: Vec<f64>) -> Column {
    let whole = matches!(name, "periods" | "time_to_convergence" | "cycle_length");
    let values = match MeasureRange::of(name) {
        MeasureRange::YesOrNo => Values::Truth(values.iter().map(|&value| value == 1.0).collect()),
        _ if whole => {
            let whole = |&value: &f64| value.is_finite().then_some(value as u64);
            Values::Whole(values.iter().map(whole).collect())
        }
        _ => Values::Number(values),
    };
    Column::new(name, values)
}

/// Formats columns as CSV: a header line, then a line for each row. Numbers are the shortest that
/// parse back exactly; a missing value is an empty field.
pub(super) fn to_csv(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = names.join(",") + "\n";
    for row in 0..columns.first().map_or(0, Column::len) {
        for (place, column) in columns.iter().enumerate() {
            text += if place == 0 { "" } else { "," };
            column.write(row, &mut text);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_by_their_type() {
        let columns = [
            measure_column("converged", vec![1.0, 0.0]),
            measure_column("periods", vec![120_000.0, 7.0]),
            measure_column("time_to_convergence", vec![20_000.0, f64::NAN]),
            measure_column("profit_gain", vec![0.1, f64::NAN]),
            Column::new("grid", Values::Text(vec!["a".into(), "b".into()])),
        ];
        let kinds: Vec<_> = columns.iter().map(Column::kind).collect();
        assert_eq!(kinds, ["boolean", "integer", "integer", "number", "text"]);
        assert_eq!(
            to_csv(&columns),
            "converged,periods,time_to_convergence,profit_gain,grid\n\
             true,120000,20000,0.1,a\nfalse,7,,,b\n"
        );
    }
}

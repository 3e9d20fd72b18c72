use super::{
    Column, Values,
    benchmark_columns::benchmark_columns,
    column::{measure_column, to_csv},
    schema::schema_json,
};
use crate::pricing::{analysis::SessionMeasures, equilibrium::Benchmarks};

/// Sessions as a table: their settings, their measures, and the benchmarks for comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionTable {
    columns: Vec<Column>,
}

impl SessionTable {
    /// Creates a table of columns of equal length.
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns }
    }

    /// Creates a table of the sessions of one scenario, numbered from 0.
    pub fn of(sessions: &[SessionMeasures], benchmarks: &Benchmarks) -> Self {
        Self::of_groups(&[(None, sessions)], benchmarks)
    }

    /// Creates a table of the sessions of several groups, such as policies, in one market; each
    /// group has a name.
    pub fn of_policies(groups: &[(String, &[SessionMeasures])], benchmarks: &Benchmarks) -> Self {
        let named = groups
            .iter()
            .map(|(name, rows)| (Some(name.as_str()), *rows));
        Self::of_groups(&named.collect::<Vec<_>>(), benchmarks)
    }

    fn of_groups(groups: &[(Option<&str>, &[SessionMeasures])], benchmarks: &Benchmarks) -> Self {
        let prices = &benchmarks.competition.outcome.prices;
        let (platforms, sides) = (prices.platforms(), prices.sides());
        let mut columns = Vec::new();
        let rows = || {
            groups
                .iter()
                .enumerate()
                .flat_map(|(group, (_, rows))| (0..rows.len() as u64).map(move |row| (group, row)))
        };
        if groups.iter().any(|(name, _)| name.is_some()) {
            let numbers = rows().map(|(group, _)| Some(group as u64)).collect();
            columns.push(Column::new("policy", Values::Whole(numbers)));
            // Names are written to CSV without quotes.
            let names =
                rows().map(|(group, _)| groups[group].0.unwrap_or("").replace([',', '"'], ";"));
            columns.push(Column::new("policy_name", Values::Text(names.collect())));
        }
        let sessions = rows().map(|(_, row)| Some(row)).collect();
        columns.push(Column::new("session", Values::Whole(sessions)));
        let values: Vec<Vec<f64>> = groups
            .iter()
            .flat_map(|(_, rows)| rows.iter().map(SessionMeasures::values))
            .collect();
        for (place, name) in SessionMeasures::names(platforms, sides).iter().enumerate() {
            let column = values.iter().map(|row| row[place]).collect();
            columns.push(measure_column(name, column));
        }
        let of_each = values.iter().map(|_| benchmarks);
        columns.extend(benchmark_columns(of_each, platforms, sides));
        Self { columns }
    }

    /// Returns the columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Formats the table as CSV, with a line for each session. Numbers are the shortest that parse
    /// back exactly; a missing value is an empty field.
    pub fn to_csv(&self) -> String {
        to_csv(&self.columns)
    }

    /// Describes the columns as JSON; see [`schema_json`].
    pub fn schema(&self) -> String {
        schema_json(&self.columns)
    }
}

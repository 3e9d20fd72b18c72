//! Contents of the columns of a table.

use super::{CsvTable, csv_layout::Row, csv_notation::is_missing};
use crate::data::DataError;

/// Sums of squares of larger numbers could overflow.
const LARGEST: f64 = 1e100;

/// Content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Missing,
    /// May be infinite.
    Number(f64),
    Text,
}

impl CsvTable {
    /// Returns whether at least half of a column's cells that are not missing are numbers; a text
    /// cell is then an error in the file.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        let (mut numbers, mut texts) = (0, 0);
        for row in &self.rows {
            match self.content(row, column) {
                Cell::Missing => {}
                Cell::Number(_) => numbers += 1,
                Cell::Text => texts += 1,
            }
        }
        numbers > 0 && numbers >= texts
    }

    pub(super) fn content(&self, row: &Row, column: usize) -> Cell {
        let text = &row.cells[column];
        match is_missing(text) {
            true => Cell::Missing,
            false => match self.notations[column].read(text) {
                Some(number) => Cell::Number(number),
                None => Cell::Text,
            },
        }
    }

    /// Parses names of columns, each of which may list several: see
    /// [`CsvOptions`](super::CsvOptions).
    pub(super) fn listed(&self, names: &[String]) -> Vec<String> {
        let known = |name: &String| self.columns.contains(name);
        let listed = names
            .iter()
            .flat_map(|name| match known(name) || !name.contains(',') {
                true => vec![name.clone()],
                false => parts(name),
            });
        listed.collect()
    }

    /// Returns the index of a column.
    pub(super) fn find(&self, name: &str) -> Result<usize, DataError> {
        let position = self.columns.iter().position(|column| column == name);
        position.ok_or_else(|| DataError::UnknownColumn {
            path: self.path.clone(),
            column: name.into(),
            nearest: nearest(name, &self.columns),
            columns: self.columns.join(", "),
        })
    }

    /// Returns the finite number in a cell.
    pub(super) fn number(&self, row: &Row, column: usize) -> Result<f64, DataError> {
        let value = &row.cells[column];
        match self.content(row, column) {
            Cell::Number(number) if number.abs() <= LARGEST => Ok(number),
            Cell::Number(number) if number.is_finite() => Err(DataError::TooLargeCell {
                path: self.path.clone(),
                line: row.line,
                column: self.columns[column].clone(),
                value: value.into(),
            }),
            Cell::Number(_) => Err(DataError::NotFiniteCell {
                path: self.path.clone(),
                line: row.line,
                column: self.columns[column].clone(),
                value: value.into(),
            }),
            Cell::Missing | Cell::Text => Err(DataError::TextCell {
                path: self.path.clone(),
                line: row.line,
                column: self.columns[column].clone(),
                value: value.chars().take(40).collect(),
                remedy: remedy(value),
            }),
        }
    }
}

fn remedy(value: &str) -> &'static str {
    if value.replace(',', ".").parse::<f64>().is_ok() {
        "use the same decimal separator in the whole column, a point or a comma"
    } else {
        "fix it, or leave the column out (--leave-out)"
    }
}

/// Splits a line of CSV into cells.
fn parts(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    match reader.records().next() {
        Some(Ok(record)) => record.iter().map(str::to_owned).collect(),
        _ => vec![line.to_owned()],
    }
}

/// Returns the most similar name, if it differs in a few letters or in case.
fn nearest(name: &str, columns: &[String]) -> Option<String> {
    let wanted = name.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let distance = |column: &&String| edits(&wanted, &column.to_lowercase());
    let best = columns.iter().min_by_key(distance)?;
    (distance(&best) <= allowed).then(|| best.clone())
}

/// Returns the Levenshtein distance: insertions, deletions and substitutions of characters. O(a ·
/// b).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let substituted = last[j] + usize::from(from != to);
            next.push(substituted.min(last[j + 1] + 1).min(next[j] + 1));
        }
        last = next;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("größe", "grösse", 2),
        ] {
            assert_eq!((edits(a, b), edits(b, a)), (distance, distance), "{a} {b}");
        }
    }

    #[test]
    fn close_names_are_suggested_and_others_are_not() {
        let columns = ["price", "area", "year built"].map(String::from);
        assert_eq!(nearest("Prize", &columns), Some("price".into()));
        assert_eq!(nearest("year_built", &columns), Some("year built".into()));
        assert_eq!(nearest("rooms", &columns), None);
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn lists_of_names_are_split_like_csv() {
        assert_eq!(parts("a, b"), ["a", "b"]);
        assert_eq!(parts("\"dist, km\",time"), ["dist, km", "time"]);
    }
}

use std::{collections::BTreeSet, path::Path};

use super::{
    CsvError, CsvTable, RegressionSet,
    csv_columns::{Cell, cell},
    csv_table::{Row, unnamed},
};
use crate::data::{DataError, Provenance};

/// More indicator columns than this are a mistake, such as names or dates.
const MOST_CATEGORIES: usize = 100;

/// What becomes of rows with missing cells: empty, `NA`, `N/A`, `n/a`, `null` or `?`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are an error, which counts them.
    #[default]
    Refuse,
    /// They are left out and counted.
    Drop,
}

/// How to read a table for regression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// What separates cells; detected where it is not given.
    pub separator: Option<char>,
    /// Names of the target columns; the last column of numbers where there are none.
    pub targets: Vec<String>,
    /// Names of the feature columns; all others that are numbers where there are none.
    pub features: Vec<String>,
    /// Whether text columns become indicators, one for each text in alphabetical order, named
    /// `column=text`. Otherwise they are left out.
    pub one_hot: bool,
    /// What becomes of rows with missing cells. Only columns that are used count.
    pub missing: Missing,
}

/// A table as data for regression.
#[derive(Clone, Debug)]
pub struct CsvRegression {
    /// The rows.
    pub set: RegressionSet,
    /// Columns that are neither numbers nor encoded.
    pub left_out: Vec<String>,
    /// Rows that were dropped since they lack cells.
    pub dropped_rows: usize,
    /// The file's name and digest.
    pub provenance: Provenance,
    /// One line for people where columns or rows are left out.
    pub notice: Option<String>,
}

/// Reads a table of one's own: see [`CsvTable::read`] for the format, [`CsvOptions`] for the
/// choice of columns.
///
/// A column is one of numbers where at least half of its cells that are not missing are numbers;
/// a text in it is then an error.
///
/// # Errors
/// [`DataError`]: the file cannot be read, is no table, lacks a column, or has cells that are not
/// finite numbers; [`CsvError`] has the kinds.
pub fn read_regression_csv(path: &Path, options: &CsvOptions) -> Result<CsvRegression, DataError> {
    CsvTable::read(path, options.separator)?.regression(options)
}

/// A column that is used.
struct Column {
    number: usize,
    encoded: bool,
}

impl CsvTable {
    /// The table as data for regression; the separator of `options` has no influence any more.
    ///
    /// # Errors
    /// As [`read_regression_csv`].
    pub fn regression(&self, options: &CsvOptions) -> Result<CsvRegression, DataError> {
        let numeric: Vec<bool> = (0..self.columns.len())
            .map(|column| self.is_numeric(column))
            .collect();
        let targets = self.target_columns(options, &numeric)?;
        let (features, left_out) = self.feature_columns(options, &numeric, &targets)?;
        let used: Vec<usize> = (features.iter().map(|column| column.number))
            .chain(targets.iter().copied())
            .collect();
        let rows = self.complete_rows(&used, options.missing)?;
        let mut names = Vec::new();
        let mut values = vec![Vec::new(); rows.len()];
        for column in &features {
            match column.encoded {
                true => self.encode(column.number, &rows, &mut names, &mut values)?,
                false => {
                    names.push(self.columns[column.number].clone());
                    for (row, values) in rows.iter().zip(&mut values) {
                        values.push(self.number(row, column.number)?);
                    }
                }
            }
        }
        let mut target_values = Vec::with_capacity(rows.len());
        for row in &rows {
            let target = |&column: &usize| self.number(row, column);
            target_values.push(targets.iter().map(target).collect::<Result<Vec<_>, _>>()?);
        }
        let target_names = targets.iter().map(|&column| self.columns[column].clone());
        let set = RegressionSet::new(names, &values, target_names.collect(), &target_values)?;
        let dropped_rows = self.rows.len() - rows.len();
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        Ok(CsvRegression {
            set,
            notice: notice(&left_out, dropped_rows),
            left_out,
            dropped_rows,
            provenance: Provenance {
                title: name.to_string_lossy().into_owned(),
                synthetic: false,
                sha256: vec![self.sha256.clone()],
            },
        })
    }

    fn target_columns(
        &self,
        options: &CsvOptions,
        numeric: &[bool],
    ) -> Result<Vec<usize>, CsvError> {
        if options.targets.is_empty() {
            let free = |&column: &usize| {
                let name = &self.columns[column];
                numeric[column] && *name != unnamed(column) && !options.features.contains(name)
            };
            let last = (0..self.columns.len()).rev().find(free);
            let last = last.ok_or_else(|| CsvError::NoTarget {
                path: self.path.clone(),
                columns: self.columns.join(", "),
            })?;
            return Ok(vec![last]);
        }
        let mut targets = Vec::new();
        for name in &options.targets {
            targets.push(self.unused(name, &targets)?);
        }
        Ok(targets)
    }

    /// The features, and the names of columns that cannot be.
    fn feature_columns(
        &self,
        options: &CsvOptions,
        numeric: &[bool],
        targets: &[usize],
    ) -> Result<(Vec<Column>, Vec<String>), CsvError> {
        let (mut features, mut left_out) = (Vec::new(), Vec::new());
        let mut taken = targets.to_vec();
        for name in &options.features {
            let number = self.unused(name, &taken)?;
            taken.push(number);
            let encoded = options.one_hot && !numeric[number];
            features.push(Column { number, encoded });
        }
        if options.features.is_empty() {
            for number in (0..self.columns.len()).filter(|column| !targets.contains(column)) {
                let name = &self.columns[number];
                // Row numbers, mostly; as a feature they would give away the order of the file.
                let named = *name != unnamed(number);
                let encoded = !numeric[number];
                match named && (options.one_hot || !encoded) {
                    true => features.push(Column { number, encoded }),
                    false => left_out.push(name.clone()),
                }
            }
        }
        if features.is_empty() {
            let names: Vec<&str> = targets.iter().map(|&t| self.columns[t].as_str()).collect();
            return Err(CsvError::NoFeatures {
                path: self.path.clone(),
                target: names.join(", "),
            });
        }
        Ok((features, left_out))
    }

    fn unused(&self, name: &str, taken: &[usize]) -> Result<usize, CsvError> {
        let number = self.find(name)?;
        match taken.contains(&number) {
            false => Ok(number),
            true => Err(CsvError::NamedTwice {
                path: self.path.clone(),
                column: name.into(),
            }),
        }
    }

    /// The rows without missing cells in these columns.
    fn complete_rows(&self, used: &[usize], missing: Missing) -> Result<Vec<&Row>, CsvError> {
        let gap = |row: &Row| {
            let empty = |&&column: &&usize| cell(&row.cells[column]) == Cell::Missing;
            used.iter().find(empty).copied()
        };
        let path = || self.path.clone();
        let rows: Vec<&Row> = self.rows.iter().filter(|row| gap(row).is_none()).collect();
        let first = self.rows.iter().find_map(|row| Some((row, gap(row)?)));
        match (first, missing) {
            (Some((row, column)), Missing::Refuse) => Err(CsvError::MissingCells {
                path: path(),
                rows: self.rows.len() - rows.len(),
                line: row.line,
                column: self.columns[column].clone(),
            }),
            _ if rows.is_empty() => Err(CsvError::NothingLeft {
                path: path(),
                rows: self.rows.len(),
            }),
            _ => Ok(rows),
        }
    }

    /// Appends one indicator for each text of a column.
    fn encode(
        &self,
        column: usize,
        rows: &[&Row],
        names: &mut Vec<String>,
        values: &mut [Vec<f64>],
    ) -> Result<(), CsvError> {
        let texts: BTreeSet<&str> = rows.iter().map(|row| &row.cells[column]).collect();
        if texts.len() > MOST_CATEGORIES {
            return Err(CsvError::TooManyCategories {
                path: self.path.clone(),
                column: self.columns[column].clone(),
                found: texts.len(),
                most: MOST_CATEGORIES,
            });
        }
        names.extend((texts.iter()).map(|text| format!("{}={text}", self.columns[column])));
        for (row, values) in rows.iter().zip(values) {
            let own = &row.cells[column];
            values.extend(texts.iter().map(|&text| f64::from(u8::from(text == own))));
        }
        Ok(())
    }
}

fn notice(left_out: &[String], dropped_rows: usize) -> Option<String> {
    let mut parts = Vec::new();
    if !left_out.is_empty() {
        parts.push(format!("left out the columns {}", left_out.join(", ")));
    }
    if dropped_rows > 0 {
        parts.push(format!("dropped {dropped_rows} rows with missing cells"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;

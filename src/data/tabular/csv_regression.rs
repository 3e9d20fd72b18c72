use std::{collections::BTreeSet, path::Path};

use super::{
    CsvTable, RegressionSet, csv_columns::Cell, csv_layout::Row, csv_notation::is_missing,
    csv_table::unnamed,
};
use crate::{
    data::{DataError, Loaded, Provenance},
    one_line::counted,
};

/// More indicator columns than this are probably a mistake, such as names or dates.
const MOST_CATEGORIES: usize = 100;

/// By default, text columns with more different texts are left out.
const FEW: usize = 20;

/// Maximum number of columns with missing cells named in a message.
const MOST_NAMED: usize = 5;

/// Handling of rows with missing cells: empty, `NA`, `NaN`, `null`, the other marks of pandas, or
/// `?`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Such rows are an error, which reports their number.
    #[default]
    Refuse,
    /// Such rows are left out and counted.
    Drop,
}

/// Handling of text columns among the features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextColumns {
    /// Text columns are left out, with a notice.
    LeaveOut,
    /// Text columns with at most 20 different texts, each in two rows on average, become
    /// indicators. Others are left out, with a notice.
    #[default]
    EncodeFew,
    /// Text columns become indicators; more than 100 different texts are an error.
    Encode,
}

/// Options for reading a table for regression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// Separator of cells; detected if `None`.
    pub separator: Option<char>,
    /// Names of the target columns; if empty, the last column of numbers. A text column named here
    /// becomes indicators, one target for each text.
    ///
    /// Here and below, one entry may list several names, separated by commas; put names that
    /// contain a comma in quotation marks.
    pub targets: Vec<String>,
    /// Whether numeric targets are classes, which become indicators like those of text.
    pub classes: bool,
    /// Names of the feature columns; if empty, all other columns.
    pub features: Vec<String>,
    /// Names of columns to ignore.
    pub leave_out: Vec<String>,
    /// Handling of text columns. There is one indicator for each text, in alphabetical order, named
    /// `column=text`. A text column named as a feature is encoded; it is an error if text columns
    /// are left out.
    pub texts: TextColumns,
    /// Handling of rows with missing cells in the used columns.
    pub missing: Missing,
}

/// A table converted to a regression set.
#[derive(Clone, Debug)]
pub struct CsvRegression {
    /// The rows.
    pub set: RegressionSet,
    /// Columns that are not used.
    pub left_out: Vec<String>,
    /// Line number of the start of each row, from 1.
    pub lines: Vec<u64>,
    /// Number of rows dropped because of missing cells.
    pub dropped_rows: usize,
}

/// Reads a user-supplied table; see [`CsvTable::read`] for the format and [`CsvOptions`] for the
/// choice of columns.
///
/// A column is numeric if at least half of its nonmissing cells are numbers; a text in it is then
/// an error.
///
/// # Errors
/// Returns [`DataError`] if the file cannot be read, is not a table, lacks a column, or has cells
/// that are not finite numbers; see [`DataError`].
pub fn read_regression_csv(
    path: &Path,
    options: &CsvOptions,
) -> Result<Loaded<CsvRegression>, DataError> {
    CsvTable::read(path, options.separator)?.regression(options)
}

/// A used column.
#[derive(Clone, Copy)]
struct Column {
    number: usize,
    encoded: bool,
}

/// Names of columns, and their values in each row.
struct Values {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl CsvTable {
    /// Converts the table to a regression set; the separator of `options` is ignored.
    ///
    /// # Errors
    /// Returns the errors of [`read_regression_csv`].
    pub fn regression(&self, options: &CsvOptions) -> Result<Loaded<CsvRegression>, DataError> {
        if let [column] = &self.columns[..] {
            return Err(DataError::SingleColumn {
                path: self.path.clone(),
                column: column.chars().take(40).collect(),
                separator: self.separator,
            });
        }
        let options = CsvOptions {
            targets: self.listed(&options.targets),
            features: self.listed(&options.features),
            leave_out: self.listed(&options.leave_out),
            ..options.clone()
        };
        let mut notes = self.notes.clone();
        let targets = self.target_columns(&options, &mut notes)?;
        let (features, left_out) = self.feature_columns(&options, &targets, &mut notes)?;
        let used: Vec<usize> = (features.iter().chain(&targets))
            .map(|column| column.number)
            .collect();
        let rows = self.complete_rows(&used, options.missing)?;
        let dropped_rows = self.rows.len() - rows.len();
        if dropped_rows > 0 {
            let rows = counted(dropped_rows, "row");
            notes.push(format!("dropped {rows} with missing cells"));
        }
        let [features, targets] = [
            self.values(&features, &rows)?,
            self.values(&targets, &rows)?,
        ];
        let set = RegressionSet::new(features.names, &features.rows, targets.names, &targets.rows)?;
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        Ok(Loaded {
            data: CsvRegression {
                set,
                left_out,
                lines: rows.iter().map(|row| row.line).collect(),
                dropped_rows,
            },
            provenance: Provenance::files(name.to_string_lossy(), vec![self.sha256.clone()]),
            notice: (!notes.is_empty()).then(|| notes.join("; ")),
        })
    }

    fn target_columns(
        &self,
        options: &CsvOptions,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Column>, DataError> {
        if options.targets.is_empty() {
            let given = |name| options.features.contains(name) || options.leave_out.contains(name);
            let free = |&column: &usize| {
                let name = &self.columns[column];
                self.is_numeric(column) && *name != unnamed(column) && !given(name)
            };
            let last = (0..self.columns.len()).rev().find(free);
            let number = last.ok_or_else(|| DataError::NoTarget {
                path: self.path.clone(),
                columns: self.columns.join(", "),
            })?;
            let target = self.target(number, options, notes)?;
            if number + 1 < self.columns.len() {
                let name = &self.columns[number];
                notes.push(format!(
                    "the target is {name}, the last column of numbers; use --target for another"
                ));
            }
            return Ok(vec![target]);
        }
        let (mut taken, mut targets) = (Vec::new(), Vec::new());
        for name in &options.targets {
            let number = self.unused(name, &taken)?;
            taken.push(number);
            targets.push(self.target(number, options, notes)?);
        }
        Ok(targets)
    }

    /// Builds a numeric target, or the indicators of classes.
    fn target(
        &self,
        number: usize,
        options: &CsvOptions,
        notes: &mut Vec<String>,
    ) -> Result<Column, DataError> {
        let name = &self.columns[number];
        let (numeric, values) = (self.is_numeric(number), self.texts(number));
        let (encoded, found) = (!numeric || options.classes, values.len());
        if encoded && found > FEW {
            return Err(DataError::TooManyClasses {
                path: self.path.clone(),
                column: name.clone(),
                found,
                most: FEW,
            });
        }
        let whole = || values.iter().all(|value| value.parse::<i64>().is_ok());
        if encoded {
            let what = if numeric { "of classes" } else { "text" };
            notes.push(format!(
                "the target {name} is {what}: each of its {found} values becomes a target of 0 and 1, \
                 under squared loss"
            ));
        } else if found > 1 && found * FEW <= self.rows.len() && whole() {
            notes.push(format!(
                "the target {name} has {found} different whole numbers: if they are classes, use --classes"
            ));
        }
        Ok(Column { number, encoded })
    }

    /// Returns the features, and the names of unused columns.
    fn feature_columns(
        &self,
        options: &CsvOptions,
        targets: &[Column],
        notes: &mut Vec<String>,
    ) -> Result<(Vec<Column>, Vec<String>), DataError> {
        let (mut features, mut left_out) = (Vec::new(), Vec::new());
        let (mut encoded, mut reasons) = (Vec::new(), Vec::new());
        let mut taken: Vec<usize> = targets.iter().map(|column| column.number).collect();
        for name in &options.leave_out {
            taken.push(self.unused(name, &taken)?);
            left_out.push(name.clone());
        }
        for name in &options.features {
            let number = self.unused(name, &taken)?;
            taken.push(number);
            let text = options.texts != TextColumns::LeaveOut && !self.is_numeric(number);
            features.push(Column {
                number,
                encoded: text,
            });
        }
        if options.features.is_empty() {
            for number in (0..self.columns.len()).filter(|column| !taken.contains(column)) {
                let name = &self.columns[number];
                let numeric = self.is_numeric(number);
                // Usually row numbers; as a feature they would reveal the order of the file.
                let reason = match *name == unnamed(number) {
                    true => Some("no name".to_owned()),
                    false if numeric => None,
                    false => self.not_encoded(number, options.texts),
                };
                match reason {
                    None => {
                        if !numeric {
                            encoded.push(format!("{name} ({})", self.texts(number).len()));
                        }
                        features.push(Column {
                            number,
                            encoded: !numeric,
                        });
                    }
                    Some(reason) => {
                        reasons.push(format!("{name} ({reason})"));
                        left_out.push(name.clone());
                    }
                }
            }
        }
        if !encoded.is_empty() {
            notes.push(format!(
                "texts became indicators, one for each different text, in {}",
                encoded.join(", ")
            ));
        }
        if !reasons.is_empty() {
            notes.push(format!("left out the columns {}", reasons.join(", ")));
        }
        if features.is_empty() {
            let names = targets
                .iter()
                .map(|column| self.columns[column.number].as_str());
            return Err(DataError::NoFeatures {
                path: self.path.clone(),
                target: names.collect::<Vec<_>>().join(", "),
                encodable: left_out.iter().any(|name| {
                    let number = self.columns.iter().position(|column| column == name);
                    number.is_some_and(|number| {
                        *name != unnamed(number)
                            && (2..=MOST_CATEGORIES).contains(&self.texts(number).len())
                            && !options.leave_out.contains(name)
                            && options.texts != TextColumns::Encode
                    })
                }),
                others: reasons,
            });
        }
        Ok((features, left_out))
    }

    /// Returns the reason why a text column does not become indicators; `None` if it does.
    fn not_encoded(&self, column: usize, texts: TextColumns) -> Option<String> {
        let different = self.texts(column);
        let example = match different.first() {
            Some(text) => format!("such as {:?}", text.chars().take(30).collect::<String>()),
            None => return Some("empty".into()),
        };
        match (texts, different.len()) {
            (TextColumns::Encode, _) => None,
            (TextColumns::LeaveOut, _) => Some(format!("text, {example}")),
            (TextColumns::EncodeFew, 1) => Some(format!("one text, {example}")),
            (TextColumns::EncodeFew, found) if found <= FEW && 2 * found <= self.rows.len() => None,
            (TextColumns::EncodeFew, found) => Some(format!("{found} different texts, {example}")),
        }
    }

    fn texts(&self, column: usize) -> BTreeSet<&str> {
        let cells = self.rows.iter().map(|row| &row.cells[column]);
        cells.filter(|cell| !is_missing(cell)).collect()
    }

    fn unused(&self, name: &str, taken: &[usize]) -> Result<usize, DataError> {
        let number = self.find(name)?;
        match taken.contains(&number) {
            false => Ok(number),
            true => Err(DataError::NamedTwice {
                path: self.path.clone(),
                column: name.into(),
            }),
        }
    }

    /// Returns the rows without missing cells in these columns.
    fn complete_rows(&self, used: &[usize], missing: Missing) -> Result<Vec<&Row>, DataError> {
        let lacks = |row: &Row, column: usize| self.content(row, column) == Cell::Missing;
        let gap = |row: &Row| used.iter().copied().find(|&column| lacks(row, column));
        let path = || self.path.clone();
        let rows: Vec<&Row> = self.rows.iter().filter(|row| gap(row).is_none()).collect();
        let emptiest = || {
            let empty = |column: usize| self.rows.iter().filter(|row| lacks(row, column)).count();
            let columns = used
                .iter()
                .map(|&column| (&self.columns[column], empty(column)));
            let mut columns: Vec<(&String, usize)> =
                columns.filter(|(_, empty)| *empty > 0).collect();
            columns.sort_by_key(|&(_, empty)| std::cmp::Reverse(empty));
            columns
        };
        if rows.is_empty() {
            let first = emptiest().into_iter().next();
            let (column, empty) =
                first.map_or((String::new(), 0), |(name, empty)| (name.clone(), empty));
            return Err(DataError::AllRowsIncomplete {
                path: path(),
                rows: self.rows.len(),
                column,
                empty,
            });
        }
        let first = self.rows.iter().find_map(|row| Some((row, gap(row)?)));
        match (first, missing) {
            (Some((row, column)), Missing::Refuse) => Err(DataError::MissingCells {
                path: path(),
                rows: self.rows.len() - rows.len(),
                left: rows.len(),
                line: row.line,
                column: self.columns[column].clone(),
                columns: {
                    let emptiest = emptiest();
                    let named = emptiest.iter().take(MOST_NAMED);
                    let named = named.map(|(name, empty)| format!("{name} lacks {empty}"));
                    let more = emptiest.len().saturating_sub(MOST_NAMED);
                    let more = (more > 0).then(|| format!("{} fewer", counted(more, "other")));
                    named.chain(more).collect::<Vec<_>>().join(", ")
                },
            }),
            _ => Ok(rows),
        }
    }

    /// Returns the values of columns, with one indicator for each text of encoded columns.
    fn values(&self, columns: &[Column], rows: &[&Row]) -> Result<Values, DataError> {
        let mut values = Values {
            names: Vec::new(),
            rows: vec![Vec::new(); rows.len()],
        };
        for &Column { number, encoded } in columns {
            let name = &self.columns[number];
            if !encoded {
                values.names.push(name.clone());
                for (row, values) in rows.iter().zip(&mut values.rows) {
                    values.push(self.number(row, number)?);
                }
                continue;
            }
            let texts: BTreeSet<&str> = rows.iter().map(|row| &row.cells[number]).collect();
            if texts.len() > MOST_CATEGORIES {
                return Err(DataError::TooManyCategories {
                    path: self.path.clone(),
                    column: name.clone(),
                    found: texts.len(),
                    most: MOST_CATEGORIES,
                });
            }
            values
                .names
                .extend(texts.iter().map(|text| format!("{name}={text}")));
            for (row, values) in rows.iter().zip(&mut values.rows) {
                let own = &row.cells[number];
                values.extend(texts.iter().map(|&text| f64::from(u8::from(text == own))));
            }
        }
        Ok(values)
    }
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;

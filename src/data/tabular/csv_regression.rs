use std::{collections::BTreeSet, path::Path};

use super::{
    CsvError, CsvTable, RegressionSet,
    csv_columns::{Cell, is_missing},
    csv_table::{Row, unnamed},
};
use crate::{
    data::{DataError, Loaded, Provenance},
    one_line::counted,
};

/// More indicator columns than this are a mistake, such as names or dates.
const MOST_CATEGORIES: usize = 100;

/// Where nothing else is asked for, text columns with more different texts are left out.
const FEW: usize = 20;

/// Columns with missing cells that a message names, at most.
const MOST_NAMED: usize = 5;

/// What becomes of rows with missing cells: empty, `NA`, `NaN`, `null`, the other marks that pandas
/// knows, or `?`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are an error, which counts them.
    #[default]
    Refuse,
    /// They are left out and counted.
    Drop,
}

/// What becomes of columns of text among the features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextColumns {
    /// They are left out, with a notice.
    LeaveOut,
    /// Those of at most 20 different texts, each in two rows on average, become indicators; others
    /// are left out, with a notice.
    #[default]
    EncodeFew,
    /// They become indicators; more than 100 different texts are an error.
    Encode,
}

/// How to read a table for regression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// What separates cells; detected where it is not given.
    pub separator: Option<char>,
    /// Names of the target columns; the last column of numbers where there are none. A column of
    /// text that is named here becomes indicators, one target for each text.
    ///
    /// Here and below, a name that is no column can list several, separated by commas, with
    /// quotation marks around a name that contains one.
    pub targets: Vec<String>,
    /// Whether targets of numbers are classes, and become indicators as those of text do.
    pub classes: bool,
    /// Names of the feature columns; all others where there are none.
    pub features: Vec<String>,
    /// Names of columns that are neither.
    pub leave_out: Vec<String>,
    /// What becomes of text columns. Indicators are one for each text in alphabetical order, named
    /// `column=text`. A text column that is named as a feature is encoded, unless text columns are to
    /// be left out: it is then an error.
    pub texts: TextColumns,
    /// What becomes of rows with missing cells. Only columns that are used count.
    pub missing: Missing,
}

/// A table as data for regression.
#[derive(Clone, Debug)]
pub struct CsvRegression {
    /// The rows.
    pub set: RegressionSet,
    /// Columns that are neither numbers nor encoded, or were to be left out.
    pub left_out: Vec<String>,
    /// The line of the file in which each row begins, from 1.
    pub lines: Vec<u64>,
    /// Rows that were dropped since they lack cells.
    pub dropped_rows: usize,
}

/// Reads a table of your own: see [`CsvTable::read`] for the format, [`CsvOptions`] for the
/// choice of columns.
///
/// A column is one of numbers where at least half of its cells that are not missing are numbers;
/// a text in it is then an error.
///
/// # Errors
/// [`DataError`]: the file cannot be read, is no table, lacks a column, or has cells that are not
/// finite numbers; [`CsvError`] has the kinds.
pub fn read_regression_csv(
    path: &Path,
    options: &CsvOptions,
) -> Result<Loaded<CsvRegression>, DataError> {
    CsvTable::read(path, options.separator)?.regression(options)
}

/// A column that is used.
#[derive(Clone, Copy)]
struct Column {
    number: usize,
    encoded: bool,
}

/// Names of columns, and their numbers for each row.
struct Values {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl CsvTable {
    /// The table as data for regression; the separator of `options` has no influence any more.
    ///
    /// # Errors
    /// As [`read_regression_csv`].
    pub fn regression(&self, options: &CsvOptions) -> Result<Loaded<CsvRegression>, DataError> {
        if let [column] = &self.columns[..] {
            return Err(DataError::Csv(CsvError::SingleColumn {
                path: self.path.clone(),
                column: column.chars().take(40).collect(),
                separator: self.separator,
            }));
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
    ) -> Result<Vec<Column>, CsvError> {
        if options.targets.is_empty() {
            let given = |name| options.features.contains(name) || options.leave_out.contains(name);
            let free = |&column: &usize| {
                let name = &self.columns[column];
                self.is_numeric(column) && *name != unnamed(column) && !given(name)
            };
            let last = (0..self.columns.len()).rev().find(free);
            let number = last.ok_or_else(|| CsvError::NoTarget {
                path: self.path.clone(),
                columns: self.columns.join(", "),
            })?;
            let target = self.target(number, options, notes)?;
            if number + 1 < self.columns.len() {
                let name = &self.columns[number];
                notes.push(format!(
                    "the target is {name}, the last column of numbers; --target names another"
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

    /// A target of numbers, or of classes.
    fn target(
        &self,
        number: usize,
        options: &CsvOptions,
        notes: &mut Vec<String>,
    ) -> Result<Column, CsvError> {
        let name = &self.columns[number];
        let (numeric, values) = (self.is_numeric(number), self.texts(number));
        let (encoded, found) = (!numeric || options.classes, values.len());
        if encoded && found > FEW {
            return Err(CsvError::TooManyClasses {
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

    /// The features, and the names of columns that are not used.
    fn feature_columns(
        &self,
        options: &CsvOptions,
        targets: &[Column],
        notes: &mut Vec<String>,
    ) -> Result<(Vec<Column>, Vec<String>), CsvError> {
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
                // Row numbers, mostly; as a feature they would give away the order of the file.
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
            return Err(CsvError::NoFeatures {
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

    /// Why a text column does not become indicators, if it does not.
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
            return Err(CsvError::NothingLeft {
                path: path(),
                rows: self.rows.len(),
                column,
                empty,
            });
        }
        let first = self.rows.iter().find_map(|row| Some((row, gap(row)?)));
        match (first, missing) {
            (Some((row, column)), Missing::Refuse) => Err(CsvError::MissingCells {
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

    /// The numbers of columns, with one indicator for each text of those that are encoded.
    fn values(&self, columns: &[Column], rows: &[&Row]) -> Result<Values, CsvError> {
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
                return Err(CsvError::TooManyCategories {
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

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use csv::StringRecord;

use super::{
    CsvError,
    csv_columns::is_missing,
    csv_layout::{detect, named_separator, prepared, rows, tidy},
    csv_notation::Notation,
};
use crate::data::{DataError, unpack};

/// A table of text cells with a header, as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvTable {
    pub(super) path: PathBuf,
    pub(super) separator: char,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// How the numbers of each column are written.
    pub(super) notations: Vec<Notation>,
    pub(super) sha256: String,
    pub(super) notes: Vec<String>,
}

/// One line of cells, as many as there are columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: StringRecord,
}

impl CsvTable {
    /// Reads a table, plain or gzip-compressed, in UTF-8, with quotation marks as in RFC 4180.
    ///
    /// Without a `separator` it is the one that a first line `sep=;` names, or that of comma,
    /// semicolon, tab, `|`, blanks, `~` and `^` with which most lines have equally many cells. Empty lines are
    /// skipped, and so are comments (`#`) and titles above the header; [`notes`](Self::notes) count
    /// them. A column without a name (programs write row numbers so) is called `(column 1)` by its
    /// number.
    ///
    /// Numbers may be written with a decimal comma, with commas, points, blanks or apostrophes
    /// between thousands, with a sign of currency or percent, with typographic minus signs or with
    /// Fortran's exponents, where a whole column agrees; a percentage counts as the number before
    /// its sign.
    ///
    /// # Errors
    /// [`DataError::Io`] and [`DataError::Malformed`] where the file cannot be read or unpacked,
    /// [`DataError::Csv`] where it is no table.
    pub fn read(path: &Path, separator: Option<char>) -> Result<Self, DataError> {
        let bytes = unpack::read(path)?;
        Ok(Self::parse(path, &bytes, separator, None)?)
    }

    /// Parses a file's content; `header` names the columns of a file that has no header.
    pub(in crate::data) fn parse(
        path: &Path,
        bytes: &[u8],
        separator: Option<char>,
        header: Option<&[&str]>,
    ) -> Result<Self, CsvError> {
        let text = text(path, bytes)?;
        if text.trim().is_empty() {
            return Err(CsvError::Empty { path: path.into() });
        }
        let separator = separator.or_else(|| named_separator(text));
        let separator = separator.unwrap_or_else(|| detect(text));
        let usable = separator.is_ascii() && !matches!(separator, '"' | '\n' | '\r');
        let delimiter = u8::try_from(separator).ok().filter(|_| usable);
        let delimiter = delimiter.ok_or_else(|| CsvError::Separator {
            path: path.into(),
            separator,
        })?;
        let text = prepared(text, separator);
        let rows = rows(&text, delimiter);
        let mut rows = rows.map_err(|_| CsvError::Binary { path: path.into() })?;
        let (columns, mut notes): (Vec<String>, _) = match header {
            Some(names) => (
                names.iter().map(|&name| name.to_owned()).collect(),
                Vec::new(),
            ),
            None => {
                let notes = tidy(&mut rows);
                if rows.is_empty() {
                    return Err(CsvError::Empty { path: path.into() });
                }
                (names(path, &rows.remove(0))?, notes)
            }
        };
        if rows.is_empty() {
            return Err(CsvError::HeaderOnly { path: path.into() });
        }
        if let Some(row) = rows.iter().find(|row| row.cells.len() != columns.len()) {
            return Err(CsvError::Ragged {
                path: path.into(),
                line: row.line,
                found: row.cells.len(),
                expected: columns.len(),
                separator,
            });
        }
        let notations = notations(&rows, columns.len(), separator);
        let unusual = columns.iter().zip(&notations);
        let unusual = unusual.filter_map(|(name, notation)| Some((name, notation.description()?)));
        for (name, description) in unusual {
            notes.push(format!("numbers of {name} are written with {description}"));
        }
        Ok(Self {
            path: path.into(),
            separator,
            columns,
            rows,
            notations,
            sha256: unpack::sha256(bytes),
            notes,
        })
    }

    /// What was left out or read in an unusual way, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What separates the cells.
    pub fn separator(&self) -> char {
        self.separator
    }

    /// The number of rows, without the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows; never, as it is read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of one cell, without blanks around it.
    ///
    /// # Panics
    /// Where there is no such cell.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row].cells[column]
    }
}

/// UTF-8 without a byte-order mark.
fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, CsvError> {
    // The marks of UTF-16, which spreadsheets call Unicode text.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let (path, line) = (path.into(), 1);
        return Err(CsvError::Encoding { path, line });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let foreign = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if bytes.iter().any(foreign) {
        return Err(CsvError::Binary { path: path.into() });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let path = path.into();
        CsvError::Encoding { path, line }
    })
}

/// How each column is written. A comma before three digits is a decimal sign where commas do not
/// separate cells and no column has decimal points.
fn notations(rows: &[Row], columns: usize, separator: char) -> Vec<Notation> {
    let cells = |column: usize| {
        let cells = rows.iter().map(move |row| &row.cells[column]);
        cells.filter(|cell| !is_missing(cell))
    };
    let points = (0..columns).any(|column| {
        let mut cells = cells(column).peekable();
        cells.peek().is_some()
            && cells.clone().all(|cell| cell.parse::<f64>().is_ok())
            && cells.any(|cell| cell.contains('.'))
    });
    let comma_is_decimal = separator != ',' && !points;
    let notation = |column| Notation::of(cells(column), comma_is_decimal);
    (0..columns).map(notation).collect()
}

fn names(path: &Path, header: &Row) -> Result<Vec<String>, CsvError> {
    let Row {
        line,
        cells: header,
    } = header;
    if header.iter().all(|cell| cell.parse::<f64>().is_ok()) {
        return Err(CsvError::NoHeader {
            path: path.into(),
            line: *line,
        });
    }
    // Some programs put names in single quotation marks.
    let bare = |cell: &str| {
        let inside = cell
            .strip_prefix('\'')
            .and_then(|cell| cell.strip_suffix('\''));
        inside.unwrap_or(cell).to_owned()
    };
    let name = |(number, cell): (usize, &str)| match cell {
        "" => unnamed(number),
        cell => bare(cell),
    };
    let names: Vec<String> = header.iter().enumerate().map(name).collect();
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        None => Ok(names),
        Some(column) => Err(CsvError::DuplicateColumn {
            path: path.into(),
            line: *line,
            column: column.clone(),
        }),
    }
}

/// What a column without a name is called.
pub(super) fn unnamed(number: usize) -> String {
    format!("(column {})", number + 1)
}

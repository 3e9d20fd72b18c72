use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{
    csv_layout::{Row, detect, named_separator, prepared, rows, tidy},
    csv_notation::{Notation, is_missing},
};
use crate::data::{DataError, unpack};

const BINARY: &str = "is not text: use a CSV table, plain or compressed as .gz";
const EMPTY: &str = "is empty: the first line must name the columns";

/// A table of text cells with a header, as read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvTable {
    pub(super) path: PathBuf,
    pub(super) separator: char,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Number format of each column.
    pub(super) notations: Vec<Notation>,
    pub(super) sha256: String,
    pub(super) notes: Vec<String>,
}

impl CsvTable {
    /// Reads a table in UTF-8, plain or gzip-compressed, with quotation marks as in RFC 4180.
    ///
    /// If `separator` is `None`, a first line such as `sep=;` names it. Otherwise it is detected
    /// among comma, semicolon, tab, `|`, blanks, `~` and `^`: the one with which most lines have
    /// the same number of cells. Empty lines, comments (`#`) and titles above the header are
    /// skipped; see [`notes`](Self::notes). An unnamed column, such as row numbers, is named by its
    /// position: `(column 1)`.
    ///
    /// If a whole column agrees, its numbers may have a decimal comma; commas, points, blanks or
    /// apostrophes between thousands; a currency or percent sign; typographic minus signs; or
    /// Fortran's exponents. The percent sign is dropped: `5%` is read as 5.
    ///
    /// # Errors
    /// Returns [`DataError`] if the file cannot be read or unpacked, or is not a table.
    pub fn read(path: &Path, separator: Option<char>) -> Result<Self, DataError> {
        let bytes = unpack::read(path)?;
        Self::parse(path, &bytes, separator, None)
    }

    /// Parses a file's content; `header` names the columns of a file that has no header.
    pub(in crate::data) fn parse(
        path: &Path,
        bytes: &[u8],
        separator: Option<char>,
        header: Option<&[&str]>,
    ) -> Result<Self, DataError> {
        let text = text(path, bytes)?;
        if text.trim().is_empty() {
            return Err(DataError::unusable(path, EMPTY));
        }
        let separator = separator.or_else(|| named_separator(text));
        let separator = separator.unwrap_or_else(|| detect(text));
        let usable = separator.is_ascii() && !matches!(separator, '"' | '\n' | '\r');
        let delimiter = u8::try_from(separator).ok().filter(|_| usable);
        let delimiter = delimiter.ok_or_else(|| DataError::unusable(
                path,
                format!(
                    "cannot be read with the separator {separator:?}: use one ASCII character, such \
                     as , or ;"
                ),
            ))?;
        let text = prepared(text, separator);
        let rows = rows(&text, delimiter);
        let mut rows = rows.map_err(|_| DataError::unusable(path, BINARY))?;
        let (columns, mut notes): (Vec<String>, _) = match header {
            Some(names) => (
                names.iter().map(|&name| name.to_owned()).collect(),
                Vec::new(),
            ),
            None => {
                let notes = tidy(&mut rows);
                if rows.is_empty() {
                    return Err(DataError::unusable(path, EMPTY));
                }
                (names(path, &rows.remove(0))?, notes)
            }
        };
        if rows.is_empty() {
            return Err(DataError::unusable(
                path,
                "has a header but no rows: add one line for each sample",
            ));
        }
        if let Some(row) = rows.iter().find(|row| row.cells.len() != columns.len()) {
            return Err(DataError::RaggedLine {
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

    /// Returns notes on what was left out or read in an unusual way, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Returns the separator of cells.
    pub fn separator(&self) -> char {
        self.separator
    }

    /// Returns the number of rows, without the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are no rows; always false for a table that was read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the text of one cell, without blanks around it.
    ///
    /// # Panics
    /// Panics if there is no such cell.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row].cells[column]
    }
}

/// Decodes UTF-8, without a byte-order mark.
fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, DataError> {
    // The byte-order marks of UTF-16, which spreadsheets call Unicode text.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let (path, line) = (path.into(), 1);
        return Err(DataError::Encoding { path, line });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let foreign = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if bytes.iter().any(foreign) {
        return Err(DataError::unusable(path, BINARY));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let path = path.into();
        DataError::Encoding { path, line }
    })
}

/// Detects the number format of each column. A comma before three digits is a decimal comma if
/// commas do not separate cells and no column has decimal points.
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

fn names(path: &Path, header: &Row) -> Result<Vec<String>, DataError> {
    let Row {
        line,
        cells: header,
    } = header;
    if header.iter().all(|cell| cell.parse::<f64>().is_ok()) {
        return Err(DataError::NoHeader {
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
        Some(column) => Err(DataError::DuplicateColumn {
            path: path.into(),
            line: *line,
            column: column.clone(),
        }),
    }
}

/// Returns the name of an unnamed column.
pub(super) fn unnamed(number: usize) -> String {
    format!("(column {})", number + 1)
}

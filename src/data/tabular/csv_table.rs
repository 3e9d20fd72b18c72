use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use csv::{ReaderBuilder, StringRecord};

use super::CsvError;
use crate::data::{DataError, unpack};

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// A table of text cells with a header, as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvTable {
    pub(super) path: PathBuf,
    pub(super) separator: char,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) sha256: String,
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
    /// Without a `separator` the most frequent of comma, semicolon and tab in the header is it.
    /// Empty lines are skipped. A column without a name (programs write row numbers so) is called
    /// `(column 1)` by its number.
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
        let first = text.lines().find(|line| !line.trim().is_empty());
        let first = first.ok_or_else(|| CsvError::Empty { path: path.into() })?;
        let separator = separator.unwrap_or_else(|| detect(first));
        let usable = separator.is_ascii() && !matches!(separator, '"' | '\n' | '\r');
        let delimiter = u8::try_from(separator).ok().filter(|_| usable);
        let delimiter = delimiter.ok_or_else(|| CsvError::Separator {
            path: path.into(),
            separator,
        })?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Row> = Vec::new();
        for record in reader.records() {
            let cells = record.map_err(|_| CsvError::Binary { path: path.into() })?;
            let line = cells.position().map_or(0, csv::Position::line);
            rows.push(Row { line, cells });
        }
        let columns = match header {
            Some(names) => names.iter().map(|&name| name.to_owned()).collect(),
            None => names(path, &rows.remove(0).cells)?,
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
        Ok(Self {
            path: path.into(),
            separator,
            columns,
            rows,
            sha256: unpack::sha256(bytes),
        })
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

fn detect(header: &str) -> char {
    let mut best = (SEPARATORS[0], 0);
    for separator in SEPARATORS {
        let mut quoted = false;
        let count = header
            .chars()
            .filter(|&character| {
                quoted ^= character == '"';
                !quoted && character == separator
            })
            .count();
        if count > best.1 {
            best = (separator, count);
        }
    }
    best.0
}

fn names(path: &Path, header: &StringRecord) -> Result<Vec<String>, CsvError> {
    if header.iter().all(|cell| cell.parse::<f64>().is_ok()) {
        return Err(CsvError::NoHeader { path: path.into() });
    }
    let name = |(number, cell): (usize, &str)| match cell {
        "" => unnamed(number),
        cell => cell.to_owned(),
    };
    let names: Vec<String> = header.iter().enumerate().map(name).collect();
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        None => Ok(names),
        Some(column) => Err(CsvError::DuplicateColumn {
            path: path.into(),
            column: column.clone(),
        }),
    }
}

/// What a column without a name is called.
pub(super) fn unnamed(number: usize) -> String {
    format!("(column {})", number + 1)
}

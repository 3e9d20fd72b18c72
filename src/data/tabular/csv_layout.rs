//! Detection of the separator, the header and the rows of a table.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

/// Candidate separators, most likely first.
const SEPARATORS: [char; 7] = [',', ';', '\t', '|', ' ', '~', '^'];
/// Number of lines used to detect the separator.
const SAMPLE: usize = 50;
/// Maximum number of lines above a header.
const MOST_TITLES: usize = 30;

/// One row of cells, one for each column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: StringRecord,
}

/// Returns the separator named in the first line, in Excel's notation: `sep=;`.
pub(super) fn named_separator(text: &str) -> Option<char> {
    let first = text.lines().next()?.trim().trim_matches('"');
    let name = first
        .strip_prefix("sep=")
        .or_else(|| first.strip_prefix("SEP="))?;
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(separator), None) => Some(separator),
        // `trim` removes a tab.
        (None, _) => Some('\t'),
        _ => None,
    }
}

/// Returns the separator with which most lines have the same number of cells, greater than 1.
pub(super) fn detect(text: &str) -> char {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .take(SAMPLE)
        .collect();
    let mut best = (SEPARATORS[0], 0);
    for separator in SEPARATORS {
        let counts: Vec<usize> = lines.iter().map(|line| cells(line, separator)).collect();
        let usual = usual(counts.iter().copied().filter(|&count| count > 1));
        let alike = counts.iter().filter(|&&count| Some(count) == usual).count();
        if alike > best.1 {
            best = (separator, alike);
        }
    }
    best.0
}

/// Returns the number of cells of a line.
fn cells(line: &str, separator: char) -> usize {
    let mut quoted = false;
    let line = if separator == ' ' { line.trim() } else { line };
    let mut before = None;
    let separators = line.chars().filter(|&character| {
        quoted ^= character == '"';
        let repeated = separator == ' ' && before == Some(' ');
        before = Some(character);
        !quoted && character == separator && !repeated
    });
    1 + separators.count()
}

/// Returns the most frequent number; of several, the largest.
fn usual(counts: impl Iterator<Item = usize>) -> Option<usize> {
    let mut tally = std::collections::BTreeMap::<usize, usize>::new();
    for count in counts {
        *tally.entry(count).or_default() += 1;
    }
    let most = tally
        .into_iter()
        .max_by_key(|&(count, times)| (times, count));
    most.map(|(count, _)| count)
}

/// Removes text that would be read as cells: the line that names the separator, the mark before a
/// header in a comment, and blanks that only align columns.
pub(super) fn prepared(text: &str, separator: char) -> Cow<'_, str> {
    let names_separator = named_separator(text).is_some();
    let mark = header_in_comment(text, separator);
    if !names_separator && mark.is_none() && separator != ' ' {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let line = match (number, mark) {
            // Kept as an empty line, so that line numbers stay valid.
            (0, _) if names_separator => "\n",
            (_, Some(at)) if number == at => line.trim_start().trim_start_matches('#').trim_start(),
            _ => line,
        };
        if separator != ' ' {
            out.push_str(line);
            continue;
        }
        let line = if quoted {
            line
        } else {
            line.trim_start_matches(' ')
        };
        let end = line
            .trim_end_matches(['\r', '\n'])
            .trim_end_matches(' ')
            .len();
        let mut blank = false;
        for character in line[..end].chars() {
            quoted ^= character == '"';
            if !(character == ' ' && blank && !quoted) {
                out.push(character);
            }
            blank = character == ' ';
        }
        out.push('\n');
    }
    Cow::Owned(out)
}

/// Returns the line, from 0, of a header in a comment, as numerical programs write it: `# x y z`
/// above rows of three numbers.
fn header_in_comment(text: &str, separator: char) -> Option<usize> {
    let mut last = None;
    for (number, line) in text.lines().enumerate().take(MOST_TITLES) {
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            continue;
        }
        if let Some(rest) = trimmed.strip_prefix('#') {
            last = Some((number, rest.trim_start_matches('#').trim()));
            continue;
        }
        let (number, header) = last?;
        let numbers = line
            .split(separator)
            .any(|cell| cell.trim().parse::<f64>().is_ok());
        let fits = cells(header, separator) == cells(line, separator) && numbers;
        return fits.then_some(number);
    }
    None
}

/// Splits a text into rows of cells.
pub(super) fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, csv::Error> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let row = |record: Result<StringRecord, csv::Error>| {
        let cells = record?;
        let line = cells.position().map_or(0, csv::Position::line);
        Ok(Row { line, cells })
    };
    reader.records().map(row).collect()
}

/// Removes titles above the header, footnotes and comments from the rows, and fixes headers that
/// are one cell shorter or longer than their rows. Returns notes on the changes.
pub(super) fn tidy(rows: &mut Vec<Row>) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(width) = usual(rows.iter().map(|row| row.cells.len())) else {
        return notes;
    };
    let before = rows.len();
    let marked = |row: &Row| row.cells[0].starts_with('#');
    let leading = rows.iter().take_while(|row| marked(row)).count();
    rows.drain(..leading);
    rows.retain(|row| row.cells.len() == width || !marked(row));
    let comments = before - rows.len();
    if comments > 0 {
        notes.push(format!("left out {}", lines(comments, "of comment")));
    }
    let titles = titles(rows, width);
    if titles > 0 {
        rows.drain(..titles);
        notes.push(format!("left out {} above the header", lines(titles, "")));
    }
    let footnote = |row: &&Row| {
        let mut cells = row.cells.iter();
        let note = cells.next().is_some_and(|cell| !is_number(cell));
        width > 2 && row.cells.len() != width && note && cells.all(str::is_empty)
    };
    let footnotes = rows.iter().rev().take_while(footnote).count();
    if footnotes > 0 {
        rows.truncate(rows.len() - footnotes);
        notes.push(format!("left out {} below the table", lines(footnotes, "")));
    }
    let Some((header, data)) = rows.split_first_mut() else {
        return notes;
    };
    let expected = header.cells.len();
    let longer = |row: &Row| row.cells.len() == expected + 1;
    let numbers = |row: &Row| row.cells.iter().filter(|cell| is_number(cell)).count() > 0;
    if expected > 1 && !data.is_empty() && data.iter().all(longer) && data.iter().any(numbers) {
        // R omits the name of the column with row names.
        let cells = std::iter::once("").chain(header.cells.iter());
        header.cells = cells.collect();
    } else if expected == width + 1 && header.cells.iter().next_back() == Some("") {
        header.cells.truncate(width);
    }
    notes
}

fn lines(number: usize, kind: &str) -> String {
    let noun = if number == 1 { "line" } else { "lines" };
    format!("{number} {noun} {kind}").trim_end().to_owned()
}

/// Returns the number of rows above the presumed header of this width.
fn titles(rows: &[Row], width: usize) -> usize {
    let title = |row: &Row| {
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        let first = filled == 1 && !row.cells[0].is_empty();
        first || (row.cells.len() != width && row.cells.len() + 1 < width.max(3))
    };
    let header = |row: &Row| {
        let cells = row.cells.len();
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        let numbers = row.cells.iter().filter(|cell| is_number(cell)).count();
        (cells == width || cells == width + 1)
            && cells > 1
            && 2 * filled >= cells
            && 2 * numbers < cells
    };
    let found = rows.iter().take(MOST_TITLES).position(header).unwrap_or(0);
    match rows[..found].iter().all(title) {
        true => found,
        false => 0,
    }
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found() {
        for (text, expected) in [
            ("a,b\n1,2\n", ','),
            ("a;b\n1,5;2,5\n1,5;3,5\n", ';'),
            ("a\tb c\n1\t2\n", '\t'),
            ("a|b|c\n1|2|3\n", '|'),
            ("a~b\n1~2\n", '~'),
            ("a b c\n1  2 3\n", ' '),
            ("  x   y\n 1.0 2.0\n10.0 2.0\n", ' '),
            ("name,price\nbig red house,3\nhut,2\n", ','),
            ("a\n1\n", ','),
            ("\"a;b\",c\n1,2\n", ','),
            ("# made by a program; version 2\na b\n1 2\n", ' '),
        ] {
            assert_eq!(detect(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_first_line_can_name_the_separator() {
        assert_eq!(named_separator("sep=;\na;b\n"), Some(';'));
        assert_eq!(named_separator("\"sep=|\"\r\na|b\n"), Some('|'));
        assert_eq!(named_separator("sep=\t\na\tb\n"), Some('\t'));
        assert_eq!(named_separator("sep,b\n1,2\n"), None);
        assert_eq!(prepared("sep=;\na;b\n", ';'), "\na;b\n");
    }

    #[test]
    fn blanks_are_folded_outside_quotation_marks() {
        let text = "  a   b\n1 \"x  y\"  \n";
        assert_eq!(prepared(text, ' '), "a b\n1 \"x  y\"\n");
        assert_eq!(prepared(text, ','), text);
    }

    #[test]
    fn headers_in_comments_are_headers() {
        assert_eq!(prepared("# note\n# x y\n1 2\n", ' '), "# note\nx y\n1 2\n");
        let plain = "# a note of many words\nx,y\n1,2\n";
        assert_eq!(prepared(plain, ','), plain);
    }
}

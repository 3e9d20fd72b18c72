//! Number formats of different countries and programs.

/// Currency signs that may precede or follow a number, and the percent sign.
const AFFIXES: [char; 9] = ['$', '€', '£', '¥', '₹', '₽', '₩', '¢', '%'];

/// Cells that mark missing values: those of pandas' `read_csv`, and `?` of older data sets.
const MISSING: [&str; 21] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "NAN", "?",
];

/// Number format of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notation {
    decimal: char,
    /// Separator between groups of three digits.
    groups: Groups,
    /// A sign attached to every number of the column.
    affix: Option<char>,
    /// Whether unusual signs and exponents are accepted.
    lenient: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Groups {
    None,
    Character(char),
    /// Blanks and apostrophes.
    Blanks,
}

/// Returns whether a cell marks a missing value.
pub(super) fn is_missing(text: &str) -> bool {
    MISSING.contains(&text)
}

impl Notation {
    /// The usual format of programs.
    pub(super) const PLAIN: Self = Self {
        decimal: '.',
        groups: Groups::None,
        affix: None,
        lenient: false,
    };

    /// Returns the notation that parses the most cells of a column, or the plain one if it parses
    /// as many.
    ///
    /// `1,234` alone is ambiguous; `comma_is_decimal` resolves it.
    pub(super) fn of<'a>(
        cells: impl Iterator<Item = &'a str> + Clone,
        comma_is_decimal: bool,
    ) -> Self {
        let read = |notation: Self| {
            let read = cells.clone().filter(|cell| notation.read(cell).is_some());
            read.count()
        };
        let all = cells.clone().count();
        let mut best = (read(Self::PLAIN), Self::PLAIN);
        if best.0 == all {
            return best.1;
        }
        let affix = cells.clone().next().and_then(|cell| strip_affix(cell).1);
        let with = |decimal, groups| Self {
            decimal,
            groups,
            affix,
            lenient: true,
        };
        let comma = [with(',', Groups::None), with('.', Groups::Character(','))];
        let [first, second] = match comma_is_decimal {
            true => comma,
            false => [comma[1], comma[0]],
        };
        for notation in [
            with('.', Groups::None),
            first,
            second,
            with(',', Groups::Character('.')),
            with('.', Groups::Blanks),
            with(',', Groups::Blanks),
        ] {
            let count = read(notation);
            if count > best.0 {
                best = (count, notation);
            }
        }
        best.1
    }

    /// Returns the number in a cell; it may be infinite.
    pub(super) fn read(self, cell: &str) -> Option<f64> {
        if self == Self::PLAIN {
            return cell.parse().ok().filter(|value: &f64| !value.is_nan());
        }
        let (text, affix) = strip_affix(cell);
        if affix != self.affix {
            return None;
        }
        let (negative, digits) = sign(&text);
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == self.decimal) {
            return None;
        }
        // Fortran writes exponents of double precision with D.
        let (mantissa, exponent) = match digits.find(['e', 'E', 'd', 'D']) {
            Some(at) => (&digits[..at], Some(sign_of_exponent(&digits[at + 1..])?)),
            None => (digits, None),
        };
        let (whole, fraction) = match mantissa.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let whole = self.ungrouped(whole)?;
        if !fraction.chars().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let sign = if negative { "-" } else { "" };
        let exponent = exponent.unwrap_or_default();
        format!(
            "{sign}{whole}.{fraction}e{}",
            exponent.parse::<i32>().unwrap_or(0)
        )
        .parse()
        .ok()
    }

    /// Returns the digits before the decimal separator, in groups of three or not grouped.
    fn ungrouped(self, whole: &str) -> Option<String> {
        let separates = |character: char| match self.groups {
            Groups::None => false,
            Groups::Character(separator) => character == separator,
            Groups::Blanks => character.is_whitespace() || matches!(character, '\'' | '’'),
        };
        let groups: Vec<&str> = whole.split(separates).collect();
        let digits = |group: &&str| group.chars().all(|digit| digit.is_ascii_digit());
        let three = groups[1..].iter().all(|group| group.len() == 3);
        let first = groups.len() == 1 || (1..=3).contains(&groups[0].len());
        (groups.iter().all(digits) && three && first).then(|| groups.concat())
    }

    /// Returns a description of an unusual format; `None` if it is plain.
    pub(super) fn description(self) -> Option<String> {
        let mut parts = Vec::new();
        if self.decimal == ',' {
            parts.push("a decimal comma".to_owned());
        }
        match self.groups {
            Groups::None => {}
            Groups::Character(',') => parts.push("commas between thousands".into()),
            Groups::Character(_) => parts.push("points between thousands".into()),
            Groups::Blanks => parts.push("blanks or apostrophes between thousands".into()),
        }
        if let Some(affix) = self.affix {
            parts.push(format!("the sign {affix}"));
        }
        if parts.is_empty() && self != Self::PLAIN {
            parts.push("unusual signs or exponents".into());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Default for Notation {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// Returns the text without a sign of currency or percent, and that sign.
fn strip_affix(cell: &str) -> (String, Option<char>) {
    let mut found = AFFIXES.into_iter().filter(|&affix| cell.contains(affix));
    let Some(affix) = found.next() else {
        return (cell.trim().to_owned(), None);
    };
    let inside = cell.trim_matches(|c: char| c.is_whitespace() || "-+−–()".contains(c));
    match inside.starts_with(affix) || inside.ends_with(affix) {
        true => (cell.replacen(affix, "", 1).trim().to_owned(), Some(affix)),
        false => (cell.trim().to_owned(), None),
    }
}

/// Returns whether a number is negative, and the rest; parentheses mean negative, as in accounting.
fn sign(text: &str) -> (bool, &str) {
    let minus = |c: char| matches!(c, '-' | '−' | '–' | '‒' | '－');
    if let Some(inside) = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return (true, inside.trim());
    }
    match text.strip_prefix(minus) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Converts an exponent to the form that `parse` accepts.
fn sign_of_exponent(text: &str) -> Option<String> {
    let (negative, digits) = sign(text);
    let fine = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit());
    fine.then(|| format!("{}{digits}", if negative { "-" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str], comma_is_decimal: bool) -> Vec<Option<f64>> {
        let notation = Notation::of(cells.iter().copied(), comma_is_decimal);
        cells.iter().map(|cell| notation.read(cell)).collect()
    }

    #[test]
    fn columns_that_agree_are_read() {
        for (cells, expected) in [
            (["1.5", "-2e3", "+4"], [1.5, -2000.0, 4.0]),
            (["1,5", "-2", "3,25"], [1.5, -2.0, 3.25]),
            (
                ["1,234,567.5", "12", "-1,000"],
                [1_234_567.5, 12.0, -1000.0],
            ),
            (
                ["1.234.567,5", "12", "-1.000"],
                [1_234_567.5, 12.0, -1000.0],
            ),
            (
                ["1 234,5", "12", "1\u{202f}000\u{a0}000"],
                [1234.5, 12.0, 1e6],
            ),
            (["1'234.5", "12", "1’000"], [1234.5, 12.0, 1000.0]),
            (["$1,200", "-$3", "$ 4.5"], [1200.0, -3.0, 4.5]),
            (["1.200,50 €", "3 €", "-4 €"], [1200.5, 3.0, -4.0]),
            (["12 %", "3.5%", "-1%"], [12.0, 3.5, -1.0]),
            (["1.0D+03", "2.5d-1", "3"], [1000.0, 0.25, 3.0]),
            (["\u{2212}1.5", "2", "–3"], [-1.5, 2.0, -3.0]),
            (["(1,234.5)", "5", "(6)"], [-1234.5, 5.0, -6.0]),
            (["1,5E+03", "2,0", ",5"], [1500.0, 2.0, 0.5]),
        ] {
            let found = read(&cells, true);
            assert_eq!(found, expected.map(Some), "{cells:?}");
        }
    }

    #[test]
    fn a_single_group_matches_the_table() {
        assert_eq!(read(&["1,234", "5"], true), [Some(1.234), Some(5.0)]);
        assert_eq!(read(&["1,234", "5"], false), [Some(1234.0), Some(5.0)]);
        // The first can only have a decimal comma, the second only thousands separators.
        assert_eq!(read(&["1,5", "2,5"], false), [Some(1.5), Some(2.5)]);
        assert_eq!(
            read(&["1,234,567", "2"], true),
            [Some(1_234_567.0), Some(2.0)]
        );
    }

    #[test]
    fn inconsistent_numbers_are_not_parsed() {
        assert_eq!(
            read(&["$5", "€6", "$7"], false),
            [Some(5.0), None, Some(7.0)]
        );
        assert_eq!(read(&["1,5", "2,5", "1.234,x"], true)[2], None);
        for text in [
            "2020-01-01",
            "1.2.2020",
            "12:30",
            "5 kg",
            "one",
            "",
            "-",
            "%",
            "1,23,456",
            "e5",
            "1e",
            "nan",
            "0x10",
            "1-2",
            "--1",
            "(",
            "Mar-5",
        ] {
            assert_eq!(read(&[text], true), [None], "{text}");
            assert_eq!(read(&[text], false), [None], "{text}");
        }
    }

    #[test]
    fn unusual_columns_are_described() {
        let describe = |cells: &[&str]| Notation::of(cells.iter().copied(), true).description();
        assert_eq!(describe(&["1", "2.5"]), None);
        assert_eq!(describe(&["1,5"]), Some("a decimal comma".into()));
        let both = "a decimal comma, points between thousands, the sign €";
        assert_eq!(describe(&["1.000,5 €"]), Some(both.into()));
        assert_eq!(
            describe(&["\u{2212}1"]),
            Some("unusual signs or exponents".into())
        );
    }
}

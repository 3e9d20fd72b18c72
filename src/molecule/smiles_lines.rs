//! Location of SMILES in the lines of a text: lists with names, and tables with a header.

use super::MolecularGraph;

/// One line of a list or one row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SmilesLine {
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) smiles: String,
    /// Empty if there is none.
    pub(super) name: String,
}

/// No column has the requested name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoSuchColumn {
    /// The first line, with or without names of columns.
    pub(super) header: String,
}

/// Separators of tables; none of them occurs in SMILES.
const SEPARATORS: [u8; 4] = *b",\t;|";
/// Names of columns with SMILES in lowercase letters and digits, the best first.
const SMILES_NAMES: [&str; 8] = [
    "smiles",
    "canonicalsmiles",
    "isomericsmiles",
    "smilesstring",
    "smi",
    "mol",
    "molecule",
    "structure",
];
/// Names of columns with names, in the same form.
const NAME_NAMES: [&str; 8] = [
    "name",
    "moleculename",
    "compoundname",
    "title",
    "id",
    "moleculeid",
    "compoundid",
    "chemblid",
];

/// Finds the SMILES of a text whose lines end with `\n`.
///
/// With a column, the first line is a header that contains it. Without one, the text is a table if
/// the first line has a known name of such a column, or if it has commas or semicolons and starts
/// with SMILES. Otherwise it is a list.
pub(super) fn smiles_lines(
    text: &str,
    column: Option<&str>,
) -> Result<Vec<SmilesLine>, NoSuchColumn> {
    let Some(first) = lines(text).next().map(|(_, line)| line) else {
        return Ok(Vec::new());
    };
    if let Some(wanted) = column {
        let found = SEPARATORS.iter().find_map(|&separator| {
            let cells = cells_of(first, separator);
            Some((separator, place(&cells, wanted)?, cells))
        });
        if let Some((separator, smiles, cells)) = found {
            return Ok(rows(text, separator, true, smiles, name_column(&cells)));
        }
        let cells: Vec<String> = first.split_whitespace().map(str::to_owned).collect();
        let smiles = place(&cells, wanted).ok_or_else(|| NoSuchColumn {
            header: first.chars().take(200).collect(),
        })?;
        return Ok(words(text, smiles, name_column(&cells)));
    }
    let known = SEPARATORS.iter().find_map(|&separator| {
        let cells = cells_of(first, separator);
        let smiles = smiles_column(&cells).filter(|_| cells.len() > 1)?;
        Some((separator, smiles, cells))
    });
    if let Some((separator, smiles, cells)) = known {
        return Ok(rows(text, separator, true, smiles, name_column(&cells)));
    }
    let cells: Vec<String> = first.split_whitespace().map(str::to_owned).collect();
    if let Some(smiles) = smiles_column(&cells) {
        return Ok(words(text, smiles, name_column(&cells)));
    }
    let headless = [b',', b';'].into_iter().find(|&separator| {
        let cells = cells_of(first, separator);
        cells.len() > 1 && MolecularGraph::from_smiles(&cells[0]).is_ok()
    });
    Ok(match headless {
        Some(separator) => rows(text, separator, false, 0, Some(1)),
        None => list(text),
    })
}

/// Lines that are not blank or comments, counted from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate();
    numbered
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| (index + 1, line))
}

/// SMILES, white space, a name.
fn list(text: &str) -> Vec<SmilesLine> {
    let read = |(line, said): (usize, &str)| {
        let said = said.trim();
        let (smiles, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        SmilesLine {
            line,
            smiles: smiles.to_owned(),
            name: without_extension(rest.trim()).to_owned(),
        }
    };
    lines(text).map(read).collect()
}

/// The text after CXSMILES extensions, which are enclosed in bars.
fn without_extension(rest: &str) -> &str {
    let extension = rest.strip_prefix('|').and_then(|rest| rest.split_once('|'));
    extension.map_or(rest, |(_, name)| name.trim())
}

/// A table with cells separated by white space, after its header.
fn words(text: &str, smiles: usize, name: Option<usize>) -> Vec<SmilesLine> {
    let read = |(line, said): (usize, &str)| {
        let cell = |column: usize| said.split_whitespace().nth(column);
        SmilesLine {
            line,
            smiles: cell(smiles).unwrap_or_default().to_owned(),
            name: name.and_then(cell).unwrap_or_default().to_owned(),
        }
    };
    lines(text).skip(1).map(read).collect()
}

/// A table in CSV format, with quotation marks.
fn rows(
    text: &str,
    separator: u8,
    header: bool,
    smiles: usize,
    name: Option<usize>,
) -> Vec<SmilesLine> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(Some(b'#'))
        .has_headers(header)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut found = Vec::new();
    // The text is in memory and UTF-8, so no record fails.
    for record in reader.records().flatten() {
        let line = record.position().map_or(0, |position| position.line());
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        found.push(SmilesLine {
            line: usize::try_from(line).unwrap_or(usize::MAX),
            smiles: cell(smiles).to_owned(),
            name: name.map(cell).unwrap_or_default().to_owned(),
        });
    }
    found
}

fn cells_of(line: &str, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .from_reader(line.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    let cells = first.unwrap_or_default();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Returns the lowercase letters and digits of a column's name.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(|letter| letter.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Returns the column of this name; if there is no exact match, case is ignored.
fn place(cells: &[String], wanted: &str) -> Option<usize> {
    let exact = cells.iter().position(|cell| cell == wanted);
    exact.or_else(|| {
        let wanted = wanted.to_lowercase();
        cells.iter().position(|cell| cell.to_lowercase() == wanted)
    })
}

/// Returns the column with SMILES; `None` if the line is not a header, since it starts with SMILES.
fn smiles_column(cells: &[String]) -> Option<usize> {
    let names: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let known = |wanted: &&str| names.iter().position(|name| name == wanted);
    let contains = || names.iter().position(|name| name.contains("smiles"));
    let found = SMILES_NAMES[..5]
        .iter()
        .find_map(known)
        .or_else(contains)
        .or_else(|| SMILES_NAMES[5..].iter().find_map(known));
    found.filter(|_| {
        cells
            .first()
            .is_none_or(|cell| MolecularGraph::from_smiles(cell).is_err())
    })
}

fn name_column(cells: &[String]) -> Option<usize> {
    let names: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let known = |wanted: &&str| names.iter().position(|name| name == wanted);
    NAME_NAMES.iter().find_map(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, column: Option<&str>) -> Vec<(usize, String, String)> {
        let lines = smiles_lines(text, column).unwrap();
        let parts = |line: SmilesLine| (line.line, line.smiles, line.name);
        lines.into_iter().map(parts).collect()
    }

    fn row(line: usize, smiles: &str, name: &str) -> (usize, String, String) {
        (line, smiles.into(), name.into())
    }

    #[test]
    fn lists_have_names_after_white_space() {
        let text = "# note\nCCO  ethyl alcohol \n\n C\tx\ty\nC[C@H](N)O |r,$a b$| named\nN\n";
        let expected = [
            row(2, "CCO", "ethyl alcohol"),
            row(4, "C", "x\ty"),
            row(5, "C[C@H](N)O", "named"),
            row(6, "N", ""),
        ];
        assert_eq!(found(text, None), expected);
    }

    #[test]
    fn columns_are_found_by_their_names() {
        for header in [
            "id,smiles,logP",
            "ID,SMILES,logP",
            "Id,Canonical_SMILES,x",
            "id,isomeric smiles,x",
            "id,rdkit_smiles,x",
            "id,mol,x",
        ] {
            for separator in [",", "\t", ";", "|"] {
                let text = format!("{header}\na,CCO,1\n\"b,c\",N,2\n").replace(',', separator);
                let name = format!("b{separator}c");
                let expected = [row(2, "CCO", "a"), row(3, "N", &name)];
                assert_eq!(found(&text, None), expected, "{text}");
            }
        }
        // The best name is chosen at any position; a single column and one between spaces count
        // too.
        assert_eq!(
            found("mol,canonical_smiles,smiles\nA,B,C\n", None),
            [row(2, "C", "")]
        );
        assert_eq!(
            found("SMILES\nCC\nCN\n", None),
            [row(2, "CC", ""), row(3, "CN", "")]
        );
        assert_eq!(
            found("smiles zinc name\nCC 7 x\n", None),
            [row(2, "CC", "x")]
        );
    }

    #[test]
    fn columns_may_be_named_by_the_caller() {
        let text = "target,drug\nCC,CO\nCN,\n,\n";
        assert_eq!(
            found(text, Some("drug")),
            [row(2, "CO", ""), row(3, "", "")]
        );
        assert_eq!(
            found(text, Some("TARGET")),
            [row(2, "CC", ""), row(3, "CN", "")]
        );
        let header = "target,drug".to_owned();
        let error = smiles_lines(text, Some("smiles"));
        assert_eq!(error, Err(NoSuchColumn { header }));
    }

    #[test]
    fn tables_without_a_header_start_with_smiles() {
        let expected = [row(1, "CCO", "ethanol"), row(2, "C", "methane")];
        assert_eq!(found("CCO,ethanol,1\nC,methane,2\n", None), expected);
        // A list may have commas in its names.
        let named = [row(1, "CCO", "a,b")];
        assert_eq!(found("CCO a,b\n", None), named);
        for first in ["CCO molecule", "CCO\tmolecule", "CCO,molecule"] {
            assert_eq!(found(first, None), [row(1, "CCO", "molecule")]);
        }
        assert_eq!(found("# only\n\n", None), []);
    }

    #[test]
    fn rows_may_be_short_long_or_on_several_lines() {
        let text = "smiles;name\nC;\"two\nlines\"\nN\nO;a;b\n";
        let expected = [row(2, "C", "two\nlines"), row(4, "N", ""), row(5, "O", "a")];
        assert_eq!(found(text, None), expected);
    }
}

use std::{collections::BTreeSet, path::Path};

use super::{
    Loaded, NOT_PUBLISHED, ProteinSplit, Provenance, Residues, Sorted, Splits, no_threshold,
};
use crate::{
    data::{DataError, unpack},
    graph::generate::PlacedGraph,
};

/// Number of residues in a window.
pub(super) const RESIDUES: usize = 8;
/// Bytes per window: three coordinates of two bytes for each residue.
const WINDOW_BYTES: usize = RESIDUES * 3 * 2;
/// SHA-256 of the unpacked files that the documentation describes.
const KNOWN: [&str; 2] = [
    "bc695144dd2137087453a66623a320daf21f67158e6cb2cbaff75606220f74de",
    "f523f92d7dea56c67e3776def439fb384e274981f9e478c3cc7ab8146882a8b5",
];
const HEADER: &str = "entry\tchain\tfirst_residue\tsequence\tsplit";

/// Decodes the coordinates, in thousandths of an Å, and their table.
pub(super) fn read(
    coordinates: &Path,
    table: &Path,
    threshold: f64,
) -> Result<Loaded<Splits<ProteinSplit>>, DataError> {
    let bytes = unpack::read(coordinates)?;
    let text = unpack::read(table)?;
    let sha256 = vec![unpack::sha256(&bytes), unpack::sha256(&text)];
    let rows = rows(table, &text)?;
    let expected = rows.len() * WINDOW_BYTES;
    if bytes.len() != expected || rows.is_empty() {
        let problem = format!(
            "{} bytes, but {expected} are expected for the {} windows of {}",
            bytes.len(),
            rows.len(),
            table.display()
        );
        return Err(unpack::malformed(coordinates, bytes.len() as u64, problem));
    }
    let entries: BTreeSet<&str> = rows.iter().map(|row| &*row.residues.entry).collect();
    let entries = entries.len();
    let mut splits = Sorted::default();
    for (row, window) in rows.into_iter().zip(bytes.chunks_exact(WINDOW_BYTES)) {
        let graph = PlacedGraph::of_contacts(places(window), threshold);
        splits.push(row.test, graph, Some(row.residues));
    }
    if !splits.complete() {
        return Err(no_threshold(
            threshold,
            "choose one at which both splits have connected graphs, such as 8 Å",
        ));
    }
    let source = match sha256.iter().eq(KNOWN) {
        true => format!("windows of {RESIDUES} residues from {entries} PDB entries"),
        false => format!("windows of {RESIDUES} residues from {entries} user-supplied entries"),
    };
    let title = format!("{source}, linked below {threshold} Å ({NOT_PUBLISHED})");
    Ok(splits.into_loaded(Provenance::files(title, sha256)))
}

/// Coordinates in Å.
fn places(window: &[u8]) -> Vec<[f64; 3]> {
    let numbers = window.chunks_exact(2);
    let numbers: Vec<f64> = numbers
        .map(|bytes| f64::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 1000.0)
        .collect();
    let points = numbers.chunks_exact(3);
    points.map(|point| [point[0], point[1], point[2]]).collect()
}

struct Row {
    residues: Residues,
    test: bool,
}

fn rows(path: &Path, text: &[u8]) -> Result<Vec<Row>, DataError> {
    let failed = |line: usize, problem: String| DataError::Line {
        path: path.into(),
        line: line as u64,
        problem,
    };
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = &text[..error.valid_up_to()];
        let line = before.iter().filter(|&&byte| byte == b'\n').count();
        failed(line + 1, "not UTF-8".into())
    })?;
    let mut lines = text.lines().zip(1..);
    if lines.next().is_none_or(|(header, _)| header != HEADER) {
        let names = HEADER.replace('\t', ", ");
        return Err(failed(1, format!("the columns must be {names}, with tabs")));
    }
    let row = |(line, number): (&str, usize)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [entry, chain, first, sequence, split] = cells[..] else {
            let problem = format!("{} cells instead of 5", cells.len());
            return Err(failed(number, problem));
        };
        let first = first
            .parse()
            .map_err(|_| failed(number, format!("{first:?} is not the number of a residue")))?;
        if sequence.chars().count() != RESIDUES {
            let problem = format!("{sequence:?} is not a sequence of {RESIDUES} letters");
            return Err(failed(number, problem));
        }
        let test = match split {
            "train" => false,
            "test" => true,
            _ => {
                let problem = format!("the split is {split:?}, neither train nor test");
                return Err(failed(number, problem));
            }
        };
        Ok(Row {
            residues: Residues {
                entry: entry.into(),
                chain: chain.into(),
                first,
                sequence: sequence.into(),
            },
            test,
        })
    };
    lines.map(row).collect()
}

//! Data sets of TU Dortmund, in the layout of PyTorch Geometric's `TUDataset`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    raw::{Names, RawEdge, RawGraph, RawGraphs, RawNode, Value, Values},
    text::{read_text, syntax},
};
use crate::data::DataError;

/// Name suffix of the file with all edges.
const EDGES: &str = "_A.txt";

/// Returns the file with all edges if the folder is a TU data set.
pub(super) fn edges_file(files: &[PathBuf]) -> Option<&Path> {
    let named = |file: &&PathBuf| {
        let name = file.file_name();
        name.is_some_and(|name| name.to_string_lossy().ends_with(EDGES))
    };
    files.iter().find(named).map(PathBuf::as_path)
}

/// Reads `NAME_A.txt`, `NAME_graph_indicator.txt`, and labels and attributes of nodes and edges if
/// present. Labels are kinds, attributes are numbers; labels of whole graphs are ignored.
///
/// The digests of the files are added to `digests`.
pub(super) fn parse(
    edges_file: &Path,
    out: &mut RawGraphs,
    digests: &mut Vec<String>,
) -> Result<(), DataError> {
    let whole = edges_file.to_string_lossy();
    let stem = whole.strip_suffix(EDGES).unwrap_or(&whole).to_owned();
    let mut table = |part: &str| -> Result<Option<(PathBuf, Rows)>, DataError> {
        let path = PathBuf::from(format!("{stem}_{part}.txt"));
        if part != "A" && part != "graph_indicator" && !path.is_file() {
            return Ok(None);
        }
        let text = read_text(&path, digests)?;
        let rows = rows(&path, &text)?;
        Ok(Some((path, rows)))
    };
    let edges = table("A")?.unwrap_or_default();
    let indicator = table("graph_indicator")?.unwrap_or_default();
    let node_labels = table("node_labels")?;
    let node_numbers = table("node_attributes")?;
    let edge_labels = table("edge_labels")?;
    let edge_numbers = table("edge_attributes")?;

    // Graph of each node, and its position there.
    let mut graphs: BTreeMap<i64, usize> = BTreeMap::new();
    for row in &indicator.1 {
        graphs.insert(row[0] as i64, 0);
    }
    for (place, graph) in graphs.values_mut().enumerate() {
        *graph = place;
    }
    let first = out.graphs.len();
    for number in graphs.keys() {
        let mut graph = RawGraph::new(edges_file, number);
        graph.both_directions = true;
        out.graphs.push(graph);
    }
    let node_values = columns([node_labels, node_numbers], &indicator, &mut out.node_names)?;
    let mut places = Vec::with_capacity(indicator.1.len());
    for (at, (row, values)) in indicator.1.iter().zip(node_values).enumerate() {
        let graph = first + graphs[&(row[0] as i64)];
        let nodes = &mut out.graphs[graph].nodes;
        places.push((graph, nodes.len()));
        nodes.push(RawNode {
            id: (at + 1).to_string(),
            values,
        });
    }
    let edge_values = columns([edge_labels, edge_numbers], &edges, &mut out.edge_names)?;
    for (at, (row, values)) in edges.1.iter().zip(edge_values).enumerate() {
        let failed = |problem: String| syntax(&edges.0, format!("line {}", at + 1), problem);
        let [source, target] = row[..] else {
            return Err(failed("an edge must be two node numbers".into()));
        };
        let place = |node: f64| {
            let at = (node >= 1.0 && node.fract() == 0.0).then(|| node as usize - 1);
            at.and_then(|at| places.get(at).copied())
                .ok_or_else(|| failed(format!("there is no node {node}")))
        };
        let [(graph, source), (other, target)] = [place(source)?, place(target)?];
        if graph != other {
            return Err(failed("the edge joins two graphs".into()));
        }
        out.graphs[graph].edges.push(RawEdge {
            ends: [source, target],
            values,
        });
    }
    Ok(())
}

type Rows = Vec<Vec<f64>>;

/// Reads lines of numbers; no line may be empty.
fn rows(path: &Path, text: &str) -> Result<Rows, DataError> {
    let lines = text.trim_end().lines().zip(1..);
    let row = |(line, number): (&str, usize)| {
        let cells = line.split([',', ' ', '\t']).filter(|cell| !cell.is_empty());
        let numbers: Option<Vec<f64>> = cells.map(|cell| cell.trim().parse().ok()).collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty());
        let place = || format!("line {number}");
        numbers.ok_or_else(|| syntax(path, place(), format!("{line:?} is not numbers")))
    };
    lines.map(row).collect()
}

/// Returns the values of the rows of `of`: kinds from the first table, numbers from the second.
fn columns(
    tables: [Option<(PathBuf, Rows)>; 2],
    of: &(PathBuf, Rows),
    names: &mut Names,
) -> Result<Vec<Values>, DataError> {
    let mut values: Vec<Values> = vec![Vec::new(); of.1.len()];
    for (name, table) in ["label", "attribute"].into_iter().zip(tables) {
        let Some((path, rows)) = table else { continue };
        if rows.len() != of.1.len() {
            let problem = format!(
                "{} lines for the {} lines of {}",
                rows.len(),
                of.1.len(),
                of.0.display()
            );
            return Err(syntax(&path, "at its end".into(), problem));
        }
        let width = rows.first().map_or(0, Vec::len);
        for (line, (row, values)) in rows.iter().zip(&mut values).enumerate() {
            if row.len() != width {
                let problem = format!("{} numbers, but the first line has {width}", row.len());
                return Err(syntax(&path, format!("line {}", line + 1), problem));
            }
            for (at, &number) in row.iter().enumerate() {
                let name = match width {
                    1 => name.to_owned(),
                    _ => format!("{name}_{at}"),
                };
                let value = match name.starts_with("label") {
                    true => Value::Text(number.to_string()),
                    false => Value::Number(number),
                };
                values.push((names.number(&name), value));
            }
        }
    }
    Ok(values)
}

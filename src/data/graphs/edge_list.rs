//! Edge lists and edge tables.

use std::{collections::HashMap, path::Path};

use super::{
    edge_data::edge_data,
    raw::{NodeIds, RawEdge, RawGraph, RawGraphs, Value, Values},
    text::syntax,
};
use crate::data::DataError;

/// Recognized column names in a header, in lower case.
const SOURCE: [&str; 4] = ["source", "src", "from", "node1"];
const TARGET: [&str; 4] = ["target", "dst", "to", "node2"];
const GRAPH: [&str; 4] = ["graph", "graph_id", "graph_indicator", "batch"];

/// Reads an edge list.
///
/// A line is `a b`, separated by blanks, tabs, commas or semicolons. A number after it is the
/// attribute `weight`, a text is `kind`, and a Python dictionary, as networkx writes it, names its
/// attributes. A line with one name is a node without edges. Graphs are separated by empty lines or
/// comments (`#` or `%`). If the first line is a header, it names the columns, and a column `graph`
/// replaces the separators.
///
/// Nodes are in ascending order if all are integers, and in the order of the file otherwise.
pub(super) fn parse(path: &Path, text: &str, out: &mut RawGraphs) -> Result<(), DataError> {
    let mut columns = Columns::default();
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut graphs: Vec<(RawGraph, NodeIds)> = Vec::new();
    let (mut separated, mut first) = (true, true);
    for (line, number) in text.lines().zip(1..) {
        // Keep tabs, since they may separate empty cells.
        let line = line
            .trim_start_matches('\u{feff}')
            .trim_matches([' ', '\r']);
        let place = || format!("line {number}");
        if line.trim().is_empty() || line.starts_with(['#', '%']) {
            separated = true;
            continue;
        }
        let (plain, data) = match line.find('{') {
            Some(at) => line.split_at(at),
            None => (line, ""),
        };
        let cells = cells(plain);
        if first {
            first = false;
            if let Some(header) = Columns::header(&cells, out) {
                columns = header;
                continue;
            }
        }
        let row = columns.row(&cells, out);
        let row = row.map_err(|problem| syntax(path, place(), problem))?;
        let at = match &row.graph {
            Some(graph) => *open.entry(graph.clone()).or_insert(graphs.len()),
            None if separated => graphs.len(),
            None => graphs.len() - 1,
        };
        if at == graphs.len() {
            let name = row.graph.clone().unwrap_or_else(|| (at + 1).to_string());
            graphs.push((RawGraph::new(path, name), NodeIds::default()));
        }
        separated = false;
        let (graph, ids) = &mut graphs[at];
        let source = ids.get_or_insert(&row.source, graph);
        let Some(target) = &row.target else { continue };
        let target = ids.get_or_insert(target, graph);
        let mut values = row.values;
        if !data.is_empty() {
            let found = edge_data(data).map_err(|problem| syntax(path, place(), problem))?;
            let found = found.into_iter();
            values.extend(found.map(|(name, value)| (out.edge_names.number(&name), value)));
        }
        graph.edges.push(RawEdge {
            ends: [source, target],
            values,
        });
    }
    let graphs = graphs.into_iter().map(|(graph, _)| in_order(graph));
    out.graphs.extend(graphs);
    Ok(())
}

/// Splits a line into cells.
fn cells(line: &str) -> Vec<&str> {
    let separator = ['\t', ',', ';']
        .into_iter()
        .find(|&mark| line.contains(mark));
    match separator {
        Some(mark) => line.split(mark).map(unquoted).collect(),
        None => line.split_whitespace().map(unquoted).collect(),
    }
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"');
    inner
        .and_then(|cell| cell.strip_suffix('"'))
        .unwrap_or(cell)
}

/// The meaning of the cells of a line.
#[derive(Default)]
struct Columns {
    /// Number of cells, if there is a header.
    named: Option<Named>,
}

struct Named {
    graph: Option<usize>,
    ends: [usize; 2],
    /// Cells that contain attributes, with the number of the attribute.
    attributes: Vec<(usize, usize)>,
    cells: usize,
}

struct Row {
    graph: Option<String>,
    source: String,
    target: Option<String>,
    values: Values,
}

impl Columns {
    /// Parses a header; returns `None` if the line is not a header.
    fn header(cells: &[&str], out: &mut RawGraphs) -> Option<Self> {
        let lower: Vec<String> = cells.iter().map(|cell| cell.to_lowercase()).collect();
        let find = |names: &[&str]| lower.iter().position(|cell| names.contains(&&**cell));
        let ends = [find(&SOURCE)?, find(&TARGET)?];
        let graph = find(&GRAPH);
        let rest = (0..cells.len()).filter(|at| !ends.contains(at) && graph != Some(*at));
        let attributes = rest.map(|at| (at, out.edge_names.number(cells[at])));
        Some(Self {
            named: Some(Named {
                graph,
                ends,
                attributes: attributes.collect(),
                cells: cells.len(),
            }),
        })
    }

    fn row(&self, cells: &[&str], out: &mut RawGraphs) -> Result<Row, String> {
        let text = |cell: &&str| (*cell).to_owned();
        let Some(named) = &self.named else {
            let source = cells.first().filter(|cell| !cell.is_empty());
            let source = source.map(text).ok_or("the first node has no name")?;
            let target = cells.get(1).map(text);
            if target.as_ref().is_some_and(String::is_empty) {
                return Err("the second node has no name".into());
            }
            if cells.len() > 3 {
                return Err(format!(
                    "{} columns need names: begin the file with a header, such as \
                     source,target,weight,kind",
                    cells.len()
                ));
            }
            let value = cells.get(2).filter(|cell| !cell.is_empty());
            let value = value.map(|cell| {
                let value = Value::guessed(cell);
                let name = match &value {
                    Value::Number(_) => "weight",
                    Value::Text(_) => "kind",
                };
                (out.edge_names.number(name), value)
            });
            return Ok(Row {
                graph: None,
                source,
                target,
                values: value.into_iter().collect(),
            });
        };
        if cells.len() != named.cells {
            return Err(format!(
                "{} cells, but the header has {}",
                cells.len(),
                named.cells
            ));
        }
        let ends = named.ends.map(|at| cells[at].to_owned());
        if ends.iter().any(String::is_empty) {
            return Err("an edge needs two nodes".into());
        }
        let [source, target] = ends;
        let filled = named.attributes.iter();
        let filled = filled.filter(|(at, _)| !cells[*at].is_empty());
        Ok(Row {
            graph: named.graph.map(|at| cells[at].to_owned()),
            source,
            target: Some(target),
            values: filled
                .map(|&(at, number)| (number, Value::guessed(cells[at])))
                .collect(),
        })
    }
}

/// Returns the graph with nodes in the order of their numbers, if all names are numbers.
fn in_order(mut graph: RawGraph) -> RawGraph {
    let numbers = graph.nodes.iter().map(|node| node.id.parse::<i64>().ok());
    let Some(numbers) = numbers.collect::<Option<Vec<_>>>() else {
        return graph;
    };
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by_key(|&node| numbers[node]);
    let mut place = vec![0; order.len()];
    for (new, &node) in order.iter().enumerate() {
        place[node] = new;
    }
    let nodes = order.iter().map(|&node| graph.nodes[node].clone());
    graph.nodes = nodes.collect();
    for edge in &mut graph.edges {
        edge.ends = edge.ends.map(|node| place[node]);
    }
    graph
}

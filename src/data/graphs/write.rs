use std::{fmt::Write, path::Path};

use serde_json::{Map, Number, Value, json};

use crate::{
    data::DataError,
    files::write_whole,
    graph::attributed::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes},
};

/// Writes graphs as GraphML or as node-link JSON, chosen by the extension: `.graphml` or `.json`.
///
/// # Errors
/// Returns an error for other extensions, and if the file cannot be written.
pub fn write_graphs(graphs: &AttributedGraphs, path: &Path) -> Result<(), DataError> {
    let text = match path.extension().and_then(|ending| ending.to_str()) {
        Some("graphml") => to_graphml(graphs),
        Some("json") => to_node_link(graphs),
        _ => {
            return Err(DataError::UnknownExtension { path: path.into() });
        }
    };
    write_whole(path, text.as_bytes()).map_err(DataError::io(path))
}

/// Converts graphs to one GraphML document, with attributes as `double` and `string`.
///
/// [`load_graphs`](super::load_graphs) reads back equal graphs, up to the order of attributes and
/// kinds. Control characters in names become U+FFFD, since XML does not allow them. In Python, all
/// graphs: `list(networkx.GraphMLReader()(path="graphs.graphml"))`; `read_graphml` reads only the
/// first.
pub fn to_graphml(graphs: &AttributedGraphs) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let mut key = 0;
    for (domain, names) in [("node", graphs.node_names()), ("edge", graphs.edge_names())] {
        let types = std::iter::repeat_n("double", names.numbers.len());
        for (name, kind) in names.all().zip(types.chain(std::iter::repeat("string"))) {
            // Writing to a string is infallible.
            let _ = writeln!(
                text,
                "  <key id=\"d{key}\" for=\"{domain}\" attr.name=\"{}\" attr.type=\"{kind}\"/>",
                escaped(name)
            );
            key += 1;
        }
    }
    let first_of_edges = graphs.node_names().all().count();
    for (number, graph) in graphs.graphs().iter().enumerate() {
        let _ = writeln!(
            text,
            "  <graph id=\"g{number}\" edgedefault=\"undirected\">"
        );
        for node in 0..graph.topology.node_count() {
            let data = data(&graph.nodes, graphs.node_names(), node, 0);
            element(&mut text, &format!("node id=\"n{node}\""), "node", &data);
        }
        for (edge, [i, j]) in graph.topology.edges().iter().enumerate() {
            let data = data(&graph.edges, graphs.edge_names(), edge, first_of_edges);
            let open = format!("edge source=\"n{i}\" target=\"n{j}\"");
            element(&mut text, &open, "edge", &data);
        }
        text.push_str("  </graph>\n");
    }
    text.push_str("</graphml>\n");
    text
}

fn element(text: &mut String, open: &str, tag: &str, data: &str) {
    let _ = match data.is_empty() {
        true => writeln!(text, "    <{open}/>"),
        false => writeln!(text, "    <{open}>{data}</{tag}>"),
    };
}

fn data(values: &Attributes, names: &AttributeNames, row: usize, first_key: usize) -> String {
    // The shortest text that parses to the same number.
    let numbers = values
        .numbers
        .iter()
        .map(|numbers| format!("{:?}", numbers[row]));
    let kinds = values.kinds.iter().zip(&names.kinds);
    let kinds = kinds.map(|(kinds, names)| escaped(&names.values[kinds[row]]));
    let all = numbers.chain(kinds).enumerate();
    let data = all.map(|(at, value)| format!("<data key=\"d{}\">{value}</data>", first_key + at));
    data.collect()
}

/// Escapes text for XML, including attribute values.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(escaped, "&#{};", u32::from(letter));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Converts graphs to a list in node-link JSON, one graph per line, with edges under `edges`.
///
/// [`load_graphs`](super::load_graphs) reads back equal graphs, up to the order of attributes and
/// kinds and the last bit of a number. Attributes that clash with a name of the format get an
/// underscore: `id_` at nodes, `source_`, `target_` and `key_` at edges. In Python:
/// `[networkx.node_link_graph(g, edges="edges") for g in json.load(file)]`.
pub fn to_node_link(graphs: &AttributedGraphs) -> String {
    let lines = graphs.graphs().iter().map(|graph| {
        let node = |node: usize| {
            let mut fields = fields(&graph.nodes, graphs.node_names(), node, &["id"]);
            fields.insert("id".into(), node.into());
            Value::Object(fields)
        };
        let edge = |(edge, [i, j]): (usize, &[usize; 2])| {
            let taken = ["source", "target", "key"];
            let mut fields = fields(&graph.edges, graphs.edge_names(), edge, &taken);
            fields.insert("source".into(), (*i).into());
            fields.insert("target".into(), (*j).into());
            Value::Object(fields)
        };
        let AttributedGraph { topology, .. } = graph;
        let object = json!({
            "directed": false,
            "multigraph": false,
            "graph": {},
            "nodes": (0..topology.node_count()).map(node).collect::<Vec<_>>(),
            "edges": topology.edges().iter().enumerate().map(edge).collect::<Vec<_>>(),
        });
        object.to_string()
    });
    let lines: Vec<String> = lines.collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn fields(
    values: &Attributes,
    names: &AttributeNames,
    row: usize,
    taken: &[&str],
) -> Map<String, Value> {
    let free = |name: &str| match taken.contains(&name) {
        true => format!("{name}_"),
        false => name.to_owned(),
    };
    let numbers = names.numbers.iter().zip(&values.numbers);
    let numbers = numbers.map(|(name, numbers)| {
        let number = Number::from_f64(numbers[row]).map_or(Value::Null, Value::Number);
        (free(name), number)
    });
    let kinds = names.kinds.iter().zip(&values.kinds);
    let kinds =
        kinds.map(|(names, kinds)| (free(&names.name), names.values[kinds[row]].clone().into()));
    numbers.chain(kinds).collect()
}

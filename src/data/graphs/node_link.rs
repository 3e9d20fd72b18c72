//! Node-link JSON, the format of networkx's `node_link_data`.

use std::path::Path;

use serde_json::{Deserializer, Map, Value as Json};

use super::{
    raw::{NodeIds, RawEdge, RawGraph, RawGraphs, Value, Values},
    text::syntax,
};
use crate::data::DataError;

/// Reads one graph, a list of graphs, or several values in a row (one a line).
///
/// Edges are under `edges` or `links`; node ids have any type. Numbers are read as numbers; texts,
/// `true` and `false` as texts; `null` as a missing value. A list becomes one attribute per
/// element: `pos_0`, `pos_1`. Objects and nested lists are ignored.
pub(super) fn parse(path: &Path, text: &str, out: &mut RawGraphs) -> Result<(), DataError> {
    let before = out.graphs.len();
    for value in Deserializer::from_str(text).into_iter::<Json>() {
        let value = value.map_err(|error| {
            let line = format!("line {}", error.line());
            syntax(path, line, format!("not JSON: {error}"))
        })?;
        let members = match value {
            Json::Array(members) => members,
            one => vec![one],
        };
        for member in members {
            let number = out.graphs.len() - before + 1;
            let graph = graph(path, number, member, out)?;
            out.graphs.push(graph);
        }
    }
    Ok(())
}

fn graph(
    path: &Path,
    number: usize,
    value: Json,
    out: &mut RawGraphs,
) -> Result<RawGraph, DataError> {
    let mut graph = RawGraph::new(path, number);
    let whole = graph.place();
    let failed = |place: &str, problem: String| syntax(path, place.to_owned(), problem);
    let Json::Object(mut fields) = value else {
        return Err(failed(
            &whole,
            "a graph must be an object with nodes and edges".into(),
        ));
    };
    let mut list = |names: &[&str]| -> Result<Vec<Json>, DataError> {
        match names.iter().find_map(|&name| fields.remove(name)) {
            Some(Json::Array(members)) => Ok(members),
            _ => Err(failed(
                &whole,
                format!("no list called {}", names.join(" or ")),
            )),
        }
    };
    let nodes = list(&["nodes"])?;
    let edges = list(&["edges", "links"])?;
    graph.directed = fields.get("directed") == Some(&Json::Bool(true));
    let mut ids = NodeIds::default();
    for (at, node) in nodes.into_iter().enumerate() {
        let place = format!("{whole}, node {}", at + 1);
        let Json::Object(mut fields) = node else {
            return Err(failed(&place, "a node must be an object with an id".into()));
        };
        let id = fields.remove("id").map(|id| id.to_string());
        let id = id.ok_or_else(|| failed(&place, "a node without an id".into()))?;
        let values = values(
            fields,
            &mut |name| out.node_names.number(name),
            &mut |name| {
                out.passed_over.number(name);
            },
        );
        if ids.insert(&id, &mut graph, values).is_none() {
            return Err(failed(&place, format!("node {id} is listed twice")));
        }
    }
    for (at, edge) in edges.into_iter().enumerate() {
        let place = format!("{whole}, edge {}", at + 1);
        let Json::Object(mut fields) = edge else {
            let problem = "an edge must be an object with source and target";
            return Err(failed(&place, problem.into()));
        };
        // The number of a parallel edge.
        fields.remove("key");
        let mut end = |side: &str| -> Result<usize, DataError> {
            let id = fields.remove(side).map(|id| id.to_string());
            let id = id.ok_or_else(|| failed(&place, format!("an edge without {side}")))?;
            let missing = || failed(&place, format!("{side} {id} is not a node of the graph"));
            ids.get(&id).ok_or_else(missing)
        };
        let ends = [end("source")?, end("target")?];
        let values = values(
            fields,
            &mut |name| out.edge_names.number(name),
            &mut |name| {
                out.passed_over.number(name);
            },
        );
        graph.edges.push(RawEdge { ends, values });
    }
    Ok(graph)
}

fn values(
    fields: Map<String, Json>,
    number: &mut dyn FnMut(&str) -> usize,
    passed_over: &mut dyn FnMut(&str),
) -> Values {
    let mut values = Vec::new();
    for (name, value) in fields {
        match value {
            Json::Array(members) => {
                let scalars: Option<Vec<_>> = members.into_iter().map(scalar).collect();
                match scalars {
                    Some(scalars) => {
                        for (at, value) in scalars.into_iter().enumerate() {
                            let name = format!("{name}_{at}");
                            values.extend(value.map(|value| (number(&name), value)));
                        }
                    }
                    None => passed_over(&name),
                }
            }
            other => match scalar(other) {
                Some(value) => values.extend(value.map(|value| (number(&name), value))),
                None => passed_over(&name),
            },
        }
    }
    values
}

/// Converts a value; the outer option is `None` for unsupported values, the inner one for `null`.
fn scalar(value: Json) -> Option<Option<Value>> {
    match value {
        Json::Null => Some(None),
        Json::Bool(value) => Some(Some(Value::Text(value.to_string()))),
        Json::Number(number) => number.as_f64().map(|number| Some(Value::Number(number))),
        Json::String(text) => Some(Some(Value::Text(text))),
        Json::Array(_) | Json::Object(_) => None,
    }
}

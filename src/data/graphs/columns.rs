use std::{collections::BTreeSet, path::Path};

use super::{
    GraphReadOptions,
    raw::{Names, RawGraph, Value, Values},
};
use crate::data::DataError;
use crate::graph::attributed::{AttributeNames, Attributes, KindNames};

/// What attributes belong to.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Nodes,
    Edges,
}

impl Part {
    fn rows(self, graph: &RawGraph) -> Box<dyn Iterator<Item = &Values> + '_> {
        match self {
            Self::Nodes => Box::new(graph.nodes.iter().map(|node| &node.values)),
            Self::Edges => Box::new(graph.edges.iter().map(|edge| &edge.values)),
        }
    }

    /// Describes a node or edge for messages.
    fn place(self, graph: &RawGraph, row: usize) -> String {
        let graph_place = graph.place();
        let id = |node: usize| &graph.nodes[node].id;
        match self {
            Self::Nodes => format!("{graph_place}, node {}", id(row)),
            Self::Edges => {
                let [i, j] = graph.edges[row].ends;
                format!("{graph_place}, edge from {} to {}", id(i), id(j))
            }
        }
    }
}

/// The values of one attribute in all graphs.
struct Column<'a> {
    name: &'a str,
    /// The value in each row of each graph.
    values: Vec<Vec<&'a Value>>,
}

/// Returns the attributes of nodes or edges, in the order of their names, as numbers or as kinds.
pub(super) fn columns(
    path: &Path,
    part: Part,
    names: &Names,
    graphs: &[RawGraph],
    options: &GraphReadOptions,
) -> Result<(AttributeNames, Vec<Attributes>), DataError> {
    let all = names.all();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.retain(|&number| !options.ignored.contains(&all[number]));
    order.sort_by_cached_key(|&number| natural(&all[number]));
    let mut found = AttributeNames::default();
    let mut attributes = vec![Attributes::default(); graphs.len()];
    for number in order {
        let Some(column) = Column::collect(part, number, &all[number], graphs)? else {
            continue;
        };
        if options.kinds.contains(&all[number]) || !column.is_number(part, graphs)? {
            let kinds = column.kinds(path, options.most_kinds)?;
            for (attributes, values) in attributes.iter_mut().zip(&column.values) {
                let place =
                    |value: &&Value| kinds.values.iter().position(|kind| *kind == text(value));
                attributes
                    .kinds
                    .push(values.iter().filter_map(place).collect());
            }
            found.kinds.push(kinds);
        } else {
            for (attributes, values) in attributes.iter_mut().zip(&column.values) {
                let numbers = values.iter().filter_map(|value| match value {
                    Value::Number(number) => Some(*number),
                    Value::Text(_) => None,
                });
                attributes.numbers.push(numbers.collect());
            }
            found.numbers.push(all[number].clone());
        }
    }
    Ok((found, attributes))
}

impl<'a> Column<'a> {
    /// Returns the values of an attribute; `None` if no row has it.
    fn collect(
        part: Part,
        number: usize,
        name: &'a str,
        graphs: &'a [RawGraph],
    ) -> Result<Option<Self>, DataError> {
        let mut values = Vec::with_capacity(graphs.len());
        let (mut present, mut missing) = (false, None);
        for graph in graphs {
            let mut own = Vec::new();
            for (row, all) in part.rows(graph).enumerate() {
                match all.iter().find(|(attribute, _)| *attribute == number) {
                    Some((_, value)) => own.push(value),
                    None => missing = missing.or(Some((graph, row))),
                }
            }
            present |= !own.is_empty();
            values.push(own);
        }
        match missing {
            _ if !present => Ok(None),
            None => Ok(Some(Self { name, values })),
            Some((graph, row)) => Err(DataError::MissingAttribute {
                path: graph.path.clone(),
                place: part.place(graph, row),
                name: name.to_owned(),
            }),
        }
    }

    /// Returns whether all values are finite numbers; returns false if all are texts.
    fn is_number(&self, part: Part, graphs: &[RawGraph]) -> Result<bool, DataError> {
        let mut first_text = None;
        let mut numbers = false;
        for (graph, values) in graphs.iter().zip(&self.values) {
            for (row, value) in values.iter().enumerate() {
                match value {
                    Value::Number(number) if number.is_finite() => numbers = true,
                    Value::Number(number) => {
                        return Err(DataError::NotFiniteAttribute {
                            path: graph.path.clone(),
                            place: part.place(graph, row),
                            name: self.name.to_owned(),
                            value: *number,
                        });
                    }
                    Value::Text(text) => {
                        first_text = first_text.or(Some((graph, row, text)));
                    }
                }
            }
        }
        match first_text {
            Some((graph, row, text)) if numbers => Err(DataError::MixedAttribute {
                path: graph.path.clone(),
                place: part.place(graph, row),
                name: self.name.to_owned(),
                text: text.clone(),
            }),
            other => Ok(other.is_none()),
        }
    }

    /// Returns the distinct kinds in ascending order.
    fn kinds(&self, path: &Path, most: usize) -> Result<KindNames, DataError> {
        let texts: BTreeSet<String> = self
            .values
            .iter()
            .flatten()
            .map(|value| text(value))
            .collect();
        if texts.len() > most {
            return Err(DataError::TooManyKinds {
                path: path.into(),
                name: self.name.to_owned(),
                found: texts.len(),
                example: texts.first().cloned().unwrap_or_default(),
                most,
            });
        }
        let mut values: Vec<String> = texts.into_iter().collect();
        let number = |text: &String| text.parse::<f64>().ok();
        if values.iter().all(|value| number(value).is_some()) {
            values.sort_by(|a, b| {
                f64::total_cmp(&number(a).unwrap_or(0.0), &number(b).unwrap_or(0.0))
            });
        }
        Ok(KindNames {
            name: self.name.to_owned(),
            values,
        })
    }
}

/// Returns a value as the name of a kind.
fn text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    }
}

/// Returns a key for natural sort order: `pos_2` before `pos_10`.
pub(super) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0)];
    let mut digits = String::new();
    let close = |digits: &mut String, parts: &mut Vec<(String, u64)>| {
        if let Some((_, number)) = parts.last_mut().filter(|_| !digits.is_empty()) {
            *number = digits.parse().unwrap_or(u64::MAX);
            digits.clear();
            parts.push((String::new(), 0));
        }
    };
    for letter in name.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        close(&mut digits, &mut parts);
        if let Some((text, _)) = parts.last_mut() {
            text.push(letter);
        }
    }
    close(&mut digits, &mut parts);
    // Names that differ only in leading zeros are compared as texts.
    parts.push((name.to_owned(), 0));
    parts
}

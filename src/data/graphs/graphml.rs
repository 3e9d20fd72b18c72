//! GraphML: graphs with typed attributes as XML.

use std::{collections::HashMap, path::Path};

use roxmltree::{Document, Node};

use super::{
    raw::{NodeIds, RawEdge, RawGraph, RawGraphs, Value, Values},
    text::syntax,
};
use crate::data::DataError;

/// Reads every graph of a GraphML file.
///
/// Types `int`, `long`, `float` and `double` are numbers, all others are texts. Several keys with
/// one name are one attribute, as networkx declares it for integers and floats. Defaults of keys
/// apply to nodes and edges without a value. Drawings of editors (data with nested elements) are
/// ignored.
pub(super) fn parse(path: &Path, text: &str, out: &mut RawGraphs) -> Result<(), DataError> {
    let document = Document::parse(text).map_err(|error| {
        let line = format!("line {}", error.pos().row);
        syntax(path, line, format!("not well-formed XML: {error}"))
    })?;
    let reader = Reader {
        path,
        document: &document,
        keys: HashMap::new(),
    };
    reader.read(out)
}

/// An attribute declared by a key.
struct Key {
    name: String,
    number: bool,
    boolean: bool,
    default: Option<Value>,
    nodes: bool,
    edges: bool,
}

struct Reader<'a> {
    path: &'a Path,
    document: &'a Document<'a>,
    /// In the order of the file, by id.
    keys: HashMap<String, (usize, Key)>,
}

impl<'a> Reader<'a> {
    fn read(mut self, out: &mut RawGraphs) -> Result<(), DataError> {
        let root = self.document.root_element();
        if root.tag_name().name() != "graphml" {
            let problem = format!("the root is <{}>, not <graphml>", root.tag_name().name());
            return Err(self.wrong(root, problem));
        }
        for element in children(root, "key") {
            let key = self.key(element)?;
            let id = self.attribute(element, "id")?;
            let place = self.keys.len();
            self.keys.insert(id.to_owned(), (place, key));
        }
        for (number, element) in children(root, "graph").enumerate() {
            let graph = self.graph(element, number + 1, out)?;
            out.graphs.push(graph);
        }
        Ok(())
    }

    fn key(&self, element: Node<'_, '_>) -> Result<Key, DataError> {
        let name = element.attribute("attr.name").or(element.attribute("id"));
        let number = matches!(
            element.attribute("attr.type"),
            Some("int" | "long" | "float" | "double" | "integer")
        );
        let domain = element.attribute("for").unwrap_or("all");
        let mut key = Key {
            name: name.unwrap_or_default().to_owned(),
            number,
            boolean: element.attribute("attr.type") == Some("boolean"),
            default: None,
            nodes: matches!(domain, "node" | "all"),
            edges: matches!(domain, "edge" | "all"),
        };
        let default = children(element, "default").next();
        key.default = match default.filter(|default| !has_elements(*default)) {
            Some(default) => Some(self.value(default, &key)?),
            None => None,
        };
        Ok(key)
    }

    fn graph(
        &self,
        element: Node<'_, '_>,
        number: usize,
        out: &mut RawGraphs,
    ) -> Result<RawGraph, DataError> {
        let mut graph = RawGraph::new(self.path, number);
        let directed = |text: Option<&str>| matches!(text, Some("directed" | "true"));
        graph.directed = directed(element.attribute("edgedefault"));
        let mut ids = NodeIds::default();
        let mut edges = Vec::new();
        for part in element.children().filter(Node::is_element) {
            match part.tag_name().name() {
                "node" => {
                    let id = self.attribute(part, "id")?;
                    if children(part, "graph").next().is_some() {
                        return Err(self.wrong(part, format!("node {id} contains a nested graph")));
                    }
                    let values = self.values(part, true, out)?;
                    if ids.insert(id, &mut graph, values).is_none() {
                        return Err(self.wrong(part, format!("node {id} is listed twice")));
                    }
                }
                "edge" => edges.push(part),
                "hyperedge" => {
                    let problem = "hyperedges are not supported";
                    return Err(self.wrong(part, problem.to_owned()));
                }
                _ => {}
            }
        }
        for part in edges {
            let end = |side: &str| -> Result<usize, DataError> {
                let id = self.attribute(part, side)?;
                let missing =
                    || self.wrong(part, format!("{side} {id} is not a node of the graph"));
                ids.get(id).ok_or_else(missing)
            };
            let ends = [end("source")?, end("target")?];
            graph.directed |= directed(part.attribute("directed"));
            let values = self.values(part, false, out)?;
            graph.edges.push(RawEdge { ends, values });
        }
        Ok(graph)
    }

    /// Returns the values of a node or edge, in the order of the keys.
    fn values(
        &self,
        element: Node<'_, '_>,
        of_node: bool,
        out: &mut RawGraphs,
    ) -> Result<Values, DataError> {
        let mut found: Vec<Option<Value>> = vec![None; self.keys.len()];
        for data in children(element, "data") {
            let id = self.attribute(data, "key")?;
            let Some((place, key)) = self.keys.get(id) else {
                return Err(self.wrong(data, format!("key {id} is not declared")));
            };
            if has_elements(data) {
                out.passed_over.number(&key.name);
                continue;
            }
            found[*place] = Some(self.value(data, key)?);
        }
        let names = match of_node {
            true => &mut out.node_names,
            false => &mut out.edge_names,
        };
        let mut keys: Vec<&(usize, Key)> = self.keys.values().collect();
        keys.sort_by_key(|(place, _)| *place);
        let values = keys.into_iter().filter_map(|(place, key)| {
            let applies = if of_node { key.nodes } else { key.edges };
            let own = found[*place].take();
            let value = own.or_else(|| key.default.clone().filter(|_| applies))?;
            Some((names.number(&key.name), value))
        });
        Ok(values.collect())
    }

    fn value(&self, element: Node<'_, '_>, key: &Key) -> Result<Value, DataError> {
        let text = element.text().unwrap_or_default();
        if key.boolean {
            // Python capitalizes them.
            return Ok(Value::Text(text.trim().to_lowercase()));
        }
        if !key.number {
            return Ok(Value::Text(text.to_owned()));
        }
        let number = text.trim().parse().map(Value::Number);
        number.map_err(|_| self.wrong(element, format!("{} is {text:?}, not a number", key.name)))
    }

    fn attribute<'n>(&self, element: Node<'n, '_>, name: &str) -> Result<&'n str, DataError> {
        element.attribute(name).ok_or_else(|| {
            let tag = element.tag_name().name();
            self.wrong(element, format!("<{tag}> without {name}"))
        })
    }

    fn wrong(&self, element: Node<'_, '_>, problem: String) -> DataError {
        let line = self.document.text_pos_at(element.range().start).row;
        syntax(self.path, format!("line {line}"), problem)
    }
}

fn children<'a, 'i>(
    element: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    let elements = element.children().filter(Node::is_element);
    elements.filter(move |child| child.tag_name().name() == name)
}

fn has_elements(node: Node<'_, '_>) -> bool {
    node.children().any(|child| child.is_element())
}

//! Graphs as read from files, before validation.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
}

impl Value {
    /// Parses text of an untyped format: a number if possible.
    pub(super) fn guessed(text: &str) -> Self {
        match text.parse() {
            Ok(number) => Self::Number(number),
            Err(_) => Self::Text(text.to_owned()),
        }
    }
}

/// Attribute values by the index of the name in [`Names`].
pub(super) type Values = Vec<(usize, Value)>;

/// Names of attributes, in order of first occurrence.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(super) fn all(&self) -> &[String] {
        &self.names
    }
}

/// One graph.
#[derive(Clone, Debug)]
pub(super) struct RawGraph {
    /// The file.
    pub(super) path: PathBuf,
    /// Its name in the file, or its number from 1.
    pub(super) name: String,
    pub(super) directed: bool,
    /// Whether the format lists each undirected edge in both directions.
    pub(super) both_directions: bool,
    pub(super) nodes: Vec<RawNode>,
    pub(super) edges: Vec<RawEdge>,
}

#[derive(Clone, Debug)]
pub(super) struct RawNode {
    /// Its name in the file.
    pub(super) id: String,
    pub(super) values: Values,
}

#[derive(Clone, Debug)]
pub(super) struct RawEdge {
    pub(super) ends: [usize; 2],
    pub(super) values: Values,
}

impl RawGraph {
    pub(super) fn new(path: &Path, name: impl ToString) -> Self {
        Self {
            path: path.into(),
            name: name.to_string(),
            directed: false,
            both_directions: false,
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// Returns the description of the graph in messages.
    pub(super) fn place(&self) -> String {
        format!("graph {}", self.name)
    }
}

/// All graphs of the files, and the ignored attributes.
#[derive(Clone, Debug, Default)]
pub(super) struct RawGraphs {
    pub(super) node_names: Names,
    pub(super) edge_names: Names,
    pub(super) graphs: Vec<RawGraph>,
    /// Ignored attributes, such as drawings of an editor.
    pub(super) passed_over: Names,
}

/// Nodes of one graph by name, in order of first occurrence.
#[derive(Default)]
pub(super) struct NodeIds {
    numbers: HashMap<String, usize>,
}

impl NodeIds {
    pub(super) fn get(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Adds a node; returns `None` if the name exists.
    pub(super) fn insert(
        &mut self,
        id: &str,
        graph: &mut RawGraph,
        values: Values,
    ) -> Option<usize> {
        let number = graph.nodes.len();
        if self.numbers.contains_key(id) {
            return None;
        }
        self.numbers.insert(id.to_owned(), number);
        graph.nodes.push(RawNode {
            id: id.to_owned(),
            values,
        });
        Some(number)
    }

    /// Returns the node with this name, and adds it if necessary.
    pub(super) fn get_or_insert(&mut self, id: &str, graph: &mut RawGraph) -> usize {
        match self.get(id) {
            Some(number) => number,
            None => self.insert(id, graph, Vec::new()).unwrap_or_default(),
        }
    }
}

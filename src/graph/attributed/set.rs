use super::AttributeNames;
use crate::graph::{GraphError, GraphTopology};

/// Values of the attributes of one graph's nodes, or edges, in the order of [`AttributeNames`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// For each numeric attribute, its value at each node or edge.
    pub numbers: Vec<Vec<f64>>,
    /// For each categorical attribute, the number of its kind at each node or edge.
    pub kinds: Vec<Vec<usize>>,
}

/// One graph and the attributes of its nodes and edges.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributedGraph {
    /// The structure.
    pub topology: GraphTopology,
    /// Attributes of nodes.
    pub nodes: Attributes,
    /// Attributes of edges, in the order of the topology's edges.
    pub edges: Attributes,
}

impl AttributedGraph {
    /// Creates a graph without attributes.
    pub fn plain(topology: GraphTopology) -> Self {
        Self {
            topology,
            nodes: Attributes::default(),
            edges: Attributes::default(),
        }
    }

    /// Returns the first kind of each node; 0 if nodes have no kinds.
    pub fn node_kinds(&self) -> Vec<usize> {
        self.nodes.first_kinds(self.topology.node_count())
    }

    /// Returns the first kind of each edge, in the order of the topology's edges; 0 if edges have
    /// no kinds.
    pub fn edge_kinds(&self) -> Vec<usize> {
        self.edges.first_kinds(self.topology.edge_count())
    }
}

impl Attributes {
    fn first_kinds(&self, rows: usize) -> Vec<usize> {
        let kinds = self.kinds.first();
        kinds.cloned().unwrap_or_else(|| vec![0; rows])
    }
}

/// Graphs that all have the same attributes; checked at construction.
///
/// Inputs of models: [`node_kinds`](AttributedGraph::node_kinds) and
/// [`edge_kinds`](AttributedGraph::edge_kinds) are the categories of a graph,
/// [`with_joined_kinds`](Self::with_joined_kinds) combines several kinds into one, and
/// [`to_placed`](Self::to_placed) returns graphs with coordinates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributedGraphs {
    nodes: AttributeNames,
    edges: AttributeNames,
    graphs: Vec<AttributedGraph>,
}

impl AttributedGraphs {
    /// Creates a set of graphs with the names of their attributes.
    ///
    /// # Errors
    /// Returns an error if two attributes of nodes or of edges have the same name, if a topology
    /// does not hold one graph, or if a graph lacks a value of an attribute. Numbers must be
    /// finite, and kinds must have a name.
    pub fn new(
        nodes: AttributeNames,
        edges: AttributeNames,
        graphs: Vec<AttributedGraph>,
    ) -> Result<Self, GraphError> {
        check_names("nodes", &nodes)?;
        check_names("edges", &edges)?;
        for (number, graph) in graphs.iter().enumerate() {
            let topology = &graph.topology;
            topology
                .check_single()
                .map_err(|reason| GraphError::InSet {
                    graph: number,
                    reason: Box::new(reason),
                })?;
            let (node_count, edge_count) = (topology.node_count(), topology.edge_count());
            check(number, "nodes", &nodes, &graph.nodes, node_count)?;
            check(number, "edges", &edges, &graph.edges, edge_count)?;
        }
        Ok(Self {
            nodes,
            edges,
            graphs,
        })
    }

    /// Creates a set of graphs without attributes.
    ///
    /// # Errors
    /// Returns an error if a topology does not hold one graph.
    pub fn plain(topologies: impl IntoIterator<Item = GraphTopology>) -> Result<Self, GraphError> {
        let graphs = topologies.into_iter().map(AttributedGraph::plain);
        let none = AttributeNames::default;
        Self::new(none(), none(), graphs.collect())
    }

    /// Returns the attributes of nodes.
    pub fn node_names(&self) -> &AttributeNames {
        &self.nodes
    }

    /// Returns the attributes of edges.
    pub fn edge_names(&self) -> &AttributeNames {
        &self.edges
    }

    /// Returns the graphs.
    pub fn graphs(&self) -> &[AttributedGraph] {
        &self.graphs
    }

    /// Returns the number of graphs.
    pub fn len(&self) -> usize {
        self.graphs.len()
    }

    /// Returns whether there are no graphs.
    pub fn is_empty(&self) -> bool {
        self.graphs.is_empty()
    }

    /// Returns the names of the attributes of nodes and of edges, and the graphs.
    pub fn into_parts(self) -> (AttributeNames, AttributeNames, Vec<AttributedGraph>) {
        (self.nodes, self.edges, self.graphs)
    }

    /// Same as [`new`](Self::new), without checks.
    pub(super) fn checked(
        nodes: AttributeNames,
        edges: AttributeNames,
        graphs: Vec<AttributedGraph>,
    ) -> Self {
        Self {
            nodes,
            edges,
            graphs,
        }
    }
}

fn check_names(what: &'static str, names: &AttributeNames) -> Result<(), GraphError> {
    let all: Vec<&str> = names.all().collect();
    let twice = (1..all.len()).find(|&at| all[..at].contains(&all[at]));
    match twice {
        None => Ok(()),
        Some(at) => Err(GraphError::DuplicateAttribute {
            what,
            name: all[at].to_owned(),
        }),
    }
}

fn check(
    graph: usize,
    what: &'static str,
    names: &AttributeNames,
    values: &Attributes,
    rows: usize,
) -> Result<(), GraphError> {
    let counts = [
        (names.numbers.len(), values.numbers.len()),
        (names.kinds.len(), values.kinds.len()),
    ];
    for (expected, found) in counts {
        if expected != found {
            return Err(GraphError::AttributeCount {
                graph,
                what,
                expected,
                found,
            });
        }
    }
    let numbers = values.numbers.iter().map(Vec::len);
    let lengths = numbers.chain(values.kinds.iter().map(Vec::len));
    for (name, found) in names.all().zip(lengths) {
        if found != rows {
            return Err(GraphError::AttributeLength {
                graph,
                what,
                name: name.to_owned(),
                expected: rows,
                found,
            });
        }
    }
    for (name, numbers) in names.numbers.iter().zip(&values.numbers) {
        if let Some(&value) = numbers.iter().find(|value| !value.is_finite()) {
            return Err(GraphError::AttributeNotFinite {
                graph,
                name: name.clone(),
                value,
            });
        }
    }
    for (names, kinds) in names.kinds.iter().zip(&values.kinds) {
        let count = names.values.len();
        if let Some(&kind) = kinds.iter().find(|&&kind| kind >= count) {
            return Err(GraphError::AttributeKind {
                graph,
                name: names.name.clone(),
                kind,
                count,
            });
        }
    }
    Ok(())
}

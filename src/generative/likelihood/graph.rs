use serde::{Deserialize, Serialize};

use super::config::ValueBounds;
use crate::{
    generative::SampledGraph,
    graph::{GraphError, GraphTopology},
};

/// How much farther than the bounds a place may be that was rotated.
const ROUNDING: f32 = 1.0 + 1e-4;

/// One graph with categories at its nodes and edges, and real features of nodes, on the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypedGraph {
    /// The structure: one connected graph.
    pub topology: GraphTopology,
    /// The kind of each node, from 0; all 0 where nodes have no kinds.
    pub nodes: Vec<usize>,
    /// The kind of each edge, from 0, in the order of the topology's edges.
    pub edges: Vec<usize>,
    /// The mark of each node, such as the handedness of an atom: a second category that is drawn
    /// last. All 0 where there are no marks.
    pub marks: Vec<usize>,
    /// The real features of each node, such as coordinates; empty where there are none.
    #[serde(default)]
    pub values: Vec<Vec<f32>>,
}

impl TypedGraph {
    /// A graph without kinds and marks.
    pub fn untyped(topology: GraphTopology) -> Self {
        Self {
            nodes: vec![0; topology.node_count()],
            edges: vec![0; topology.edge_count()],
            marks: vec![0; topology.node_count()],
            values: Vec::new(),
            topology,
        }
    }

    /// Checks that every node has real features within bounds.
    ///
    /// # Errors
    /// Returns an error that names the first node that has not.
    pub(super) fn check_values(&self, bounds: &ValueBounds) -> Result<(), TypedGraphError> {
        let nodes = self.topology.node_count();
        if self.values.len() != nodes {
            return Err(TypedGraphError::Length {
                what: "rows of real features",
                expected: nodes,
                found: self.values.len(),
            });
        }
        // Rotated values are in a ball, not in the box around it.
        let limits = bounds.low.iter().zip(&bounds.high);
        for (node, value) in self.values.iter().enumerate() {
            let is_inside = |(x, (low, high)): (&f32, (&f32, &f32))| (*low..=*high).contains(x);
            let radius = value.iter().map(|x| x * x).sum::<f32>().sqrt();
            let fits = value.len() == bounds.width()
                && value.iter().zip(limits.clone()).all(is_inside)
                && (!bounds.rotated || radius <= bounds.high[0] * ROUNDING);
            if !fits {
                return Err(TypedGraphError::Value {
                    node,
                    value: value.clone(),
                    bounds: bounds.clone(),
                });
            }
        }
        Ok(())
    }

    /// Checks that the graph is one connected graph with kinds that exist.
    ///
    /// # Errors
    /// [`TypedGraphError`] names the first thing that does not fit.
    pub fn check(&self, kinds: &GraphKinds) -> Result<(), TypedGraphError> {
        self.topology.check_single()?;
        self.topology.check_connected()?;
        let lists = [
            (
                "node kinds",
                &self.nodes,
                self.topology.node_count(),
                kinds.nodes,
            ),
            (
                "edge kinds",
                &self.edges,
                self.topology.edge_count(),
                kinds.edges,
            ),
            (
                "marks",
                &self.marks,
                self.topology.node_count(),
                kinds.marks,
            ),
        ];
        for (what, list, expected, count) in lists {
            if list.len() != expected {
                return Err(TypedGraphError::Length {
                    what,
                    expected,
                    found: list.len(),
                });
            }
            if let Some(&kind) = list.iter().find(|&&kind| kind >= count.max(1)) {
                return Err(TypedGraphError::Kind { what, kind, count });
            }
        }
        Ok(())
    }
}

impl From<&TypedGraph> for SampledGraph {
    /// Two categories for each node: its kind and its mark; and its real features.
    fn from(graph: &TypedGraph) -> Self {
        let nodes = graph.nodes.iter().zip(&graph.marks);
        Self {
            topology: graph.topology.clone(),
            categories: nodes.map(|(&kind, &mark)| vec![kind, mark]).collect(),
            values: graph.values.clone(),
            kinds: graph.edges.clone(),
        }
    }
}

impl From<&SampledGraph> for TypedGraph {
    /// The first category of each node is its kind, the second its mark; 0 where there are none.
    fn from(graph: &SampledGraph) -> Self {
        let category = |block: usize| {
            let nodes = graph.categories.iter();
            let found = nodes
                .map(|node| node.get(block).copied().unwrap_or(0))
                .collect();
            match graph.categories.is_empty() {
                true => vec![0; graph.topology.node_count()],
                false => found,
            }
        };
        Self {
            nodes: category(0),
            marks: category(1),
            edges: graph.kinds.clone(),
            values: graph.values.clone(),
            topology: graph.topology.clone(),
        }
    }
}

/// A [`TypedGraph`] that a model cannot take.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TypedGraphError {
    /// Not one connected graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A list of another length than the graph has nodes or edges.
    #[error("{found} {what} were given for a graph that needs {expected}")]
    Length {
        /// The list.
        what: &'static str,
        /// Entries that are needed.
        expected: usize,
        /// Entries that were given.
        found: usize,
    },
    /// A kind that does not exist.
    #[error("{what}: {kind} is not one of the {count} kinds, counted from 0")]
    Kind {
        /// The list.
        what: &'static str,
        /// The kind.
        kind: usize,
        /// Number of kinds.
        count: usize,
    },
    /// Real features that are too many, too few or out of bounds.
    #[error(
        "node {node} has the real features {value:?}: they should be from {:?} to {:?}",
        bounds.low, bounds.high
    )]
    Value {
        /// The node, counted from 0.
        node: usize,
        /// Its real features.
        value: Vec<f32>,
        /// The bounds of the model.
        bounds: ValueBounds,
    },
    /// A graph that is larger than any that the model was made for.
    #[error(
        "a graph of {nodes} nodes is too large for this model, which was made for up to {most}"
    )]
    TooLarge {
        /// Nodes of the graph.
        nodes: usize,
        /// Nodes of the largest graph that the model takes.
        most: usize,
    },
}

/// Numbers of categories of nodes and edges, and how many bonds they allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphKinds {
    /// Kinds of nodes; 0 or 1 where nodes have none.
    pub nodes: usize,
    /// Kinds of edges; 0 or 1 where edges have none.
    pub edges: usize,
    /// Marks of nodes; 0 or 1 where there are none.
    pub marks: usize,
    /// How many bonds nodes of each kind can have and edges of each kind count for, where there
    /// is a limit: an input of the model, and the legal masks of sampling.
    pub capacities: Option<Capacities>,
}

/// How many bonds each kind of node can have, and how many each kind of edge counts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacities {
    /// For each kind of node.
    pub nodes: Vec<usize>,
    /// For each kind of edge: 1, 2, 3 for single, double and triple bonds.
    pub edges: Vec<usize>,
}

impl Capacities {
    /// The most bonds that any kind of node can have.
    pub(super) fn largest(&self) -> usize {
        self.nodes.iter().copied().max().unwrap_or(0)
    }

    /// What the kind of edge that counts least counts for.
    pub(super) fn least(&self) -> usize {
        self.edges.iter().copied().min().unwrap_or(1)
    }
}

impl GraphKinds {
    /// Graphs without categories.
    pub fn none() -> Self {
        Self {
            nodes: 1,
            edges: 1,
            marks: 1,
            capacities: None,
        }
    }

    /// Whether anything is drawn after the structure.
    pub fn any(&self) -> bool {
        self.nodes > 1 || self.edges > 1 || self.marks > 1
    }
}

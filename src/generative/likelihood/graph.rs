use serde::{Deserialize, Serialize};

use crate::{
    generative::{GenerativeError, SampledGraph},
    graph::GraphTopology,
};

/// Tolerance factor of the bounds for rotated coordinates.
const ROUNDING: f32 = 1.0 + 1e-4;

/// One graph with categories of nodes and edges and real features of nodes, on the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypedGraph {
    /// The structure: one connected graph.
    pub topology: GraphTopology,
    /// The kind of each node, from 0; all 0 if nodes have no kinds.
    pub nodes: Vec<usize>,
    /// The kind of each edge, from 0, in the order of the topology's edges.
    pub edges: Vec<usize>,
    /// The mark of each node, such as the handedness of an atom. This is a second category, which
    /// is drawn last. All 0 if there are no marks.
    pub marks: Vec<usize>,
    /// The real features of each node, such as coordinates; empty if there are none.
    #[serde(default)]
    pub values: Vec<Vec<f32>>,
}

/// Bounds of the real features of nodes, such as coordinates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueBounds {
    /// The smallest value of each feature.
    pub low: Vec<f32>,
    /// The largest value of each feature.
    pub high: Vec<f32>,
    /// Whether graphs have no orientation. If so, the three coordinates of a graph are rotated
    /// about the origin, by a new random rotation each time in training.
    pub rotated: bool,
}

impl ValueBounds {
    /// Creates bounds from the smallest and largest values of graphs.
    pub fn of<'a>(graphs: impl IntoIterator<Item = &'a TypedGraph>) -> Self {
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for value in graphs.into_iter().flat_map(|graph| &graph.values) {
            low.resize(value.len(), f32::INFINITY);
            high.resize(value.len(), f32::NEG_INFINITY);
            for (axis, &value) in value.iter().enumerate() {
                low[axis] = value.min(low[axis]);
                high[axis] = value.max(high[axis]);
            }
        }
        Self {
            low,
            high,
            rotated: false,
        }
    }

    /// Creates the bounds of graphs without orientation: the ball around the origin that contains
    /// all coordinates.
    pub fn rotated<'a>(graphs: impl IntoIterator<Item = &'a TypedGraph>) -> Self {
        let values = graphs.into_iter().flat_map(|graph| &graph.values);
        let squares = values.map(|value| value.iter().map(|x| x * x).sum::<f32>());
        let radius = squares.fold(0.0, f32::max).sqrt();
        Self {
            low: vec![-radius; 3],
            high: vec![radius; 3],
            rotated: true,
        }
    }

    /// Returns the number of features of a node.
    pub fn width(&self) -> usize {
        self.low.len()
    }
}

impl TypedGraph {
    /// Creates a graph without kinds and marks.
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
    /// Returns an error for the first node without them.
    pub(super) fn check_values(&self, bounds: &ValueBounds) -> Result<(), GenerativeError> {
        let nodes = self.topology.node_count();
        if self.values.len() != nodes {
            return Err(GenerativeError::Count {
                object: "the graph",
                what: "rows of real features",
                expected: nodes,
                found: self.values.len(),
            });
        }
        // Rotated values lie in a ball, not in the box around it.
        let limits = bounds.low.iter().zip(&bounds.high);
        for (node, value) in self.values.iter().enumerate() {
            let is_inside = |(x, (low, high)): (&f32, (&f32, &f32))| (*low..=*high).contains(x);
            let radius = value.iter().map(|x| x * x).sum::<f32>().sqrt();
            let fits = value.len() == bounds.width()
                && value.iter().zip(limits.clone()).all(is_inside)
                && (!bounds.rotated || radius <= bounds.high[0] * ROUNDING);
            if !fits {
                return Err(GenerativeError::Value {
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
    /// Returns [`GenerativeError`] for the first mismatch.
    pub fn check(&self, kinds: &GraphKinds) -> Result<(), GenerativeError> {
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
                return Err(GenerativeError::Count {
                    object: "the graph",
                    what,
                    expected,
                    found: list.len(),
                });
            }
            if let Some(&kind) = list.iter().find(|&&kind| kind >= count.max(1)) {
                return Err(GenerativeError::Category {
                    what,
                    category: kind,
                    count,
                });
            }
        }
        Ok(())
    }
}

impl From<&TypedGraph> for SampledGraph {
    /// Each node has two categories, its kind and its mark, and its real features.
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
    /// The first category of each node is its kind, the second its mark; 0 if there are none.
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

/// Numbers of categories of nodes and edges, and the bonds that they allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphKinds {
    /// Number of kinds of nodes; 0 or 1 if nodes have none.
    pub nodes: usize,
    /// Number of kinds of edges; 0 or 1 if edges have none.
    pub edges: usize,
    /// Number of marks of nodes; 0 or 1 if there are none.
    pub marks: usize,
    /// Limits of the numbers of bonds, if any: an input of the model, and the mask for legal
    /// valences in sampling.
    pub capacities: Option<Capacities>,
}

/// Maximum number of bonds of each kind of node, and number of bonds of each kind of edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacities {
    /// For each kind of node.
    pub nodes: Vec<usize>,
    /// For each kind of edge: 1, 2, 3 for single, double and triple bonds.
    pub edges: Vec<usize>,
}

impl Capacities {
    /// Returns the largest number of bonds of any kind of node.
    pub(super) fn largest(&self) -> usize {
        self.nodes.iter().copied().max().unwrap_or(0)
    }

    /// Returns the smallest number of bonds of any kind of edge.
    pub(super) fn least(&self) -> usize {
        self.edges.iter().copied().min().unwrap_or(1)
    }
}

impl GraphKinds {
    /// Creates the kinds of graphs without categories.
    pub fn none() -> Self {
        Self {
            nodes: 1,
            edges: 1,
            marks: 1,
            capacities: None,
        }
    }

    /// Returns whether there is a category to draw after the structure.
    pub fn any(&self) -> bool {
        self.nodes > 1 || self.edges > 1 || self.marks > 1
    }
}

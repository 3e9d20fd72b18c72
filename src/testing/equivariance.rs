use std::fmt;

use burn::tensor::Tensor;
use rand::{Rng, seq::SliceRandom};

use crate::graph::{GraphBatch, GraphError, GraphTopology, indices, select_rows};

/// Meaning of the rows of a layer's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nodes, in their order.
    Nodes,
    /// Edges, in their order.
    Edges,
    /// Graphs, in their order.
    Graphs,
}

/// Error for two outputs that differ.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputMismatch {
    /// The sizes differ.
    Shape {
        /// The expected size.
        expected: [usize; 2],
        /// The actual size.
        found: [usize; 2],
    },
    /// A value differs.
    Value {
        /// The row of the output.
        row: usize,
        /// The column of the output.
        column: usize,
        /// The expected value.
        expected: f64,
        /// The actual value.
        found: f64,
    },
}

impl fmt::Display for OutputMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { expected, found } => {
                write!(f, "the output is {found:?} and should be {expected:?}")
            }
            Self::Value {
                row,
                column,
                expected,
                found,
            } => write!(
                f,
                "row {row}, column {column} is {found} and should be {expected}"
            ),
        }
    }
}

impl std::error::Error for OutputMismatch {}

/// Checks that a layer does not depend on the order of nodes and edges.
///
/// The nodes and edges of every graph are shuffled. Output rows for nodes or edges must be shuffled
/// in the same way, and those for graphs must not change. The tolerance of a value is `tolerance ·
/// (1 + |value|)`.
///
/// Consumes the draws of one shuffle of each graph's nodes, then of one of each graph's edges.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use fireweed::{
///     graph::{GraphBatch, GraphTopology},
///     nn::GraphConvConfig,
///     testing::{Output, check_permutation_equivariance},
/// };
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let device = Device::flex();
/// let path = GraphTopology::single(4, vec![[0, 1], [1, 2], [2, 3]])?;
/// let x = Tensor::random([4, 3], Distribution::Default, &device);
/// let graphs = GraphBatch::without_edge_features(path, x)?;
/// let layer = GraphConvConfig::new(3, 2).init(&device);
/// let mut rng = ChaCha8Rng::seed_from_u64(0);
/// check_permutation_equivariance(&graphs, Output::Nodes, 1e-5, &mut rng, |g| layer.forward(g))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns [`OutputMismatch`] for the first mismatch, in the shuffled order.
///
/// # Panics
/// Panics if the output does not have the rows stated by `output`.
pub fn check_permutation_equivariance(
    graphs: &GraphBatch,
    output: Output,
    tolerance: f64,
    rng: &mut impl Rng,
    layer: impl Fn(&GraphBatch) -> Tensor<2>,
) -> Result<(), OutputMismatch> {
    let order = shuffled_nodes(graphs.topology(), rng);
    let mut edge_order: Vec<usize> = (0..graphs.topology().edge_count()).collect();
    for graph in 0..graphs.topology().graph_count() {
        edge_order[graphs.topology().edges_of(graph)].shuffle(rng);
    }
    let shuffled = shuffled(graphs, &order, &edge_order)
        .unwrap_or_else(|error| unreachable!("nodes and edges stay in their graph: {error}"));
    let (original, permuted) = (Rows::read(layer(graphs)), Rows::read(layer(&shuffled)));
    let expected = match output {
        Output::Nodes => original.picked(&order),
        Output::Edges => original.picked(&edge_order),
        Output::Graphs => original,
    };
    permuted.compare(&expected, tolerance)
}

/// The batch with nodes and edges in another order.
fn shuffled(
    graphs: &GraphBatch,
    order: &[usize],
    edge_order: &[usize],
) -> Result<GraphBatch, GraphError> {
    let renamed = graphs.reordered(order)?;
    let topology = renamed.topology();
    let edges = edge_order.iter().map(|&edge| topology.edges()[edge]);
    let node_counts: Vec<usize> = topology.node_counts().collect();
    let topology = GraphTopology::new(&node_counts, edges.collect())?;
    let features = select_rows(renamed.edges(), &indices(edge_order, &graphs.device()));
    GraphBatch::new(topology, renamed.nodes(), features)
}

/// Checks that the graphs of a batch are independent of each other.
///
/// The layer is applied to the batch and to each of its graphs alone. The rows must agree up to
/// `tolerance · (1 + |value|)`.
///
/// # Errors
/// Returns [`OutputMismatch`] for the first mismatch.
pub fn check_batch_independence(
    graphs: &GraphBatch,
    tolerance: f64,
    layer: impl Fn(&GraphBatch) -> Tensor<2>,
) -> Result<(), OutputMismatch> {
    let together = Rows::read(layer(graphs));
    let mut alone = Rows {
        values: Vec::new(),
        shape: [0, together.shape[1]],
    };
    for graph in graphs.unbatch() {
        let rows = Rows::read(layer(&graph));
        alone.shape[0] += rows.shape[0];
        alone.values.extend(rows.values);
    }
    together.compare(&alone, tolerance)
}

/// Returns a random order of the nodes of each graph, for [`GraphTopology::reordered`].
///
/// Consumes the draws of one shuffle of each graph's nodes.
pub fn shuffled_nodes(topology: &GraphTopology, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..topology.node_count()).collect();
    for graph in 0..topology.graph_count() {
        order[topology.nodes_of(graph)].shuffle(rng);
    }
    order
}

/// A tensor on the host.
struct Rows {
    values: Vec<f64>,
    shape: [usize; 2],
}

impl Rows {
    fn read(tensor: Tensor<2>) -> Self {
        let shape = tensor.dims();
        let values = tensor.into_data().convert::<f64>();
        Self {
            values: values.iter::<f64>().collect(),
            shape,
        }
    }

    fn picked(&self, rows: &[usize]) -> Self {
        let width = self.shape[1];
        let row = |row: &usize| self.values[row * width..(row + 1) * width].to_vec();
        Self {
            values: rows.iter().flat_map(row).collect(),
            shape: [rows.len(), width],
        }
    }

    fn compare(&self, expected: &Self, tolerance: f64) -> Result<(), OutputMismatch> {
        if self.shape != expected.shape {
            return Err(OutputMismatch::Shape {
                expected: expected.shape,
                found: self.shape,
            });
        }
        for (place, (&found, &expected)) in self.values.iter().zip(&expected.values).enumerate() {
            // Written so that NaN is a mismatch.
            let close = (found - expected).abs() <= tolerance * (1.0 + expected.abs());
            if !close {
                return Err(OutputMismatch::Value {
                    row: place / self.shape[1],
                    column: place % self.shape[1],
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }
}

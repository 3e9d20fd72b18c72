//! Inputs of the networks, gathered on the host.

use burn::tensor::{Device, Tensor, TensorData, activation::log_softmax};

use crate::graph::{GraphBatch, GraphTopology, indices, select_rows};

/// Structure with one-hot features of a batch of graphs.
#[derive(Clone, Debug, Default)]
pub(super) struct Inputs {
    pub(super) node_counts: Vec<usize>,
    pub(super) edges: Vec<[usize; 2]>,
    pub(super) nodes: Vec<f32>,
    pub(super) edge_features: Vec<f32>,
    pub(super) node_total: usize,
}

impl Inputs {
    /// Adds a row of one-hot blocks, each with its size and its category.
    pub(super) fn push_node(&mut self, blocks: &[(usize, usize)]) {
        push_one_hot(&mut self.nodes, blocks);
        self.node_total += 1;
    }

    pub(super) fn push_edge(&mut self, ends: [usize; 2], blocks: &[(usize, usize)]) {
        push_one_hot(&mut self.edge_features, blocks);
        self.edges.push(ends);
    }

    pub(super) fn into_graphs(self, widths: [usize; 2], device: &Device) -> GraphBatch {
        let edge_count = self.edges.len();
        let topology = GraphTopology::new(&self.node_counts, self.edges)
            .unwrap_or_else(|error| unreachable!("candidate graphs are simple: {error}"));
        let nodes = floats(self.nodes, [self.node_total, widths[0]], device);
        let edges = floats(self.edge_features, [edge_count, widths[1]], device);
        GraphBatch::new(topology, nodes, edges)
            .unwrap_or_else(|error| unreachable!("a row for each node and edge: {error}"))
    }
}

fn push_one_hot(to: &mut Vec<f32>, blocks: &[(usize, usize)]) {
    for &(size, category) in blocks {
        let start = to.len();
        to.resize(start + size, 0.0);
        to[start + category.min(size - 1)] = 1.0;
    }
}

pub(super) fn floats<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The open choices that a network is evaluated for: one row each, with one cell per option.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Start of the cells of each row, and end of the last row.
    offsets: Vec<usize>,
    allowed: Vec<bool>,
    /// The weight of each cell in the cross-entropy; empty outside training.
    targets: Vec<f32>,
}

impl Rows {
    pub(super) fn push(&mut self, allowed: bool, target: f32) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.allowed.push(allowed);
        self.targets.push(target);
    }

    pub(super) fn end_row(&mut self) {
        self.offsets.push(self.allowed.len());
    }

    pub(super) fn count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    pub(super) fn cells(&self) -> usize {
        self.allowed.len()
    }

    fn width(&self) -> usize {
        let lengths = self.offsets.windows(2).map(|pair| pair[1] - pair[0]);
        lengths.max().unwrap_or(0)
    }

    /// For each cell of the rows padded to one width: its number, or `None`.
    fn padded(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        let width = self.width();
        self.offsets.windows(2).flat_map(move |pair| {
            (0..width).map(move |k| pair[0] + k).map({
                let end = pair[1];
                move |cell| (cell < end).then_some(cell)
            })
        })
    }

    /// Returns the log-probabilities of the allowed cells of each row, from a score per cell.
    /// Padding and cells that are not allowed get less than −10⁸.
    ///
    /// # Shapes
    /// - scores: `[cells, 1]`, or `[rows, width]` if all rows have one width
    /// - output: `[rows, width]`
    pub(super) fn log_probs(&self, scores: Tensor<2>, device: &Device) -> Tensor<2> {
        let shape = [self.count(), self.width()];
        let scores = if scores.dims() == shape {
            scores
        } else {
            let cells: Vec<usize> = self.padded().map(|cell| cell.unwrap_or(0)).collect();
            select_rows(scores, &indices(&cells, device)).reshape(shape)
        };
        let mask = self.padded().map(|cell| match cell {
            Some(cell) if self.allowed[cell] => 0.0,
            _ => -1e9,
        });
        log_softmax(scores + floats(mask.collect(), shape, device), 1)
    }

    /// Returns the sum over all cells of weight times −log probability.
    pub(super) fn cross_entropy(&self, log_probs: Tensor<2>, device: &Device) -> Tensor<1> {
        let weights = self
            .padded()
            .map(|cell| cell.map_or(0.0, |cell| self.targets[cell]));
        let weights = floats(weights.collect(), [self.count(), self.width()], device);
        (log_probs * weights).sum().neg()
    }

    /// Returns the log-probabilities on the host, row by row, without padding.
    pub(super) fn read(&self, log_probs: Tensor<2>) -> Vec<Vec<f32>> {
        let width = self.width();
        let values = log_probs.into_data().convert::<f32>();
        let values: Vec<f32> = values.iter::<f32>().collect();
        let rows = values
            .chunks_exact(width.max(1))
            .zip(self.offsets.windows(2));
        rows.map(|(row, pair)| row[..pair[1] - pair[0]].to_vec())
            .collect()
    }

    /// Returns, for each row, the sum over its cells of weight times −log probability.
    pub(super) fn losses(&self, log_probs: Tensor<2>) -> Vec<f64> {
        let rows = self.read(log_probs);
        let rows = rows.iter().zip(&self.offsets);
        rows.map(|(row, &start)| {
            let terms = row.iter().zip(&self.targets[start..]);
            // A weight of 0 excludes cells that are not allowed.
            let terms = terms.filter(|(_, weight)| **weight != 0.0);
            -terms
                .map(|(&law, &weight)| f64::from(law) * f64::from(weight))
                .sum::<f64>()
        })
        .collect()
    }
}

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::graph::GraphTopology;

/// Number of nodes of the largest start graph of a chain of unpooling layers.
pub(super) const SMALLEST: usize = 3;

/// Returns the sizes of the graphs of a chain to `nodes` nodes, the smallest first; each layer at
/// most doubles the size.
pub(super) fn size_plan(nodes: usize) -> Vec<usize> {
    let mut sizes = vec![nodes];
    let mut size = nodes;
    while size > SMALLEST {
        size = size.div_ceil(2).max(SMALLEST);
        sizes.push(size);
    }
    sizes.reverse();
    sizes
}

/// Start graph of a chain: all connected graphs with up to three nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StartGraph {
    /// One node.
    Node,
    /// Two joined nodes.
    Edge,
    /// Three nodes, two edges.
    Path,
    /// Three nodes, three edges.
    Triangle,
}

impl StartGraph {
    /// Returns the variant of this graph, or `None` for other graphs.
    pub fn of(topology: &GraphTopology) -> Option<Self> {
        match (topology.node_count(), topology.edge_count()) {
            (1, 0) => Some(Self::Node),
            (2, 1) => Some(Self::Edge),
            (3, 2) => Some(Self::Path),
            (3, 3) => Some(Self::Triangle),
            _ => None,
        }
    }

    /// Returns the graph with its nodes in random order.
    ///
    /// Consumes one draw for a path, none for others.
    pub fn draw(self, rng: &mut impl Rng) -> GraphTopology {
        let (nodes, edges) = match self {
            Self::Node => (1, Vec::new()),
            Self::Edge => (2, vec![[0, 1]]),
            Self::Path => {
                let middle = rng.random_range(0..3);
                let ends = (0..3).filter(|&node| node != middle);
                (3, ends.map(|end| [middle, end]).collect())
            }
            Self::Triangle => (3, vec![[0, 1], [0, 2], [1, 2]]),
        };
        GraphTopology::single(nodes, edges)
            .unwrap_or_else(|error| unreachable!("these graphs are simple: {error}"))
    }
}

/// Number of joint occurrences of a number of nodes and a start graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SizeCount {
    nodes: usize,
    start: StartGraph,
    count: u64,
}

/// Distribution of the number of nodes and the start graph: their frequencies in the training data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeLaw {
    counts: Vec<SizeCount>,
}

impl SizeLaw {
    /// Counts pairs of a number of nodes and a start graph.
    pub fn new(pairs: impl IntoIterator<Item = (usize, StartGraph)>) -> Self {
        let mut counts = BTreeMap::new();
        for pair in pairs {
            *counts.entry(pair).or_insert(0) += 1;
        }
        let counts = counts.into_iter();
        Self {
            counts: counts
                .map(|((nodes, start), count)| SizeCount {
                    nodes,
                    start,
                    count,
                })
                .collect(),
        }
    }

    /// Returns whether no pair was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the largest number of nodes; 0 if nothing was counted.
    pub fn most_nodes(&self) -> usize {
        let nodes = self.counts.iter().map(|entry| entry.nodes);
        nodes.max().unwrap_or(0)
    }

    /// Draws a number of nodes and a start graph, or `None` if nothing was counted.
    ///
    /// Consumes one draw.
    pub fn draw(&self, rng: &mut impl Rng) -> Option<(usize, StartGraph)> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        let mut at = rng.random_range(0..total);
        self.counts.iter().find_map(|entry| {
            if at < entry.count {
                return Some((entry.nodes, entry.start));
            }
            at -= entry.count;
            None
        })
    }

    /// Returns the log-probability of a pair; −∞ if it was never counted.
    pub fn log_prob(&self, nodes: usize, start: StartGraph) -> f64 {
        let count = self
            .counts
            .iter()
            .find(|entry| (entry.nodes, entry.start) == (nodes, start))
            .map_or(0, |entry| entry.count);
        (count as f64 / self.total() as f64).ln()
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|entry| entry.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    #[test]
    fn plans_halve_down_to_three() {
        assert_eq!(size_plan(9), [3, 5, 9]);
        assert_eq!(size_plan(8), [3, 4, 8]);
        assert_eq!(size_plan(6), [3, 6]);
        assert_eq!(size_plan(38), [3, 5, 10, 19, 38]);
        assert_eq!(size_plan(4), [3, 4]);
        assert_eq!(size_plan(3), [3]);
        assert_eq!(size_plan(1), [1]);
    }

    #[test]
    fn frequencies_are_those_of_the_counts() {
        let law = SizeLaw::new(
            [(9, StartGraph::Path); 3]
                .into_iter()
                .chain([(1, StartGraph::Node)]),
        );
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let drawn = (0..4000)
            .filter(|_| law.draw(&mut rng).unwrap().0 == 9)
            .count();
        assert!(drawn.abs_diff(3000) < 4 * 27, "{drawn}");
        assert!((law.log_prob(9, StartGraph::Path) - 0.75f64.ln()).abs() < 1e-12);
        assert_eq!(law.log_prob(9, StartGraph::Triangle), f64::NEG_INFINITY);
        assert_eq!(SizeLaw::new([]).draw(&mut rng), None);
    }

    #[test]
    fn start_modes_draw_the_documented_sizes() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for start in [
            StartGraph::Node,
            StartGraph::Edge,
            StartGraph::Path,
            StartGraph::Triangle,
        ] {
            assert_eq!(StartGraph::of(&start.draw(&mut rng)), Some(start));
        }
    }
}

//! Inputs of the network of real features: a complete graph structure, and the known features of
//! nodes.

use rand::{Rng, RngExt};

use super::{
    graph::{GraphKinds, TypedGraph, ValueBounds},
    rows::Inputs,
};
use crate::graph::{GraphTopology, Rotation};

/// Categories of degrees: 0 to 7 and more.
const DEGREES: usize = 8;
/// Categories of the number of edges between two nodes: 1 to 7 and more.
const HOPS: usize = 7;
/// Number of bumps that encode a value, in addition to itself, from −1 to 1.
const BUMPS: usize = 12;
/// Number of entries that encode a value.
pub(super) const ENCODED: usize = BUMPS + 1;
/// Number of bumps that encode a distance, and their spacing.
const DISTANCES: usize = 24;
const DISTANCE_STEP: f32 = 0.1;
fn bump(distance: f32) -> f32 {
    (-0.5 * distance * distance).exp()
}

/// Encodes a value from −1 to 1.
pub(super) fn encode(value: f32, to: &mut Vec<f32>) {
    to.push(value);
    let step = 2.0 / (BUMPS - 1) as f32;
    to.extend((0..BUMPS).map(|k| bump((value + 1.0) / step - k as f32)));
}

/// Values of the nodes of a graph, scaled to −1 to 1; `None` if not known yet.
pub(super) type PartialValues = Vec<Option<Vec<f32>>>;

/// A graph whose values are drawn: the parts that do not change.
#[derive(Clone, Debug)]
pub(super) struct PairGraph {
    topology: GraphTopology,
    nodes: Vec<usize>,
    marks: Vec<usize>,
    /// For each pair i < j in order: the kind of the edge, if there is one, and the number of edges
    /// of the shortest path.
    pairs: Vec<(Option<usize>, usize)>,
}

impl PairGraph {
    pub(super) fn new(
        topology: &GraphTopology,
        nodes: &[usize],
        edges: &[usize],
        marks: &[usize],
    ) -> Self {
        let count = topology.node_count();
        let mut pairs = Vec::with_capacity(count * count.saturating_sub(1) / 2);
        for from in 0..count {
            let hops = hops(topology, from);
            let mut kinds = vec![None; count];
            for &end in topology.ends_at(from) {
                kinds[topology.other(end)] = Some(edges[end.edge]);
            }
            pairs.extend((from + 1..count).map(|to| (kinds[to], hops[to])));
        }
        Self {
            topology: topology.clone(),
            nodes: nodes.to_vec(),
            marks: marks.to_vec(),
            pairs,
        }
    }

    /// The mean of the known values of a node's neighbors; `None` if there are none.
    fn anchor(&self, values: &PartialValues, node: usize, width: usize) -> Option<Vec<f32>> {
        let ends = self.topology.ends_at(node).iter();
        let known = ends.filter_map(|&end| values[self.topology.other(end)].as_ref());
        let (mut sums, mut count) = (vec![0.0; width], 0.0f32);
        for value in known {
            sums.iter_mut().zip(value).for_each(|(sum, x)| *sum += x);
            count += 1.0;
        }
        (count > 0.0).then(|| sums.into_iter().map(|sum| sum / count).collect())
    }

    /// Returns the next nodes: those joined to one with values, or all if there are none.
    pub(super) fn frontier(&self, values: &PartialValues) -> Vec<usize> {
        let open = (0..values.len()).filter(|&node| values[node].is_none());
        let near: Vec<usize> = open
            .clone()
            .filter(|&node| {
                let ends = self.topology.ends_at(node).iter();
                ends.into_iter()
                    .any(|&end| values[self.topology.other(end)].is_some())
            })
            .collect();
        match near.is_empty() {
            true => open.collect(),
            false => near,
        }
    }
}

fn hops(topology: &GraphTopology, from: usize) -> Vec<usize> {
    let mut hops = vec![usize::MAX; topology.node_count()];
    hops[from] = 0;
    let mut queue = vec![from];
    let mut next = 0;
    while let Some(&node) = queue.get(next) {
        next += 1;
        for &end in topology.ends_at(node) {
            let other = topology.other(end);
            if hops[other] == usize::MAX {
                hops[other] = hops[node] + 1;
                queue.push(other);
            }
        }
    }
    hops
}

/// A batch for [`ValueNetwork`](super::values::ValueNetwork).
#[derive(Clone, Debug, Default)]
pub(super) struct ValueRows {
    pub(super) inputs: Inputs,
    /// The requested nodes.
    pub(super) rows: Vec<usize>,
    /// Their values, row by row.
    pub(super) truth: Vec<f32>,
    /// Their expected values, row by row.
    pub(super) anchors: Vec<f32>,
    pub(super) weights: Vec<f32>,
}

impl ValueRows {
    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }
}

/// Parameters that determine the width of inputs.
#[derive(Clone, Debug)]
pub(super) struct ValueInputs {
    pub(super) most_nodes: usize,
    pub(super) kinds: GraphKinds,
    pub(super) bounds: ValueBounds,
}

impl ValueInputs {
    /// Returns the widths of node and edge inputs.
    pub(super) fn widths(&self) -> [usize; 2] {
        let kinds = self.kinds.nodes.max(1) + self.kinds.marks.max(1);
        [
            kinds + DEGREES + self.most_nodes + 1 + 3 + self.bounds.width() * ENCODED,
            self.kinds.edges.max(1) + 1 + HOPS + 2 + 1 + DISTANCES,
        ]
    }

    /// Adds a graph and its requested nodes to a batch.
    ///
    /// Every pair of nodes is an edge of the batch, since nodes that are not joined are informative
    /// about each other's values too.
    pub(super) fn push(
        &self,
        batch: &mut ValueRows,
        graph: &PairGraph,
        values: &PartialValues,
        asked: &[usize],
    ) {
        let count = graph.topology.node_count();
        let first = batch.inputs.node_total;
        let width = self.bounds.width();
        let anchors: Vec<Option<Vec<f32>>> = (0..count)
            .map(|node| graph.anchor(values, node, width))
            .collect();
        let none = vec![0.0; width * ENCODED];
        for (node, value) in values.iter().enumerate() {
            batch.inputs.push_node(&[
                (self.kinds.nodes.max(1), graph.nodes[node]),
                (self.kinds.marks.max(1), graph.marks[node]),
                (DEGREES, graph.topology.degree(node)),
                (self.most_nodes + 1, count),
                (
                    3,
                    match (value, &anchors[node]) {
                        (Some(_), _) => 0,
                        (None, Some(_)) => 1,
                        (None, None) => 2,
                    },
                ),
            ]);
            match value.as_ref().or(anchors[node].as_ref()) {
                Some(value) => value
                    .iter()
                    .for_each(|&value| encode(value, &mut batch.inputs.nodes)),
                None => batch.inputs.nodes.extend_from_slice(&none),
            }
        }
        batch.inputs.node_counts.push(count);
        let kinds = self.kinds.edges.max(1);
        let pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| [i, j]));
        for ([i, j], &(kind, hops)) in pairs.zip(&graph.pairs) {
            let known = values[i].as_ref().zip(values[j].as_ref());
            batch.inputs.push_edge(
                [first + i, first + j],
                &[
                    (kinds + 1, kind.unwrap_or(kinds)),
                    (HOPS, hops - 1),
                    (2, usize::from(known.is_some())),
                ],
            );
            let features = &mut batch.inputs.edge_features;
            match known {
                Some((a, b)) => {
                    let distance = self.bounds.distance(a, b);
                    features.push(distance);
                    let bumps = (0..DISTANCES).map(|k| bump(distance / DISTANCE_STEP - k as f32));
                    features.extend(bumps);
                }
                None => features.extend([0.0; DISTANCES + 1]),
            }
        }
        for &node in asked {
            batch.rows.push(first + node);
            match &anchors[node] {
                Some(anchor) => batch.anchors.extend_from_slice(anchor),
                None => batch.anchors.extend(vec![0.0; width]),
            }
        }
    }

    /// Adds a graph with some of its values known. The sum over rows of weight times −log density
    /// is an unbiased estimate of that of all its values. Returns the number of nodes.
    ///
    /// Consumes draws for a rotation if values are rotated, then one draw and one more per known
    /// node.
    pub(super) fn push_random(
        &self,
        batch: &mut ValueRows,
        graph: &TypedGraph,
        rng: &mut impl Rng,
    ) -> usize {
        let all = self.bounds.drawn(&graph.values, rng);
        let count = all.len();
        let pairs = PairGraph::new(&graph.topology, &graph.nodes, &graph.edges, &graph.marks);
        let mut values: PartialValues = vec![None; count];
        for _ in 0..rng.random_range(0..count) {
            let next = pairs.frontier(&values);
            let node = next[rng.random_range(0..next.len())];
            values[node] = Some(all[node].clone());
        }
        let next = pairs.frontier(&values);
        self.push(batch, &pairs, &values, &next);
        let weight = count as f32 / next.len() as f32;
        for node in next {
            batch.truth.extend_from_slice(&all[node]);
            batch.weights.push(weight);
        }
        count
    }
}

impl ValueBounds {
    /// Returns values scaled to [−1, 1].
    pub(super) fn scaled(&self, value: &[f32]) -> Vec<f32> {
        let bounds = self.low.iter().zip(&self.high);
        let scaled = value.iter().zip(bounds).map(|(&value, (&low, &high))| {
            let scaled = 2.0 * (value - low) / (high - low) - 1.0;
            scaled.clamp(-1.0, 1.0)
        });
        scaled.collect()
    }

    /// Returns a value from its scaled value in [−1, 1].
    pub(super) fn unscaled(&self, axis: usize, scaled: f64) -> f32 {
        let [low, high] = [self.low[axis], self.high[axis]].map(f64::from);
        ((low + (scaled + 1.0) / 2.0 * (high - low)) as f32).clamp(self.low[axis], self.high[axis])
    }

    /// Returns the logarithm of the volume of one scaled unit cube.
    pub(super) fn log_volume(&self) -> f64 {
        let widths = self.low.iter().zip(&self.high);
        widths
            .map(|(&low, &high)| (f64::from(high - low) / 2.0).ln())
            .sum()
    }

    /// The distance of two scaled values, in units of half the mean width of the bounds.
    fn distance(&self, a: &[f32], b: &[f32]) -> f32 {
        let widths = || {
            self.low
                .iter()
                .zip(&self.high)
                .map(|(low, high)| high - low)
        };
        let mean = widths().sum::<f32>() / self.width() as f32;
        let squares = a.iter().zip(b).zip(widths());
        squares
            .map(|((a, b), width)| ((a - b) * width / mean).powi(2))
            .sum::<f32>()
            .sqrt()
    }

    /// The scaled values of a graph, rotated if configured.
    fn drawn(&self, values: &[Vec<f32>], rng: &mut impl Rng) -> Vec<Vec<f32>> {
        if !self.rotated {
            return values.iter().map(|value| self.scaled(value)).collect();
        }
        let rotation = Rotation::uniform(rng);
        let turned = values.iter().map(|value| {
            let place = std::array::from_fn(|axis| f64::from(value[axis]));
            self.scaled(&rotation.apply(place).map(|x| x as f32))
        });
        turned.collect()
    }
}

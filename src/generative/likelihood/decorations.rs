//! Inputs of the network of kinds: a complete structure and the kinds chosen so far.

use super::{
    graph::{GraphKinds, TypedGraph},
    rows::{Inputs, Rows},
};
use crate::graph::GraphTopology;

/// Categories of degrees: 0 to 7 and more.
const DEGREES: usize = 8;
/// Categories of the number of bonds that a node has left: 0 to 6 and more, and unknown.
const LEFT: usize = 8;
/// Largest ring that is distinguished.
const RING: usize = 9;
/// Categories of the smallest ring through an edge: none, and 3 to [`RING`].
const RINGS: usize = RING - 1;
/// Categories of the number of independent cycles.
const CYCLES: usize = 12;

/// The kinds of choices after the structure, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum TypePhase {
    /// The kinds of nodes.
    Nodes,
    /// The kinds of edges.
    Edges,
    /// The marks of nodes.
    Marks,
}

impl TypePhase {
    /// All phases in order.
    pub(super) const ALL: [Self; 3] = [Self::Nodes, Self::Edges, Self::Marks];
}

/// A structure whose kinds are drawn: the parts that do not change.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) topology: GraphTopology,
    rings: Vec<usize>,
}

impl Structure {
    pub(super) fn new(topology: GraphTopology) -> Self {
        let rings = smallest_rings(&topology);
        Self { topology, rings }
    }
}

/// Kinds and marks, some of them open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartialTypes {
    pub(super) nodes: Vec<Option<usize>>,
    pub(super) edges: Vec<Option<usize>>,
    pub(super) marks: Vec<Option<usize>>,
}

impl PartialTypes {
    /// Creates a state with all kinds open that have more than one value.
    pub(super) fn open(topology: &GraphTopology, kinds: &GraphKinds) -> Self {
        let list = |count, kinds: usize| vec![(kinds <= 1).then_some(0); count];
        Self {
            nodes: list(topology.node_count(), kinds.nodes),
            edges: list(topology.edge_count(), kinds.edges),
            marks: list(topology.node_count(), kinds.marks),
        }
    }

    /// Creates a state with the graph's kinds in earlier phases, and all open from `phase` on.
    pub(super) fn before(graph: &TypedGraph, kinds: &GraphKinds, phase: TypePhase) -> Self {
        let mut types = Self::open(&graph.topology, kinds);
        for earlier in TypePhase::ALL.into_iter().filter(|&now| now < phase) {
            let known = truth(graph, earlier).iter().map(|&kind| Some(kind));
            *types.list_mut(earlier) = known.collect();
        }
        types
    }

    pub(super) fn list(&self, phase: TypePhase) -> &[Option<usize>] {
        match phase {
            TypePhase::Nodes => &self.nodes,
            TypePhase::Edges => &self.edges,
            TypePhase::Marks => &self.marks,
        }
    }

    pub(super) fn list_mut(&mut self, phase: TypePhase) -> &mut Vec<Option<usize>> {
        match phase {
            TypePhase::Nodes => &mut self.nodes,
            TypePhase::Edges => &mut self.edges,
            TypePhase::Marks => &mut self.marks,
        }
    }

    /// Returns the phase of the next choice; `None` if all are made.
    pub(super) fn phase(&self) -> Option<TypePhase> {
        let is_open = |&phase: &TypePhase| self.list(phase).iter().any(Option::is_none);
        TypePhase::ALL.into_iter().find(is_open)
    }

    /// Returns the nodes or edges whose choice in a phase is open.
    pub(super) fn open_variables(&self, phase: TypePhase) -> Vec<usize> {
        let list = self.list(phase).iter().enumerate();
        list.filter(|(_, kind)| kind.is_none())
            .map(|(variable, _)| variable)
            .collect()
    }
}

/// Returns the true kinds of a phase.
pub(super) fn truth(graph: &TypedGraph, phase: TypePhase) -> &[usize] {
    match phase {
        TypePhase::Nodes => &graph.nodes,
        TypePhase::Edges => &graph.edges,
        TypePhase::Marks => &graph.marks,
    }
}

/// A batch for [`TypeNetwork`](super::types::TypeNetwork).
#[derive(Clone, Debug, Default)]
pub(super) struct TypeRows {
    pub(super) inputs: Inputs,
    pub(super) nodes: Rows,
    pub(super) node_rows: Vec<usize>,
    pub(super) edges: Rows,
    pub(super) edge_rows: Vec<usize>,
    pub(super) marks: Rows,
    pub(super) mark_rows: Vec<usize>,
}

/// Parameters that determine the width of inputs.
#[derive(Clone, Debug)]
pub(super) struct TypeInputs {
    pub(super) most_nodes: usize,
    pub(super) kinds: GraphKinds,
}

/// The requested kinds and their targets.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedTypes<'a> {
    pub(super) phase: TypePhase,
    pub(super) variables: &'a [usize],
    /// The true kinds of this phase with the weight of each variable.
    pub(super) truth: Option<(&'a [usize], f32)>,
}

impl TypeInputs {
    /// Returns the widths of node and edge inputs.
    pub(super) fn widths(&self) -> [usize; 2] {
        let kinds = self.kinds.nodes.max(1) + 1 + self.kinds.marks.max(1) + 1;
        let nodes = kinds + DEGREES + LEFT + self.most_nodes + 1 + TypePhase::ALL.len() + CYCLES;
        [nodes, self.kinds.edges.max(1) + 1 + RINGS]
    }

    /// Returns, for each node, the number of bonds that it has left if every open edge counts as
    /// the kind with the fewest bonds; `None` if its kind is open or has no limit.
    pub(super) fn bonds_left(
        &self,
        topology: &GraphTopology,
        types: &PartialTypes,
    ) -> Vec<Option<usize>> {
        let Some(capacities) = &self.kinds.capacities else {
            return vec![None; topology.node_count()];
        };
        let used = |node: usize| -> usize {
            let ends = topology.ends_at(node).iter();
            ends.map(|end| match types.edges[end.edge] {
                Some(kind) => capacities.edges[kind],
                None => capacities.least(),
            })
            .sum()
        };
        let kinds = types.nodes.iter().enumerate();
        kinds
            .map(|(node, kind)| kind.map(|kind| capacities.nodes[kind].saturating_sub(used(node))))
            .collect()
    }

    /// Adds a graph and the requested kinds to a batch.
    pub(super) fn push(
        &self,
        batch: &mut TypeRows,
        structure: &Structure,
        types: &PartialTypes,
        asked: AskedTypes,
    ) {
        let topology = &structure.topology;
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        let first_node = batch.inputs.node_total;
        let first_edge = batch.inputs.edges.len();
        let left = self.bonds_left(topology, types);
        let cycles = (edges + 1).saturating_sub(nodes);
        let node_kinds = self.kinds.nodes.max(1) + 1;
        let mark_kinds = self.kinds.marks.max(1) + 1;
        for node in 0..nodes {
            batch.inputs.push_node(&[
                (node_kinds, types.nodes[node].unwrap_or(node_kinds - 1)),
                (mark_kinds, types.marks[node].unwrap_or(mark_kinds - 1)),
                (DEGREES, topology.degree(node)),
                (LEFT, left[node].map_or(LEFT - 1, |left| left.min(LEFT - 2))),
                (self.most_nodes + 1, nodes),
                (TypePhase::ALL.len(), asked.phase as usize),
                (CYCLES, cycles),
            ]);
        }
        batch.inputs.node_counts.push(nodes);
        let edge_kinds = self.kinds.edges.max(1) + 1;
        for (edge, &ends) in topology.edges().iter().enumerate() {
            batch.inputs.push_edge(
                ends.map(|node| first_node + node),
                &[
                    (edge_kinds, types.edges[edge].unwrap_or(edge_kinds - 1)),
                    (RINGS, structure.rings[edge].saturating_sub(2)),
                ],
            );
        }
        let (rows, cells, first, count) = match asked.phase {
            TypePhase::Nodes => (
                &mut batch.nodes,
                &mut batch.node_rows,
                first_node,
                self.kinds.nodes,
            ),
            TypePhase::Edges => (
                &mut batch.edges,
                &mut batch.edge_rows,
                first_edge,
                self.kinds.edges,
            ),
            TypePhase::Marks => (
                &mut batch.marks,
                &mut batch.mark_rows,
                first_node,
                self.kinds.marks,
            ),
        };
        for &variable in asked.variables {
            cells.push(first + variable);
            for kind in 0..count.max(1) {
                let target =
                    asked.truth.map_or(
                        0.0,
                        |(truth, weight)| {
                            if truth[variable] == kind { weight } else { 0.0 }
                        },
                    );
                rows.push(true, target);
            }
            rows.end_row();
        }
    }

    /// Returns whether a kind leaves no node with more bonds than allowed.
    pub(super) fn is_legal(
        &self,
        topology: &GraphTopology,
        types: &PartialTypes,
        phase: TypePhase,
        variable: usize,
        kind: usize,
    ) -> bool {
        let Some(capacities) = &self.kinds.capacities else {
            return true;
        };
        match phase {
            TypePhase::Nodes => {
                let least = topology.degree(variable) * capacities.least();
                let largest = capacities.largest();
                // If even the largest kind is too small, there is no choice.
                capacities.nodes[kind] >= least.min(largest)
            }
            TypePhase::Edges => {
                let more = capacities.edges[kind] - capacities.least();
                let left = self.bonds_left(topology, types);
                let ends = topology.edges()[variable];
                ends.iter()
                    .all(|&node| left[node].is_none_or(|left| more <= left))
            }
            TypePhase::Marks => true,
        }
    }
}

/// For each edge, the size of the smallest ring through it, 0 if it is in none or only in larger
/// ones than [`RING`].
///
/// Complexity: O(|E| · (|V| + |E|)).
fn smallest_rings(topology: &GraphTopology) -> Vec<usize> {
    let mut distances = vec![usize::MAX; topology.node_count()];
    let mut queue = Vec::with_capacity(topology.node_count());
    let edges = topology.edges().iter().enumerate();
    edges
        .map(|(edge, &[from, to])| {
            distances.fill(usize::MAX);
            distances[from] = 0;
            queue.clear();
            queue.push(from);
            let mut next = 0;
            while let Some(&node) = queue.get(next) {
                next += 1;
                let distance = distances[node] + 1;
                if node == to || distance >= RING {
                    break;
                }
                for &end in topology.ends_at(node) {
                    let other = topology.other(end);
                    if end.edge != edge && distances[other] == usize::MAX {
                        distances[other] = distance;
                        queue.push(other);
                    }
                }
            }
            match distances[to] {
                usize::MAX => 0,
                distance => distance + 1,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generate::{complete, cycle, path};

    #[test]
    fn rings() {
        assert_eq!(smallest_rings(&path(4)), [0; 3]);
        assert_eq!(smallest_rings(&complete(4)), [3; 6]);
        for size in 3..=9 {
            assert_eq!(smallest_rings(&cycle(size).unwrap()), vec![size; size]);
        }
        assert_eq!(smallest_rings(&cycle(10).unwrap()), [0; 10]);
        // A triangle and a square that share an edge.
        let fused = GraphTopology::single(5, vec![[0, 1], [1, 2], [0, 2], [2, 3], [3, 4], [1, 4]]);
        assert_eq!(smallest_rings(&fused.unwrap()), [3, 3, 3, 4, 4, 4]);
    }
}

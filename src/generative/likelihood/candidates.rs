//! Inputs of the network of the structure: slots for the children of every node, their candidate
//! edges, and the previous choices.

use super::rows::{Inputs, Rows};
use crate::graph::{
    GraphTopology,
    unpooling::{Block, BlockChoices, ChoicePhase, PartialChoices},
};

/// Largest distance that is distinguished.
const DISTANCE: usize = 9;
/// Categories of distances along certain edges: 1 to [`DISTANCE`], and farther or none.
const DISTANCES: usize = DISTANCE + 1;
/// Categories of degrees: 0 to 7 and more.
const DEGREES: usize = 8;
const ROLES: usize = 3;
/// Sibling pairs: open, linked, not linked; edges of blocks: open, present, absent.
const STATES: usize = 6;
/// Ends of an edge that have it as their common edge.
const FORCED: usize = 3;

/// The largest graph of a model, which determines the width of inputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct SkeletonInputs {
    pub(super) most_nodes: usize,
}

/// A state of a layer that the network is evaluated for.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerState<'a> {
    /// The coarse graph.
    pub(super) topology: &'a GraphTopology,
    pub(super) choices: &'a PartialChoices,
    /// Number of nodes of the layer's output.
    pub(super) target: usize,
    /// Number of nodes of the last layer's output.
    pub(super) last: usize,
}

/// The requested open choices and their targets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// Nodes, or edges in the last phase; in the first phase, the one row is for all nodes.
    pub(super) variables: &'a [usize],
    /// The true choices with the weight of each variable.
    pub(super) truth: Option<(&'a BlockChoices, f32)>,
}

/// A batch for [`SkeletonNetwork`](super::skeleton::SkeletonNetwork).
#[derive(Clone, Debug, Default)]
pub(super) struct SkeletonRows {
    pub(super) inputs: Inputs,
    pub(super) families: Families,
    pub(super) kept: Rows,
    pub(super) kept_cells: Vec<usize>,
    pub(super) links: Rows,
    pub(super) link_edges: Vec<usize>,
    pub(super) commons: Rows,
    pub(super) common_own: Vec<usize>,
    pub(super) common_other: Vec<usize>,
    pub(super) common_corners: Vec<usize>,
    pub(super) common_exist: Vec<f32>,
    pub(super) blocks: Rows,
    pub(super) block_corners: Vec<usize>,
    pub(super) block_exist: Vec<f32>,
}

/// The slots of nodes that are summed.
#[derive(Clone, Debug, Default)]
pub(super) struct Families {
    pub(super) first: Vec<usize>,
    pub(super) second: Vec<usize>,
    pub(super) has_second: Vec<f32>,
}

impl SkeletonInputs {
    fn coarse(self) -> usize {
        self.most_nodes.div_ceil(2).max(3) + 1
    }

    /// Widths of node and edge inputs.
    pub(super) fn widths(self) -> [usize; 2] {
        let sizes = 2 * (self.most_nodes + 1) + self.coarse();
        let nodes = ROLES + 3 * DEGREES + sizes + ChoicePhase::ALL.len();
        [nodes, STATES + FORCED + DISTANCES]
    }

    /// Adds a graph and the requested choices of its current phase to a batch.
    pub(super) fn push(self, batch: &mut SkeletonRows, state: LayerState, asked: Asked) {
        let Some(phase) = state.choices.phase() else {
            return;
        };
        let slots = Slots::new(state);
        let first_node = batch.inputs.node_total;
        let first_edge = batch.inputs.edges.len();
        self.push_nodes(&mut batch.inputs, state, phase, &slots);
        push_edges(&mut batch.inputs, &slots, first_node);
        let at = Place {
            state,
            slots: &slots,
            first_node,
            first_edge,
        };
        match phase {
            ChoicePhase::Kept => at.ask_kept(batch, asked),
            ChoicePhase::IntraLinks => at.ask_links(batch, asked),
            ChoicePhase::CommonEdges => at.ask_commons(batch, asked),
            ChoicePhase::Blocks => at.ask_blocks(batch, asked),
        }
    }

    fn push_nodes(self, inputs: &mut Inputs, state: LayerState, phase: ChoicePhase, slots: &Slots) {
        let topology = state.topology;
        let sizes = self.most_nodes + 1;
        for node in 0..topology.node_count() {
            let role = match state.choices.unpooled()[node] {
                None => 0,
                Some(true) => 1,
                Some(false) => 2,
            };
            let blocks = state.choices.blocks();
            let ends = topology.ends_at(node).iter();
            let undecided = ends.filter(|end| blocks[end.edge].is_none()).count();
            for slot in slots.of(node) {
                inputs.push_node(&[
                    (ROLES, role),
                    (DEGREES, slots.certain[slot].len()),
                    (DEGREES, undecided),
                    (DEGREES, topology.degree(node)),
                    (sizes, state.last),
                    (sizes, state.target),
                    (self.coarse(), topology.node_count()),
                    (ChoicePhase::ALL.len(), phase as usize),
                ]);
            }
        }
        inputs.node_counts.push(slots.count);
    }
}

fn push_edges(inputs: &mut Inputs, slots: &Slots, first_node: usize) {
    let mut distances = vec![u8::MAX; slots.count];
    let mut queue = Vec::with_capacity(slots.count);
    // Candidates are in no order, so distances are kept for one source at a time.
    let mut rows: Vec<u8> = vec![0; slots.edges.len()];
    for source in 0..slots.count {
        if slots.edges_from[source].is_empty() {
            continue;
        }
        distances.fill(u8::MAX);
        distances[source] = 0;
        queue.clear();
        queue.push(source);
        let mut next = 0;
        while let Some(&slot) = queue.get(next) {
            next += 1;
            let distance = distances[slot];
            if usize::from(distance) == DISTANCE {
                break;
            }
            for &other in &slots.certain[slot] {
                if distances[other] == u8::MAX {
                    distances[other] = distance + 1;
                    queue.push(other);
                }
            }
        }
        for &edge in &slots.edges_from[source] {
            rows[edge] = distances[slots.edges[edge].ends[1]];
        }
    }
    for (edge, &distance) in slots.edges.iter().zip(&rows) {
        let distance = match usize::from(distance) {
            known @ 1..=DISTANCE => known - 1,
            _ => DISTANCE,
        };
        inputs.push_edge(
            edge.ends.map(|slot| first_node + slot),
            &[
                (STATES, edge.state),
                (FORCED, edge.forced),
                (DISTANCES, distance),
            ],
        );
    }
}

/// An edge that may join two slots.
struct Candidate {
    ends: [usize; 2],
    state: usize,
    forced: usize,
}

/// The slots of a graph and their candidate edges, numbered from 0.
struct Slots {
    /// The first slot of each node, and the number of slots at the end.
    first: Vec<usize>,
    count: usize,
    edges: Vec<Candidate>,
    /// The candidate edge between the two slots of a node, if there are two.
    sibling: Vec<Option<usize>>,
    /// For each coarse edge, the candidates between children `a` and `b`, at `2a + b`.
    corners: Vec<[Option<usize>; 4]>,
    /// Slots joined to a slot for certain.
    certain: Vec<Vec<usize>>,
    /// Candidates whose first end is a slot.
    edges_from: Vec<Vec<usize>>,
}

impl Slots {
    fn new(state: LayerState) -> Self {
        let (topology, choices) = (state.topology, state.choices);
        let nodes = topology.node_count();
        let mut first = Vec::with_capacity(nodes + 1);
        let mut count = 0;
        for node in 0..nodes {
            first.push(count);
            count += if choices.unpooled()[node] == Some(false) {
                1
            } else {
                2
            };
        }
        first.push(count);
        let mut slots = Self {
            first,
            count,
            edges: Vec::with_capacity(nodes + 4 * topology.edge_count()),
            sibling: vec![None; nodes],
            corners: vec![[None; 4]; topology.edge_count()],
            certain: vec![Vec::new(); count],
            edges_from: vec![Vec::new(); count],
        };
        for node in 0..nodes {
            let slot = slots.first[node];
            if slots.first[node + 1] == slot + 2 {
                let state = match choices.intra_link()[node] {
                    None => 0,
                    Some(true) => 1,
                    Some(false) => 2,
                };
                slots.sibling[node] = Some(slots.push([slot, slot + 1], state, 0));
            }
        }
        for (edge, &ends) in topology.edges().iter().enumerate() {
            let forced = ends.iter();
            let forced = forced.filter(|&&node| choices.common_edge()[node] == Some(edge));
            let forced = forced.count();
            let block = choices.blocks()[edge];
            for (a, slot) in slots.of(ends[0]).enumerate() {
                for (b, other) in slots.of(ends[1]).enumerate() {
                    let state = match block {
                        None => 3,
                        Some(block) if block.has(a, b) => 4,
                        Some(_) => 5,
                    };
                    slots.corners[edge][2 * a + b] = Some(slots.push([slot, other], state, forced));
                }
            }
        }
        slots
    }

    fn of(&self, node: usize) -> std::ops::Range<usize> {
        self.first[node]..self.first[node + 1]
    }

    fn push(&mut self, ends: [usize; 2], state: usize, forced: usize) -> usize {
        let index = self.edges.len();
        if matches!(state, 1 | 4) {
            self.certain[ends[0]].push(ends[1]);
            self.certain[ends[1]].push(ends[0]);
        }
        self.edges_from[ends[0]].push(index);
        self.edges.push(Candidate {
            ends,
            state,
            forced,
        });
        index
    }
}

/// A graph's position in a batch.
struct Place<'a> {
    state: LayerState<'a>,
    slots: &'a Slots,
    first_node: usize,
    first_edge: usize,
}

impl Place<'_> {
    /// Adds the families of the graph; returns the number of the first.
    fn push_families(&self, families: &mut Families) -> usize {
        let start = families.first.len();
        for node in 0..self.state.topology.node_count() {
            let slots = self.slots.of(node);
            families.first.push(self.first_node + slots.start);
            families.second.push(self.first_node + slots.end - 1);
            families.has_second.push((slots.len() - 1) as f32);
        }
        start
    }

    fn ask_kept(&self, batch: &mut SkeletonRows, asked: Asked) {
        let start = self.push_families(&mut batch.families);
        let roles = self.state.choices.unpooled();
        // Every node that is still to be kept may be the next, so the target is uniform.
        let wanted =
            |node: usize, truth: &BlockChoices| roles[node].is_none() && !truth.unpooled[node];
        let nodes = 0..roles.len();
        let share = asked.truth.map_or(0.0, |(truth, weight)| {
            let count = nodes.clone().filter(|&node| wanted(node, truth)).count();
            weight / count.max(1) as f32
        });
        for node in nodes {
            batch.kept_cells.push(start + node);
            let target = match asked.truth {
                Some((truth, _)) if wanted(node, truth) => share,
                _ => 0.0,
            };
            batch.kept.push(roles[node].is_none(), target);
        }
        batch.kept.end_row();
    }

    fn ask_links(&self, batch: &mut SkeletonRows, asked: Asked) {
        for &node in asked.variables {
            let Some(edge) = self.slots.sibling[node] else {
                continue;
            };
            batch.link_edges.push(self.first_edge + edge);
            for linked in [false, true] {
                let target = asked.truth.map_or(0.0, |(truth, weight)| {
                    if truth.intra_link[node] == linked {
                        weight
                    } else {
                        0.0
                    }
                });
                batch.links.push(true, target);
            }
            batch.links.end_row();
        }
    }

    fn push_corners(&self, edge: usize, to: &mut Vec<usize>, exist: &mut Vec<f32>) {
        for corner in self.slots.corners[edge] {
            to.push(self.first_edge + corner.unwrap_or(0));
            exist.push(f32::from(u8::from(corner.is_some())));
        }
    }

    fn ask_commons(&self, batch: &mut SkeletonRows, asked: Asked) {
        let start = self.push_families(&mut batch.families);
        for &node in asked.variables {
            for &end in self.state.topology.ends_at(node) {
                let other = self.state.topology.other(end);
                batch.common_own.push(start + node);
                batch.common_other.push(start + other);
                let (corners, exist) = (&mut batch.common_corners, &mut batch.common_exist);
                self.push_corners(end.edge, corners, exist);
                let target = asked.truth.map_or(0.0, |(truth, weight)| {
                    if truth.common_edge[node] == Some(end.edge) {
                        weight
                    } else {
                        0.0
                    }
                });
                batch.commons.push(true, target);
            }
            batch.commons.end_row();
        }
    }

    fn ask_blocks(&self, batch: &mut SkeletonRows, asked: Asked) {
        for &edge in asked.variables {
            let (corners, exist) = (&mut batch.block_corners, &mut batch.block_exist);
            self.push_corners(edge, corners, exist);
            let codes = self.state.choices.ends(self.state.topology, edge).codes();
            for code in 0..Block::CODES {
                let target = asked.truth.map_or(0.0, |(truth, weight)| {
                    let is_true = usize::from(truth.blocks[edge].code()) == code;
                    if is_true { weight } else { 0.0 }
                });
                batch.blocks.push(codes >> code & 1 == 1, target);
            }
            batch.blocks.end_row();
        }
    }
}

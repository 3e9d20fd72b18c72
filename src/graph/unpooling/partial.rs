use super::{Block, BlockChoices, BlockEnds};
use crate::graph::GraphTopology;

/// The kinds of choices of one unpooling layer, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChoicePhase {
    /// Which nodes are kept; all others are unpooled. One choice picks one node.
    Kept,
    /// Whether the two children of an unpooled node are joined (step 2a).
    IntraLinks,
    /// The edge that both children inherit if they are not joined (step 2b).
    CommonEdges,
    /// The edges between the children of the two ends of an edge (steps 2c and 2d).
    Blocks,
}

impl ChoicePhase {
    /// All phases in order.
    pub const ALL: [Self; 4] = [
        Self::Kept,
        Self::IntraLinks,
        Self::CommonEdges,
        Self::Blocks,
    ];
}

/// Choices of an unpooling layer for one graph, some of which are still open.
///
/// The layer keeps a given number of nodes. Choices are made phase by phase, in any order within a
/// phase. Implied choices are filled in at once: the roles of the other nodes when enough are kept,
/// the common edge of a node with one edge, and a block if only one is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialChoices {
    unpooled: Vec<Option<bool>>,
    /// `Some(false)` at kept nodes.
    intra_link: Vec<Option<bool>>,
    common_edge: Vec<Option<usize>>,
    blocks: Vec<Option<Block>>,
    kept: usize,
    phase: Option<ChoicePhase>,
}

impl PartialChoices {
    /// Creates choices that are all open, for a layer that keeps `kept` nodes of a connected graph.
    ///
    /// # Panics
    /// Panics if the graph has fewer than `kept` nodes.
    pub fn open(topology: &GraphTopology, kept: usize) -> Self {
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        assert!(kept <= nodes, "cannot keep {kept} of {nodes} nodes");
        let mut choices = Self {
            unpooled: vec![None; nodes],
            intra_link: vec![None; nodes],
            common_edge: vec![None; nodes],
            blocks: vec![None; edges],
            kept,
            phase: Some(ChoicePhase::Kept),
        };
        choices.settle(topology);
        choices
    }

    /// Creates choices without an open one, for a graph whose nodes are all kept.
    pub(crate) fn none(topology: &GraphTopology) -> Self {
        let block = Block::from_code(1);
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        Self {
            unpooled: vec![Some(false); nodes],
            intra_link: vec![Some(false); nodes],
            common_edge: vec![None; nodes],
            blocks: vec![block; edges],
            kept: nodes,
            phase: None,
        }
    }

    /// Returns the choices of a layer as they are when `phase` begins.
    ///
    /// # Panics
    /// Panics if the choices are for another graph.
    pub fn before(topology: &GraphTopology, all: &BlockChoices, phase: ChoicePhase) -> Self {
        let kept = all.unpooled.iter().filter(|&&unpooled| !unpooled).count();
        let mut choices = Self::open(topology, kept);
        while let Some(now) = choices.phase.filter(|&now| now < phase) {
            for variable in choices.open_variables(topology) {
                choices.copy(now, variable, all);
            }
            choices.settle(topology);
        }
        choices
    }

    /// Returns the phase of the next choice; `None` if all choices are made.
    pub fn phase(&self) -> Option<ChoicePhase> {
        self.phase
    }

    /// Returns whether each node is unpooled, if known.
    pub fn unpooled(&self) -> &[Option<bool>] {
        &self.unpooled
    }

    /// Returns whether the children of each node are joined, if known; `Some(false)` at kept nodes.
    pub fn intra_link(&self) -> &[Option<bool>] {
        &self.intra_link
    }

    /// Returns the edge that both children of each node inherit, if there is one and it is known.
    pub fn common_edge(&self) -> &[Option<usize>] {
        &self.common_edge
    }

    /// Returns the block of each edge, if known.
    pub fn blocks(&self) -> &[Option<Block>] {
        &self.blocks
    }

    /// Returns the nodes (in the last phase: the edges) whose choice in the current phase is open.
    pub fn open_variables(&self, topology: &GraphTopology) -> Vec<usize> {
        let nodes = 0..topology.node_count();
        match self.phase {
            None => Vec::new(),
            Some(ChoicePhase::Kept) => nodes.filter(|&k| self.unpooled[k].is_none()).collect(),
            Some(ChoicePhase::IntraLinks) => {
                nodes.filter(|&k| self.intra_link[k].is_none()).collect()
            }
            Some(ChoicePhase::CommonEdges) => {
                nodes.filter(|&k| self.lacks_common_edge(k)).collect()
            }
            Some(ChoicePhase::Blocks) => (0..topology.edge_count())
                .filter(|&e| self.blocks[e].is_none())
                .collect(),
        }
    }

    /// Returns the open variables of the current phase that are next to a known one: nodes with a
    /// known neighbor, edges that share an end with a known edge. Returns all open ones if there
    /// are none, and in the first phase.
    pub fn frontier(&self, topology: &GraphTopology) -> Vec<usize> {
        let mut open = self.open_variables(topology);
        let known = |node: usize| match self.phase {
            Some(ChoicePhase::IntraLinks) => self.intra_link[node].is_some(),
            _ => !self.lacks_common_edge(node),
        };
        let next: Vec<usize> = match self.phase {
            None | Some(ChoicePhase::Kept) => return open,
            Some(ChoicePhase::IntraLinks | ChoicePhase::CommonEdges) => open
                .iter()
                .copied()
                .filter(|&node| topology.neighbors(node).any(known))
                .collect(),
            Some(ChoicePhase::Blocks) => {
                let touched = |node: usize| {
                    let ends = topology.ends_at(node).iter();
                    ends.into_iter().any(|end| self.blocks[end.edge].is_some())
                };
                let edges = open.iter().copied();
                edges
                    .filter(|&edge| topology.edges()[edge].into_iter().any(touched))
                    .collect()
            }
        };
        if !next.is_empty() {
            open = next;
        }
        open
    }

    /// Returns the number of choices that the current phase still needs: open variables, or in the
    /// first phase nodes still to be kept.
    pub fn choices_left(&self, topology: &GraphTopology) -> usize {
        match self.phase {
            Some(ChoicePhase::Kept) => {
                self.kept - self.unpooled.iter().filter(|u| **u == Some(false)).count()
            }
            _ => self.open_variables(topology).len(),
        }
    }

    /// Returns the properties that determine the possible blocks of an edge, once roles and common
    /// edges are known.
    pub fn ends(&self, topology: &GraphTopology, edge: usize) -> BlockEnds {
        let ends = topology.edges()[edge];
        BlockEnds {
            unpooled: ends.map(|node| self.unpooled[node] == Some(true)),
            common: ends.map(|node| self.common_edge[node] == Some(edge)),
        }
    }

    /// Keeps a node.
    ///
    /// # Panics
    /// Panics if its role is known.
    pub fn keep(&mut self, topology: &GraphTopology, node: usize) {
        assert!(
            self.unpooled[node].is_none(),
            "the role of node {node} is already known"
        );
        self.unpooled[node] = Some(false);
        self.intra_link[node] = Some(false);
        self.settle(topology);
    }

    /// Sets whether the children of a node are joined.
    pub fn link(&mut self, topology: &GraphTopology, node: usize, linked: bool) {
        self.intra_link[node] = Some(linked);
        self.settle(topology);
    }

    /// Chooses the edge that both children of a node inherit.
    pub fn share(&mut self, topology: &GraphTopology, node: usize, edge: usize) {
        self.common_edge[node] = Some(edge);
        self.settle(topology);
    }

    /// Chooses the edges between the children of an edge's ends.
    pub fn connect(&mut self, topology: &GraphTopology, edge: usize, block: Block) {
        self.blocks[edge] = Some(block);
        self.settle(topology);
    }

    /// Makes one open choice of the current phase as in `all`: of a node, or of an edge in the last
    /// phase. In the first phase, the node must be a kept one.
    ///
    /// # Panics
    /// Panics if no choice is open.
    pub fn reveal(&mut self, topology: &GraphTopology, variable: usize, all: &BlockChoices) {
        let Some(phase) = self.phase else {
            panic!("there is no open choice");
        };
        self.copy(phase, variable, all);
        self.settle(topology);
    }

    /// Returns all choices, or `None` if one is open.
    pub fn finished(&self) -> Option<BlockChoices> {
        let unpooled: Option<Vec<bool>> = self.unpooled.iter().copied().collect();
        let intra_link: Option<Vec<bool>> = self.intra_link.iter().copied().collect();
        let blocks: Option<Vec<Block>> = self.blocks.iter().copied().collect();
        match (self.phase, unpooled, intra_link, blocks) {
            (None, Some(unpooled), Some(intra_link), Some(blocks)) => Some(BlockChoices {
                unpooled,
                intra_link,
                common_edge: self.common_edge.clone(),
                blocks,
            }),
            _ => None,
        }
    }

    fn copy(&mut self, phase: ChoicePhase, variable: usize, all: &BlockChoices) {
        match phase {
            ChoicePhase::Kept => {
                self.unpooled[variable] = Some(all.unpooled[variable]);
                if !all.unpooled[variable] {
                    self.intra_link[variable] = Some(false);
                }
            }
            ChoicePhase::IntraLinks => self.intra_link[variable] = Some(all.intra_link[variable]),
            ChoicePhase::CommonEdges => self.common_edge[variable] = all.common_edge[variable],
            ChoicePhase::Blocks => self.blocks[variable] = Some(all.blocks[variable]),
        }
    }

    fn lacks_common_edge(&self, node: usize) -> bool {
        self.unpooled[node] == Some(true)
            && self.intra_link[node] == Some(false)
            && self.common_edge[node].is_none()
    }

    /// Fills in implied choices, and moves on to the next phase with an open choice.
    fn settle(&mut self, topology: &GraphTopology) {
        while let Some(phase) = self.phase {
            if self.choices_left(topology) > 0 {
                return;
            }
            self.phase = match phase {
                ChoicePhase::Kept => {
                    for (node, role) in self.unpooled.iter_mut().enumerate() {
                        role.get_or_insert(true);
                        // Without edges the children would be disconnected.
                        if topology.degree(node) == 0 {
                            self.intra_link[node].get_or_insert(true);
                        }
                    }
                    Some(ChoicePhase::IntraLinks)
                }
                ChoicePhase::IntraLinks => {
                    for node in 0..topology.node_count() {
                        if let (true, [only]) =
                            (self.lacks_common_edge(node), topology.ends_at(node))
                        {
                            self.common_edge[node] = Some(only.edge);
                        }
                    }
                    Some(ChoicePhase::CommonEdges)
                }
                ChoicePhase::CommonEdges => {
                    for edge in 0..topology.edge_count() {
                        let codes = self.ends(topology, edge).codes();
                        if codes.is_power_of_two() && self.blocks[edge].is_none() {
                            self.blocks[edge] = Block::from_code(codes.trailing_zeros() as u8);
                        }
                    }
                    Some(ChoicePhase::Blocks)
                }
                ChoicePhase::Blocks => None,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{generate::cycle, pooling::pool};

    #[test]
    fn choices_of_a_layer_in_order() {
        let pooling = pool(&cycle(9).unwrap(), 5).unwrap();
        let topology = &pooling.parent;
        let all = BlockChoices::from_choices(topology, &pooling.choices).unwrap();
        let mut partial = PartialChoices::open(topology, 1);
        let mut phases = Vec::new();
        while let Some(phase) = partial.phase() {
            phases.push(phase);
            let open = partial.open_variables(topology);
            let next = open
                .into_iter()
                .find(|&variable| phase != ChoicePhase::Kept || !all.unpooled[variable]);
            partial.reveal(topology, next.unwrap(), &all);
        }
        assert!(phases.is_sorted());
        assert_eq!(
            phases.iter().filter(|p| **p == ChoicePhase::Kept).count(),
            1
        );
        assert_eq!(
            phases
                .iter()
                .filter(|p| **p == ChoicePhase::IntraLinks)
                .count(),
            4
        );
        assert_eq!(partial.finished().as_ref(), Some(&all));
        for phase in ChoicePhase::ALL {
            let before = PartialChoices::before(topology, &all, phase);
            assert!(before.phase().is_none_or(|now| now >= phase));
        }
    }

    #[test]
    fn implied_choices_are_filled_in() {
        // Both ends unpooled, each with one edge: the common edges follow, and then the block.
        let edge = GraphTopology::single(2, vec![[0, 1]]).unwrap();
        let mut partial = PartialChoices::open(&edge, 0);
        assert_eq!(partial.phase(), Some(ChoicePhase::IntraLinks));
        partial.link(&edge, 0, false);
        partial.link(&edge, 1, false);
        let all = partial.finished().unwrap();
        assert_eq!(all.common_edge, [Some(0), Some(0)]);
        assert_eq!(all.blocks, [Block::COMPLETE]);
    }
}

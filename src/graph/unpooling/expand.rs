use std::sync::Arc;

use super::{Additional, Child, Inherit, UnpoolingChoices, UnpoolingError};
use crate::graph::GraphTopology;

/// The graphs that result from choices, and the origin of their nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The output graphs.
    pub topology: Arc<GraphTopology>,
    /// For each output node, its parent among the input nodes.
    pub parents: Vec<usize>,
    /// For each output node, whether it is the second child of an unpooled node.
    pub is_second: Vec<bool>,
}

impl UnpoolingChoices {
    /// Returns the output graphs.
    ///
    /// In each graph, every input node keeps its position, as a kept node or as the first child of
    /// an unpooled one. Second children are appended in the order of their parents. Edges are first
    /// the intra-links by parent, then those of each input edge in turn.
    ///
    /// The number of connected components does not change; in particular, connected graphs stay
    /// connected. (Every input edge is inherited by a child at both ends. The children of one node
    /// are linked, or both adjacent to the heirs at the far end of their common edge.)
    ///
    /// Complexity: O(|V| + |E|).
    ///
    /// Reference: Section 3.2 and Proposition 3.1 of the dissertation.
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] if the choices are impossible for these graphs. Additional edges are
    /// allowed.
    pub fn expand(&self, topology: &GraphTopology) -> Result<Expansion, UnpoolingError> {
        self.check(topology, true)?;
        Ok(self.expand_checked(topology))
    }

    pub(crate) fn expand_checked(&self, topology: &GraphTopology) -> Expansion {
        let splits = self.unpooled.iter().filter(|&&split| split).count();
        let nodes = topology.node_count() + splits;
        let (mut parents, mut is_second) = (Vec::with_capacity(nodes), Vec::with_capacity(nodes));
        // Output nodes of each input node; those of a kept node are the same.
        let mut children = vec![[0; 2]; topology.node_count()];
        let mut node_counts = Vec::with_capacity(topology.graph_count());
        for graph in 0..topology.graph_count() {
            let start = parents.len();
            for node in topology.nodes_of(graph) {
                children[node] = [parents.len(); 2];
                parents.push(node);
                is_second.push(false);
            }
            for node in topology.nodes_of(graph).filter(|&node| self.unpooled[node]) {
                children[node][1] = parents.len();
                parents.push(node);
                is_second.push(true);
            }
            node_counts.push(parents.len() - start);
        }
        let mut edges = Vec::with_capacity(topology.edge_count() + splits);
        for graph in 0..topology.graph_count() {
            let linked = topology
                .nodes_of(graph)
                .filter(|&node| self.intra_link[node]);
            edges.extend(linked.map(|node| children[node]));
            for edge in topology.edges_of(graph) {
                self.expand_edge(topology, edge, &children, &mut edges);
            }
        }
        let topology = GraphTopology::new(&node_counts, edges)
            .unwrap_or_else(|error| unreachable!("checked choices lead to simple graphs: {error}"));
        Expansion {
            topology: Arc::new(topology),
            parents,
            is_second,
        }
    }

    fn expand_edge(
        &self,
        topology: &GraphTopology,
        edge: usize,
        children: &[[usize; 2]],
        edges: &mut Vec<[usize; 2]>,
    ) {
        let [i, j] = topology.edges()[edge];
        let linked = linked_children(self.inherit[edge], self.additional[edge])
            .unwrap_or_else(|| unreachable!("the choices were checked"));
        for (a, row) in linked.iter().enumerate() {
            for (b, _) in row.iter().enumerate().filter(|(_, linked)| **linked) {
                edges.push([children[i][a], children[j][b]]);
            }
        }
    }
}

/// Which children are linked by one edge: `[a][b]`, child `a` of the edge's smaller node and child
/// `b` of its larger one. A kept node is its own first child. `None` if the additional edge does
/// not fit the heirs.
pub(crate) fn linked_children(
    inherit: [Option<Inherit>; 2],
    additional: Additional,
) -> Option<[[bool; 2]; 2]> {
    let heirs = inherit.map(|inherit| match inherit {
        None | Some(Inherit::First) => [true, false],
        Some(Inherit::Second) => [false, true],
        Some(Inherit::Both) => [true, true],
    });
    let mut linked = heirs[0].map(|a| heirs[1].map(|b| a && b));
    let index = |child: Child| usize::from(child == Child::Second);
    match (additional, inherit) {
        (Additional::Absent, _) => {}
        (_, [Some(a), Some(b)]) => match (additional, a.only(), b.only()) {
            (Additional::BetweenOthers, Some(a), Some(b)) => {
                linked[index(a.sibling())][index(b.sibling())] = true;
            }
            (Additional::To(child), Some(a), None) => {
                linked[index(a.sibling())][index(child)] = true;
            }
            (Additional::To(child), None, Some(b)) => {
                linked[index(child)][index(b.sibling())] = true;
            }
            _ => return None,
        },
        _ => return None,
    }
    Some(linked)
}

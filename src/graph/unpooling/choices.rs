use serde::{Deserialize, Serialize};

use super::{Impossible, UnpoolingError, linked_children};
use crate::graph::GraphTopology;

/// One of the two children of an unpooled node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Child {
    /// The child that keeps the parent's position.
    First,
    /// The child that is appended.
    Second,
}

impl Child {
    /// Returns the sibling.
    pub fn sibling(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Which children of an unpooled node inherit an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Inherit {
    /// The first child alone.
    First,
    /// The second child alone.
    Second,
    /// Both.
    Both,
}

impl Inherit {
    /// Returns the only child that inherits, or `None` if both do.
    pub fn only(self) -> Option<Child> {
        match self {
            Self::First => Some(Child::First),
            Self::Second => Some(Child::Second),
            Self::Both => None,
        }
    }
}

/// Choice of step 2d: one more edge between the children of two unpooled neighbors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Additional {
    /// No additional edge.
    #[default]
    Absent,
    /// Both ends are inherited by one child; the edge joins the two other children.
    BetweenOthers,
    /// One end is inherited by one child, the other by both; the edge joins the child that did not
    /// inherit and this child of the other end.
    To(Child),
}

/// All choices of an unpooling layer for a batch of graphs.
///
/// The choices determine the output graphs. Each comes from one random draw, except those that
/// follow from others (Section 3.2 of the dissertation):
///
/// 1. `unpooled`: whether a node is split into two children.
/// 2. `intra_link` (2a): whether the children are joined. Always true for a node without edges,
///    whose children would otherwise be disconnected.
/// 3. `common_edge` (2b): if they are not joined, the edge that both inherit, so that they have a
///    common neighbor.
/// 4. `inherit` (2c): at every other end, which children inherit the edge.
/// 5. `additional` (2d): between two unpooled nodes, whether one more edge is added. If both ends
///    are inherited by both children, all four edges exist already.
///
/// Choices can be sampled, stored, replayed, and produced from a larger graph by
/// [`pool`](crate::graph::pooling::pool).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnpoolingChoices {
    /// Whether each node is split.
    pub unpooled: Vec<bool>,
    /// Whether the children of each node are joined; `false` for kept nodes.
    pub intra_link: Vec<bool>,
    /// The edge that both children of each unpooled node without intra-link inherit.
    pub common_edge: Vec<Option<usize>>,
    /// For each edge and side, which children inherit; `None` at kept nodes, `Both` at a common
    /// edge.
    pub inherit: Vec<[Option<Inherit>; 2]>,
    /// The additional edge for each edge.
    pub additional: Vec<Additional>,
}

impl UnpoolingChoices {
    /// Checks that a layer can make these choices for these graphs.
    ///
    /// `additional_edges` is whether the layer draws additional edges.
    ///
    /// Complexity: O(|V| + |E|).
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] with the first choice that is missing, superfluous or impossible.
    pub fn check(
        &self,
        topology: &GraphTopology,
        additional_edges: bool,
    ) -> Result<(), UnpoolingError> {
        self.check_lengths(topology)?;
        for node in 0..topology.node_count() {
            self.check_node(topology, node)?;
        }
        for edge in 0..topology.edge_count() {
            self.check_edge(topology, edge, additional_edges)?;
        }
        Ok(())
    }

    fn check_lengths(&self, topology: &GraphTopology) -> Result<(), UnpoolingError> {
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        for (what, expected, found) in [
            ("unpooled", nodes, self.unpooled.len()),
            ("intra_link", nodes, self.intra_link.len()),
            ("common_edge", nodes, self.common_edge.len()),
            ("inherit", edges, self.inherit.len()),
            ("additional", edges, self.additional.len()),
        ] {
            if expected != found {
                return Err(UnpoolingError::Length {
                    what,
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }

    fn check_node(&self, topology: &GraphTopology, node: usize) -> Result<(), UnpoolingError> {
        let wrong = |reason| Err(UnpoolingError::Node { node, reason });
        match (
            self.unpooled[node],
            self.intra_link[node],
            self.common_edge[node],
        ) {
            (false, false, None) => Ok(()),
            (false, ..) => wrong(Impossible::ChildrenOfKept),
            (true, true, None) => Ok(()),
            (true, true, Some(_)) => wrong(Impossible::LinkAndCommonEdge),
            (true, false, _) if topology.degree(node) == 0 => wrong(Impossible::FallsApart),
            (true, false, None) => wrong(Impossible::NoCommonEdge),
            (true, false, Some(edge)) => {
                if topology.ends_at(node).iter().any(|end| end.edge == edge) {
                    Ok(())
                } else {
                    wrong(Impossible::ForeignCommonEdge)
                }
            }
        }
    }

    fn check_edge(
        &self,
        topology: &GraphTopology,
        edge: usize,
        additional_edges: bool,
    ) -> Result<(), UnpoolingError> {
        let wrong = |reason| Err(UnpoolingError::Edge { edge, reason });
        for (side, &node) in topology.edges()[edge].iter().enumerate() {
            let inherit = self.inherit[edge][side];
            if inherit.is_some() != self.unpooled[node] {
                return wrong(Impossible::Heirs);
            }
            if self.common_edge[node] == Some(edge) && inherit != Some(Inherit::Both) {
                return wrong(Impossible::CommonEdgeNotShared);
            }
        }
        if self.additional[edge] != Additional::Absent && !additional_edges {
            return wrong(Impossible::AdditionalOff);
        }
        let fits = linked_children(self.inherit[edge], self.additional[edge]).is_some();
        if fits {
            Ok(())
        } else {
            wrong(Impossible::Additional)
        }
    }

    /// Returns the choices for a disjoint union of graphs, from those for each.
    ///
    /// Complexity: O(|V| + |E|).
    ///
    /// # Errors
    /// Returns [`UnpoolingError::Length`] if choices and graphs do not fit together.
    pub fn concat<'a>(
        parts: impl IntoIterator<Item = (&'a GraphTopology, &'a Self)>,
    ) -> Result<Self, UnpoolingError> {
        let mut all = Self::default();
        for (topology, part) in parts {
            part.check_lengths(topology)?;
            let edges = all.inherit.len();
            all.unpooled.extend(&part.unpooled);
            all.intra_link.extend(&part.intra_link);
            let common = part.common_edge.iter();
            all.common_edge
                .extend(common.map(|edge| edge.map(|edge| edge + edges)));
            all.inherit.extend(&part.inherit);
            all.additional.extend(&part.additional);
        }
        Ok(all)
    }

    /// Returns the choices for one graph of a batch, edges numbered from 0.
    ///
    /// # Panics
    /// Panics if there is no such graph, or the choices are for other graphs.
    pub fn graph(&self, topology: &GraphTopology, graph: usize) -> Self {
        let (nodes, edges) = (topology.nodes_of(graph), topology.edges_of(graph));
        let common = self.common_edge[nodes.clone()].iter();
        Self {
            unpooled: self.unpooled[nodes.clone()].to_vec(),
            intra_link: self.intra_link[nodes].to_vec(),
            common_edge: common
                .map(|edge| edge.map(|edge| edge - edges.start))
                .collect(),
            inherit: self.inherit[edges.clone()].to_vec(),
            additional: self.additional[edges].to_vec(),
        }
    }

    /// Returns the same choices for [`topology.reordered(order)`](GraphTopology::reordered): node
    /// `k` of the result is node `order[k]`, edges keep their order.
    ///
    /// # Panics
    /// Panics if `order` is not an order of the topology's nodes or the choices are for other
    /// graphs.
    pub fn reordered(&self, topology: &GraphTopology, order: &[usize]) -> Self {
        let mut position = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            position[old] = new;
        }
        let sides = topology.edges().iter().zip(&self.inherit);
        Self {
            unpooled: order.iter().map(|&node| self.unpooled[node]).collect(),
            intra_link: order.iter().map(|&node| self.intra_link[node]).collect(),
            common_edge: order.iter().map(|&node| self.common_edge[node]).collect(),
            inherit: sides
                .map(|(&[i, j], &[at_i, at_j])| {
                    if position[i] < position[j] {
                        [at_i, at_j]
                    } else {
                        [at_j, at_i]
                    }
                })
                .collect(),
            additional: self.additional.clone(),
        }
    }
}

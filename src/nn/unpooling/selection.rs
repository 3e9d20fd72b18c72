use burn::config::Config;
use serde::{Deserialize, Serialize};

use crate::graph::GraphTopology;

/// Role of a node in an unpooling layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NodeRole {
    /// The node becomes one node.
    Kept,
    /// The node becomes two nodes.
    Unpooled,
    /// The node becomes one or two nodes, by a draw.
    Random,
}

impl NodeRole {
    /// Assigns a role to each node of a batch, given its graph and its position in it, both from 0.
    ///
    /// ```
    /// use fireweed::{graph::generate::path, nn::unpooling::NodeRole};
    ///
    /// // Unpool the last node of every graph.
    /// let last = [1, 2];
    /// let batch = fireweed::graph::GraphTopology::disjoint_union([&path(2), &path(3)]);
    /// let roles = NodeRole::assign(&batch, |graph, place| {
    ///     if place == last[graph] { NodeRole::Unpooled } else { NodeRole::Kept }
    /// });
    /// assert_eq!(roles.iter().filter(|&&role| role == NodeRole::Unpooled).count(), 2);
    /// ```
    pub fn assign(
        topology: &GraphTopology,
        mut role: impl FnMut(usize, usize) -> Self,
    ) -> Vec<Self> {
        let mut roles = Vec::with_capacity(topology.node_count());
        for (graph, nodes) in topology.node_counts().enumerate() {
            roles.extend((0..nodes).map(|place| role(graph, place)));
        }
        roles
    }
}

/// Which nodes of each graph are kept, unpooled, or random.
///
/// For other selections, pass one [`NodeRole`] per node, as returned by [`NodeRole::assign`], to
/// the methods `.._with_roles`.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum NodeSelection {
    /// By position in each graph: the first `kept` nodes are kept; of the others, the first
    /// `random` are random, but at most all but one; the rest is unpooled. So at least one node is
    /// unpooled, unless `kept` covers the graph.
    ByPosition {
        /// Number of nodes that are kept.
        kept: usize,
        /// Number of nodes that are random.
        random: usize,
    },
    /// Every node is random. A graph may stay as it is.
    AllRandom,
}

impl NodeSelection {
    /// Returns the role of each node.
    pub fn roles(self, topology: &GraphTopology) -> Vec<NodeRole> {
        let mut roles = Vec::with_capacity(topology.node_count());
        for nodes in topology.node_counts() {
            let (kept, random) = match self {
                Self::AllRandom => (0, nodes),
                Self::ByPosition { kept, random } => {
                    let kept = kept.min(nodes);
                    (kept, random.min((nodes - kept).saturating_sub(1)))
                }
            };
            roles.extend((0..nodes).map(|place| match place {
                _ if place < kept => NodeRole::Kept,
                _ if place < kept + random => NodeRole::Random,
                _ => NodeRole::Unpooled,
            }));
        }
        roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_by_position() {
        use NodeRole::{Kept as K, Random as R, Unpooled as U};
        let topology = GraphTopology::new(&[4, 2, 1, 0], vec![]).unwrap();
        for (kept, random, expected) in [
            (0, 0, [U, U, U, U, U, U, U]),
            (1, 1, [K, R, U, U, K, U, K]),
            (1, 9, [K, R, R, U, K, U, K]),
            (0, 2, [R, R, U, U, R, U, U]),
            (9, 9, [K; 7]),
        ] {
            let selection = NodeSelection::ByPosition { kept, random };
            assert_eq!(selection.roles(&topology), expected, "{selection:?}");
        }
        assert_eq!(NodeSelection::AllRandom.roles(&topology), [R; 7]);
    }
}

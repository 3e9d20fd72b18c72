use super::{GraphTopology, component::largest_components};
use crate::graph::GraphError;

/// One graph whose nodes have places in the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedGraph {
    topology: GraphTopology,
    positions: Vec<[f64; 2]>,
}

impl PlacedGraph {
    /// A graph and the coordinates of its nodes.
    ///
    /// # Errors
    /// [`GraphError::NotOneGraph`] where the batch does not hold one graph, [`GraphError::Rows`]
    /// where there is not one position for each node.
    pub fn new(topology: GraphTopology, positions: Vec<[f64; 2]>) -> Result<Self, GraphError> {
        topology.check_single()?;
        if positions.len() != topology.node_count() {
            return Err(GraphError::Rows {
                what: "positions of the nodes",
                expected: topology.node_count(),
                found: positions.len(),
            });
        }
        Ok(Self::placed(topology, positions))
    }

    /// As [`new`](Self::new), where the sizes are known to fit.
    pub(super) fn placed(topology: GraphTopology, positions: Vec<[f64; 2]>) -> Self {
        Self {
            topology,
            positions,
        }
    }

    /// The graph.
    pub fn topology(&self) -> &GraphTopology {
        &self.topology
    }

    /// The coordinates of each node.
    pub fn positions(&self) -> &[[f64; 2]] {
        &self.positions
    }

    /// The graph and the coordinates of its nodes.
    pub fn into_parts(self) -> (GraphTopology, Vec<[f64; 2]>) {
        (self.topology, self.positions)
    }

    /// The largest connected component, in place; see [`largest_components`].
    pub fn largest_component(&self) -> Self {
        let (topology, kept) = largest_components(&self.topology);
        let positions = kept.iter().map(|&node| self.positions[node]).collect();
        Self::placed(topology, positions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generate::path;

    #[test]
    fn positions_follow_their_nodes() {
        let topology = GraphTopology::single(4, vec![[1, 3], [2, 3]]).unwrap();
        let positions: Vec<[f64; 2]> = (0..4).map(|node| [node.into(), 0.5]).collect();
        let largest = PlacedGraph::new(topology, positions)
            .unwrap()
            .largest_component();
        assert_eq!(largest.topology().edges(), [[0, 2], [1, 2]]);
        assert_eq!(largest.positions(), [[1.0, 0.5], [2.0, 0.5], [3.0, 0.5]]);
        assert_eq!(largest.largest_component(), largest);
    }

    #[test]
    fn refuses_sizes_that_do_not_fit() {
        assert_eq!(
            PlacedGraph::new(path(3), vec![[0.0; 2]; 2]).unwrap_err(),
            GraphError::Rows {
                what: "positions of the nodes",
                expected: 3,
                found: 2
            }
        );
        let two = GraphTopology::disjoint_union([&path(1), &path(1)]);
        assert_eq!(
            PlacedGraph::new(two, vec![[0.0; 2]; 2]).unwrap_err(),
            GraphError::NotOneGraph { found: 2 }
        );
    }
}

use super::{GraphTopology, component::largest_components, simple};
use crate::graph::{GraphError, Rotation};

/// One graph whose nodes have coordinates: in the plane, or in space with `D` = 3.
///
/// ```
/// use fireweed::graph::generate::{PlacedGraph, path};
///
/// let chain = PlacedGraph::new(path(3), vec![[0.0, 0.0, 0.0], [3.0, 0.0, 4.0], [3.0, 0.0, 5.0]])?;
/// assert_eq!((chain.distance(0, 1), chain.distance(1, 2)), (5.0, 1.0));
/// assert_eq!(chain.centered().positions()[1], [1.0, 0.0, 1.0]);
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedGraph<const D: usize = 2> {
    topology: GraphTopology,
    positions: Vec<[f64; D]>,
}

impl<const D: usize> PlacedGraph<D> {
    /// Creates a graph with coordinates of its nodes.
    ///
    /// # Errors
    /// Returns [`GraphError::NotOneGraph`] if the batch does not hold one graph, and
    /// [`GraphError::Rows`] if the number of positions is not that of nodes.
    pub fn new(topology: GraphTopology, positions: Vec<[f64; D]>) -> Result<Self, GraphError> {
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

    /// Same as [`new`](Self::new), for sizes that are known to fit.
    pub(super) fn placed(topology: GraphTopology, positions: Vec<[f64; D]>) -> Self {
        Self {
            topology,
            positions,
        }
    }

    /// Creates the graph of all pairs of points that are closer than `threshold`, in the unit of
    /// the coordinates. A pair at exactly this distance is not joined.
    ///
    /// Complexity: O(n²).
    pub fn of_contacts(positions: Vec<[f64; D]>, threshold: f64) -> Self {
        let nodes = positions.len();
        let pairs = (0..nodes).flat_map(|i| (i + 1..nodes).map(move |j| [i, j]));
        let close = pairs.filter(|&[i, j]| between(&positions[i], &positions[j]) < threshold);
        let topology = simple(&[nodes], close.collect());
        Self::placed(topology, positions)
    }

    /// Returns the graph.
    pub fn topology(&self) -> &GraphTopology {
        &self.topology
    }

    /// Returns the coordinates of each node.
    pub fn positions(&self) -> &[[f64; D]] {
        &self.positions
    }

    /// Splits into the graph and the coordinates of its nodes.
    pub fn into_parts(self) -> (GraphTopology, Vec<[f64; D]>) {
        (self.topology, self.positions)
    }

    /// Returns the Euclidean distance of two nodes, in the unit of the coordinates.
    ///
    /// # Panics
    /// Panics if there is no such node.
    pub fn distance(&self, i: usize, j: usize) -> f64 {
        between(&self.positions[i], &self.positions[j])
    }

    /// Returns the same graph, translated so that the mean of the coordinates is the origin.
    #[must_use]
    pub fn centered(&self) -> Self {
        let count = self.positions.len().max(1) as f64;
        let mean: [f64; D] = std::array::from_fn(|axis| {
            self.positions.iter().map(|place| place[axis]).sum::<f64>() / count
        });
        let moved = self.positions.iter();
        let moved = moved.map(|place| std::array::from_fn(|axis| place[axis] - mean[axis]));
        Self::placed(self.topology.clone(), moved.collect())
    }

    /// Returns the largest connected component with its coordinates; see [`largest_components`].
    pub fn largest_component(&self) -> Self {
        let (topology, kept) = largest_components(&self.topology);
        let positions = kept.iter().map(|&node| self.positions[node]).collect();
        Self::placed(topology, positions)
    }
}

impl PlacedGraph<3> {
    /// Returns the same graph, rotated about the origin.
    #[must_use]
    pub fn rotated(&self, rotation: &Rotation) -> Self {
        let turned = self.positions.iter().map(|&place| rotation.apply(place));
        Self::placed(self.topology.clone(), turned.collect())
    }
}

/// Euclidean distance of two points.
fn between<const D: usize>(a: &[f64; D], b: &[f64; D]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
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
    fn rejects_sizes_that_do_not_fit() {
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

    #[test]
    fn contacts_are_the_close_pairs() {
        let places = vec![[0.0, 0.0], [3.0, 4.0], [0.0, 1.0], [9.0, 9.0]];
        let graph = PlacedGraph::of_contacts(places.clone(), 5.0);
        assert_eq!(graph.topology().edges(), [[0, 2], [1, 2]]);
        let wider = PlacedGraph::of_contacts(places, 5.0 + 1e-9);
        assert_eq!(wider.topology().edges(), [[0, 1], [0, 2], [1, 2]]);
        let nothing = PlacedGraph::<3>::of_contacts(Vec::new(), 1.0);
        assert_eq!(nothing.centered(), nothing);
    }
}

//! Graphs for tests and training: plain families, random graphs, and Waxman graphs in the plane.
//!
//! | function | graph |
//! |---|---|
//! | [`path()`], [`cycle()`], [`star()`], [`complete()`], [`complete_bipartite()`], [`grid()`] | one graph of a family |
//! | [`random_tree()`] | uniform among the labeled trees |
//! | [`random_connected()`] | such a tree with a given number of additional edges |
//! | [`erdos_renyi()`] | each pair of nodes is joined with the same probability |
//! | [`Waxman`] | points in the unit square, where close ones are likelier to be joined; with coordinates |
//!
//! Every function generates one graph, with edges in lexicographic order;
//! [`GraphTopology::disjoint_union`] combines several into a batch. The docs of random generators
//! state how many draws they consume, so a seed gives the same graphs everywhere.
//!
//! ```
//! use fireweed::graph::{GraphTopology, generate};
//! use rand::{SeedableRng, rngs::ChaCha8Rng};
//!
//! let mut rng = ChaCha8Rng::seed_from_u64(1);
//! let tree = generate::random_tree(7, &mut rng)?;
//! let batch = GraphTopology::disjoint_union([&tree, &generate::path(3)]);
//! assert_eq!((batch.graph_count(), batch.edge_count()), (2, 8));
//! # Ok::<(), fireweed::graph::GraphError>(())
//! ```

mod component;
mod erdos_renyi;
mod families;
mod placed_graph;
mod random_connected;
mod random_tree;
mod waxman;

pub use component::largest_components;
pub use erdos_renyi::erdos_renyi;
pub use families::{complete, complete_bipartite, cycle, grid, path, star};
pub use placed_graph::PlacedGraph;
pub use random_connected::random_connected;
pub use random_tree::random_tree;
pub use waxman::{Waxman, WaxmanForm};

use super::{GraphError, GraphTopology};

#[cfg(test)]
mod law;

/// Graphs whose edges are distinct pairs of their nodes by construction.
fn simple(node_counts: &[usize], mut edges: Vec<[usize; 2]>) -> GraphTopology {
    edges.sort_unstable();
    match GraphTopology::new(node_counts, edges) {
        Ok(topology) => topology,
        Err(error) => unreachable!("{error}"),
    }
}

//! Graphs with named attributes of nodes and edges, on the host.
//!
//! An attribute is a number or a kind (one of several names). All graphs of a set have the same
//! attributes, so models can use numbers as features and kinds as categories.
//!
//! ```
//! use fireweed::graph::{
//!     GraphTopology,
//!     attributed::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes, KindNames},
//! };
//!
//! // Water, with coordinates in the plane.
//! let topology = GraphTopology::single(3, vec![[0, 1], [0, 2]])?;
//! let nodes = Attributes {
//!     numbers: vec![vec![0.0, -0.76, 0.76], vec![0.0, 0.59, 0.59]],
//!     kinds: vec![vec![1, 0, 0]],
//! };
//! let water = AttributedGraph { nodes, ..AttributedGraph::plain(topology) };
//! let names = AttributeNames {
//!     numbers: vec!["x".into(), "y".into()],
//!     kinds: vec![KindNames { name: "element".into(), values: vec!["H".into(), "O".into()] }],
//! };
//! let graphs = AttributedGraphs::new(names, AttributeNames::default(), vec![water])?;
//! assert_eq!(graphs.to_placed::<2>()?[0].positions()[1], [-0.76, 0.59]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod joined;
mod names;
mod placed;
mod set;

pub use names::{AttributeNames, KindNames};
pub use set::{AttributedGraph, AttributedGraphs, Attributes};

#[cfg(test)]
mod tests;

//! Statistics of graphs, with one value per graph of a batch.
//!
//! | function | value of a graph with n nodes and m edges | networkx |
//! |---|---|---|
//! | [`edge_density`] | 2m/(n(n − 1)), or 2m/n² | `density` |
//! | [`average_degree`] | 2m/n | |
//! | [`degree_histogram`] | the number of nodes of each degree | `degree_histogram` |
//! | [`average_clustering`] | mean share of joined pairs among a node's neighbors | `average_clustering` |
//! | [`average_node_connectivity`] | mean number of vertex-disjoint paths between two nodes | `average_node_connectivity` |
//!
//! A mean over no items is 0, for example for a graph without nodes or without pairs of nodes. The
//! graphs of a batch are processed in parallel on Rayon's threads; values do not depend on the
//! number of threads.
//!
//! ```
//! use fireweed::graph::{GraphTopology, generate, statistics};
//!
//! let batch = GraphTopology::disjoint_union([&generate::complete(4), &generate::path(3)]);
//! assert_eq!(statistics::average_clustering(&batch), [1.0, 0.0]);
//! assert_eq!(statistics::average_node_connectivity(&batch), [3.0, 1.0]);
//! ```

mod blocks;
mod clustering;
mod degree;
mod node_connectivity;

pub use clustering::average_clustering;
pub use degree::{DensityConvention, average_degree, degree_histogram, edge_density};
pub use node_connectivity::average_node_connectivity;

#[cfg(test)]
mod golden_tests;

/// Returns `sum / count`, or 0 if `count` is 0.
fn mean(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / count as f64 }
}

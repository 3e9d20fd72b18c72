//! Graphs, with their structure on the host and their features on a device.
//!
//! | item | content |
//! |---|---|
//! | [`GraphTopology`] | structure of a batch of undirected simple graphs |
//! | [`GraphBatch`] | a structure with features of nodes and edges as tensors |
//! | [`Segments`] | sums, means, maxima and softmax over groups of rows |
//! | [`attributed`] | graphs with named attributes of nodes and edges |
//! | [`generate`] | families of graphs and random graphs |
//! | [`layout`] | positions of nodes, for drawing |
//! | [`pooling`], [`unpooling`] | smaller graphs, and the choices that regenerate larger ones |
//! | [`statistics`] | density, degrees, clustering, connectivity |
//!
//! Layers in [`nn`](crate::nn) take a [`GraphBatch`], and models in
//! [`generative`](crate::generative) generate one. [`evaluate`](crate::evaluate) compares sets of
//! graphs.
//!
//! ```
//! use fireweed::graph::{GraphTopology, generate, statistics};
//!
//! let batch = GraphTopology::disjoint_union([&generate::complete(4), &generate::path(3)]);
//! assert_eq!((batch.graph_count(), batch.node_count(), batch.edge_count()), (2, 7, 8));
//! assert_eq!(statistics::average_clustering(&batch), [1.0, 0.0]);
//! ```

pub mod attributed;
mod batch;
mod connectivity;
mod convert;
mod error;
pub mod generate;
pub mod layout;
pub mod pooling;
mod rotation;
mod segments;
pub mod statistics;
mod topology;
pub mod unpooling;

pub use batch::{GraphBatch, Messages};
pub use error::GraphError;
pub use rotation::Rotation;
pub use segments::Segments;
pub(crate) use segments::{indices, select_rows};
pub use topology::{EdgeEnd, GraphTopology};

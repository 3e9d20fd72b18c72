//! Graphs: their structure on the host, their features on the device.

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

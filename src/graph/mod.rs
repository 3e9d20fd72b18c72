//! Graphs: their structure on the host, their features on the device.

mod connectivity;
mod convert;
mod error;
pub mod generate;
pub mod statistics;
mod topology;

pub use error::GraphError;
pub use topology::{EdgeEnd, GraphTopology};

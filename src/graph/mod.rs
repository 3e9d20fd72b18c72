//! Graphs: their structure on the host, their features on the device.

mod connectivity;
mod convert;
mod error;
pub mod generate;
mod topology;

pub use error::GraphError;
pub use topology::{EdgeEnd, GraphTopology};

//! How close generated data is to real data.

pub mod divergence;
#[cfg(feature = "train")]
pub mod graphs;

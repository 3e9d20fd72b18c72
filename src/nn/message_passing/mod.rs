//! Message passing along the edges of a batch of graphs, in the forms that the graph layers need.
//!
//! As in [`kernel`](crate::kernel), each has a fused form on flex and a composition of tensor
//! operations elsewhere, with one interface and the same result.

pub(crate) mod edge_products;
pub(crate) mod gated;

use burn::{config::Config, tensor::Tensor};

use crate::graph::Segments;

/// How the messages to a node are combined. The result for a node without messages is 0.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// The sum.
    Sum,
    /// The mean.
    Mean,
    /// The maximum of each feature.
    Max,
}

impl Aggregation {
    /// Combines the rows of each segment.
    ///
    /// # Shapes
    /// - messages: `[rows, features]`
    /// - output: `[segments, features]`
    ///
    /// # Panics
    /// Panics if `receivers` was made for another number of rows.
    pub fn apply(self, messages: Tensor<2>, receivers: &Segments) -> Tensor<2> {
        match self {
            Self::Sum => receivers.sum(messages),
            Self::Mean => receivers.mean(messages),
            Self::Max => receivers.max(messages),
        }
    }
}

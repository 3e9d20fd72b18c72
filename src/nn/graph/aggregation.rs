use burn::{config::Config, tensor::Tensor};

use crate::graph::Segments;

/// How a node combines the messages that reach it. A node without messages gets 0.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// The sum.
    Sum,
    /// The mean.
    Mean,
    /// The largest value of each feature.
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
    /// Where the segments were made for another number of rows.
    pub fn apply(self, messages: Tensor<2>, receivers: &Segments) -> Tensor<2> {
        match self {
            Self::Sum => receivers.sum(messages),
            Self::Mean => receivers.mean(messages),
            Self::Max => receivers.max(messages),
        }
    }
}

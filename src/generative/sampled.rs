use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::graph::GraphTopology;

/// One generated graph on the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampledGraph {
    /// The structure.
    pub topology: GraphTopology,
    /// For each node, its category of each block; empty if features are real numbers.
    pub categories: Vec<Vec<usize>>,
    /// For each node, its real features; empty if features are categories.
    pub values: Vec<Vec<f32>>,
    /// The kind of each edge, in the order of the topology's edges; all 0 without kinds.
    pub kinds: Vec<usize>,
}

/// Returns the rows of a tensor on the host.
pub(super) fn rows(values: Tensor<2>) -> Vec<Vec<f32>> {
    let [count, width] = values.dims();
    if width == 0 {
        return vec![Vec::new(); count];
    }
    let values: Vec<f32> = values
        .into_data()
        .convert::<f32>()
        .try_into_vec()
        .unwrap_or_else(|error| unreachable!("the data was converted: {error}"));
    values.chunks_exact(width).map(<[f32]>::to_vec).collect()
}

use burn::tensor::Tensor;

use crate::graph::{GraphBatch, GraphTopology};

/// One generated graph on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledGraph {
    /// The structure.
    pub topology: GraphTopology,
    /// The features of each node.
    pub nodes: Vec<Vec<f32>>,
    /// The features of each edge, in the order of the topology's edges.
    pub edges: Vec<Vec<f32>>,
}

impl SampledGraph {
    /// The categories of each node, for one-hot blocks of these sizes: the place of the largest
    /// entry of each block.
    ///
    /// # Panics
    /// Where the blocks have another width than the nodes.
    pub fn node_categories(&self, blocks: &[usize]) -> Vec<Vec<usize>> {
        let categories = |row: &Vec<f32>| {
            let mut start = 0;
            let places = blocks.iter().map(|&size| {
                start += size;
                largest(&row[start - size..start])
            });
            places.collect()
        };
        self.nodes.iter().map(categories).collect()
    }

    /// The kind of each edge: the place of the largest entry; 0 without features.
    pub fn edge_kinds(&self) -> Vec<usize> {
        self.edges.iter().map(|row| largest(row)).collect()
    }
}

fn largest(row: &[f32]) -> usize {
    let mut best = 0;
    for (place, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = place;
        }
    }
    best
}

/// Reads the graphs of a batch.
pub fn sampled_graphs(batch: &GraphBatch) -> Vec<SampledGraph> {
    let topology = batch.topology();
    let (nodes, edges) = (rows(batch.nodes()), rows(batch.edges()));
    (0..topology.graph_count())
        .map(|graph| SampledGraph {
            topology: topology.graph(graph),
            nodes: nodes[topology.nodes_of(graph)].to_vec(),
            edges: edges[topology.edges_of(graph)].to_vec(),
        })
        .collect()
}

fn rows(values: Tensor<2>) -> Vec<Vec<f32>> {
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

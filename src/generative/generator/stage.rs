use burn::{module::Module, nn::BatchNorm, tensor::Tensor};

use crate::{
    graph::GraphBatch,
    nn::{
        EdgeMlp, LatentSkip, MpnnLayer,
        dense::{leaky_relu, normalize},
        unpooling::{Unpooled, UnpoolingLayer},
    },
};

/// Unpooling, skip connection, message passing.
#[derive(Module, Debug)]
pub(super) struct Stage {
    pub(super) unpooling: UnpoolingLayer,
    pub(super) skip: Option<LatentSkip>,
    pub(super) refine: Refine,
}

impl Stage {
    /// Steps after unpooling: features of the latent vector, and message passing.
    pub(super) fn refine(&self, latent: Tensor<2>, larger: &Unpooled) -> GraphBatch {
        let graphs = match &self.skip {
            Some(skip) => skip.forward(latent, &larger.graphs),
            None => larger.graphs.clone(),
        };
        self.refine.forward(graphs)
    }
}

/// Optional new edge features, then message passing layers, each followed by normalization and
/// activation.
#[derive(Module, Debug)]
pub(super) struct Refine {
    pub(super) edges: Option<EdgeMlp>,
    pub(super) convolutions: Vec<(MpnnLayer, Option<BatchNorm>)>,
    pub(super) negative_slope: f64,
}

impl Refine {
    pub(super) fn forward(&self, graphs: GraphBatch) -> GraphBatch {
        let graphs = match &self.edges {
            None => graphs,
            Some(edges) => {
                let edges = edges.forward(&graphs);
                graphs.with_edges(edges)
            }
        };
        self.convolutions
            .iter()
            .fold(graphs, |graphs, (layer, norm)| {
                let nodes = normalize(layer.forward(&graphs), norm);
                let nodes = leaky_relu(nodes, self.negative_slope);
                graphs.with_nodes(nodes)
            })
    }
}

use burn::{config::Config, tensor::Tensor};

use super::Criticism;
use crate::graph::GraphBatch;

/// A penalty on the gradient norm of a critic.
///
/// ```text
/// GP = mean_g (‖∂D/∂(x, w)‖_g − target)²
/// ```
///
/// Here the norm of graph g is over the features of all its nodes and edges. It is computed at the
/// given graphs, not between two of them, since there is no interpolation between graphs of
/// different shapes. If one-sided, only norms above the target count.
///
/// An undirected edge has one row of features, whose gradient is the sum of those of its two
/// directions. The authors' program treats both directions as separate features, so an edge counts
/// up to twice as much here.
///
/// Reference: Gulrajani et al., "Improved Training of Wasserstein GANs" (2017), equation 3.
#[derive(Config, Debug)]
pub struct GradientPenalty {
    /// Factor of the penalty in the critic's loss. Default: 10.
    #[config(default = 10.0)]
    pub weight: f64,
    /// Norm without a penalty. Default: 1.
    #[config(default = 1.0)]
    pub target: f64,
    /// Whether smaller norms have no penalty either. Default: `false`.
    #[config(default = false)]
    pub one_sided: bool,
}

impl GradientPenalty {
    /// Returns the mean penalty of the graphs, `[1]`, without the factor.
    pub fn forward(&self, graphs: &GraphBatch, criticism: &Criticism) -> Tensor<1> {
        let excess = Self::norms(graphs, criticism) - self.target;
        let excess = match self.one_sided {
            true => excess.clamp_min(0.0),
            false => excess,
        };
        excess.square().mean()
    }

    /// Returns the norm of each graph's gradient, `[graphs]`.
    pub fn norms(graphs: &GraphBatch, criticism: &Criticism) -> Tensor<1> {
        let square = |gradient: &Tensor<2>| -> Tensor<1> {
            gradient.clone().square().sum_dim(1).flatten(0, 1)
        };
        let nodes = square(&criticism.node_gradient);
        let mut squares = graphs.nodes_by_graph().sum(nodes);
        if graphs.edge_width() > 0 {
            let edges = square(&criticism.edge_gradient);
            squares = squares + graphs.edges_by_graph().sum(edges);
        }
        // The derivative of the root is infinite at 0.
        (squares + 1e-12).sqrt()
    }
}

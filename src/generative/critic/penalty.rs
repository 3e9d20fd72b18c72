use burn::{config::Config, tensor::Tensor};

use super::Criticism;
use crate::graph::GraphBatch;

/// A penalty on how steep a critic is.
///
/// ```text
/// GP = mean_g (‖∂D/∂(x, w)‖_g − target)²
/// ```
///
/// where the norm of graph g is over the features of all its nodes and edges. It is taken at the
/// given graphs, not between two of them: graphs of different shapes have no points between.
/// One-sided, only norms above the target count.
///
/// An undirected edge has one row of features, whose gradient is the sum of those of its two
/// directions; the authors' program takes the two directions as features of their own, so that an
/// edge counts up to twice as much here.
///
/// Reference: Gulrajani et al., "Improved Training of Wasserstein GANs" (2017), equation 3.
#[derive(Config, Debug)]
pub struct GradientPenalty {
    /// Factor of the penalty in the critic's loss. Default: 10.
    #[config(default = 10.0)]
    pub weight: f64,
    /// The norm that costs nothing. Default: 1.
    #[config(default = 1.0)]
    pub target: f64,
    /// Whether smaller norms cost nothing as well. Default: no.
    #[config(default = false)]
    pub one_sided: bool,
}

impl GradientPenalty {
    /// The mean penalty of the graphs, `[1]`, without the factor.
    pub fn forward(&self, graphs: &GraphBatch, criticism: &Criticism) -> Tensor<1> {
        let excess = Self::norms(graphs, criticism) - self.target;
        let excess = match self.one_sided {
            true => excess.clamp_min(0.0),
            false => excess,
        };
        excess.square().mean()
    }

    /// The norm of each graph's gradient, `[graphs]`.
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
        // The root's own derivative is infinite at 0.
        (squares + 1e-12).sqrt()
    }
}

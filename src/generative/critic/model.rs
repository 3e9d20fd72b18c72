use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
};
use rand::rngs::ChaCha8Rng;

use super::{body::Body, trivial::Trivial};
use crate::{graph::GraphBatch, nn::dense::check_width};

/// Computes a score for each graph of a batch, as a critic, discriminator, or reward.
///
/// The score is the sum of two networks. The first passes messages, computes a gated readout of
/// input and hidden features, and ends in hidden layers:
///
/// ```text
/// D_1 = tanh( MLP( Σ_i σ(W_a h_i + b_a) ⊙ tanh(W_c h_i + b_c) ) / scale ),   h = MPNN(x, w) ‖ x
/// ```
///
/// The input of the second is the sums of node and edge features and the numbers of nodes and
/// edges, `D_2 = tanh(MLP(Σ_i x_i ‖ Σ_e w_e ‖ |V| ‖ |E|) / scale)`.
///
/// Reference: Section 3.3 of the dissertation. The authors' QM9 critic has batch normalization and
/// dropout 0.3, see [`CriticConfig`](super::CriticConfig).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::{generative::CriticConfig, graph::{GraphBatch, GraphTopology}};
///
/// let device = Device::flex();
/// let topology = GraphTopology::new(&[3, 2], vec![[0, 1], [1, 2], [3, 4]])?;
/// let graphs = GraphBatch::new(topology, Tensor::ones([5, 8], &device), Tensor::ones([3, 4], &device))?;
/// let critic = CriticConfig::new(8, 4).init(&device);
/// let judged = critic.forward_with_gradient(&graphs, None);
/// assert_eq!(judged.scores.dims(), [2]);
/// assert_eq!(judged.node_gradient.dims(), [5, 8]);
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Critic {
    pub(super) body: Body,
    pub(super) trivial: Option<Trivial>,
    pub(super) node_features: usize,
    pub(super) edge_features: usize,
}

/// Scores of graphs, with the input gradient for a penalty.
#[derive(Clone, Debug)]
pub struct Criticism {
    /// The score of each graph, `[graphs]`.
    pub scores: Tensor<1>,
    /// Gradient of the sum of the penalized scores in the node features, `[|V|, node features]`;
    /// differentiable.
    pub node_gradient: Tensor<2>,
    /// Same for the edge features, `[|E|, edge features]`. An undirected edge has one row, to which
    /// both directions of message passing contribute.
    pub edge_gradient: Tensor<2>,
}

impl Critic {
    /// Returns the score of each graph.
    ///
    /// If a generator is given, dropout is on and draws one `f32` from it per hidden feature of a
    /// layer with dropout. Otherwise dropout is off.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: `[graphs]`
    ///
    /// # Panics
    /// Panics if the features have other widths.
    pub fn forward(&self, graphs: &GraphBatch, dropout: Option<&mut ChaCha8Rng>) -> Tensor<1> {
        self.check(graphs);
        let (mut scores, _) = self.body.forward(graphs, dropout);
        if let Some(trivial) = &self.trivial {
            scores = scores + trivial.forward(graphs).0;
        }
        scores.flatten(0, 1)
    }

    /// Returns the score of each graph, and the gradient of the sum of scores in the features as a
    /// differentiable expression.
    ///
    /// # Shapes
    /// Same as [`forward`](Self::forward) and [`Criticism`].
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward).
    pub fn forward_with_gradient(
        &self,
        graphs: &GraphBatch,
        dropout: Option<&mut ChaCha8Rng>,
    ) -> Criticism {
        self.check(graphs);
        let (mut scores, pullback) = self.body.forward(graphs, dropout);
        let (mut nodes, mut edges) = pullback(scores.ones_like().detach());
        if let Some(trivial) = &self.trivial {
            let (more, pullback) = trivial.forward(graphs);
            if trivial.penalized {
                let (to_nodes, to_edges) = pullback(more.ones_like().detach());
                (nodes, edges) = (nodes + to_nodes, edges + to_edges);
            }
            scores = scores + more;
        }
        Criticism {
            scores: scores.flatten(0, 1),
            node_gradient: nodes,
            edge_gradient: edges,
        }
    }

    /// Returns the number of features of a node.
    pub fn node_features(&self) -> usize {
        self.node_features
    }

    /// Returns the number of features of an edge.
    pub fn edge_features(&self) -> usize {
        self.edge_features
    }

    /// Returns the parameter that every score depends on; it has a gradient whenever the critic has
    /// one.
    #[cfg(feature = "train")]
    pub(crate) fn output_weight(&self) -> burn::module::ParamId {
        self.body.output.weight.id
    }

    fn check(&self, graphs: &GraphBatch) {
        check_width("Critic", "node", self.node_features, graphs.node_width());
        check_width("Critic", "edge", self.edge_features, graphs.edge_width());
    }
}

impl ModuleDisplay for Critic {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let widths: Vec<usize> = self
            .body
            .convolutions
            .iter()
            .map(|(layer, _)| layer.root.weight.dims()[1])
            .collect();
        content
            .add("node_features", &self.node_features)
            .add("widths", &format!("{widths:?}"))
            .add("trivial", &self.trivial.is_some())
            .optional()
    }
}

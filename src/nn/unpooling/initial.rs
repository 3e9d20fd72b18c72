use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{BatchNorm, Initializer, Linear},
    tensor::{Device, Tensor, activation::softmax},
};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    draw::{Chooser, Draws, MostProbable},
    networks::smooth,
    read,
};
use crate::{
    graph::{GraphBatch, GraphTopology, indices, select_rows},
    nn::{
        EdgeMlp, EdgeMlpConfig,
        dense::{
            Dense, DenseStyle, apply, assert_positive, check_width, leaky_relu, linear_initializer,
            normalize,
        },
    },
};

/// A connected graph with three nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InitialStructure {
    /// The path with node 2 in the middle, without the edge 0–1.
    Without01,
    /// The path with node 1 in the middle, without the edge 0–2.
    Without02,
    /// The path with node 0 in the middle, without the edge 1–2.
    Without12,
    /// The triangle.
    Triangle,
}

/// The pairs of three nodes.
const PAIRS: [[usize; 2]; 3] = [[0, 1], [0, 2], [1, 2]];

impl InitialStructure {
    /// All four structures, in the order of the layer's probabilities.
    pub const ALL: [Self; 4] = [
        Self::Without01,
        Self::Without02,
        Self::Without12,
        Self::Triangle,
    ];

    /// Returns the edges.
    pub fn edges(self) -> Vec<[usize; 2]> {
        let missing = Self::ALL.iter().position(|&other| other == self);
        let pairs = PAIRS.into_iter().enumerate();
        let present = pairs.filter(|&(pair, _)| Some(pair) != missing);
        present.map(|(_, pair)| pair).collect()
    }
}

/// Configuration of an [`InitialGraph`].
#[derive(Config, Debug)]
pub struct InitialGraphConfig {
    /// Width of the latent vector.
    pub latent: usize,
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge; may be 0.
    pub edge_features: usize,
    /// Width of a hidden layer before the node features. If `None`, a leaky ReLU before
    /// normalization takes its place. In the authors' program it is 6 × node features for QM9, and
    /// `None` for Waxman and protein graphs. Default: `None`.
    #[config(default = "None")]
    pub hidden: Option<usize>,
    /// Hidden width of the network that scores pairs. Default: 16.
    #[config(default = 16)]
    pub pair_hidden: usize,
    /// Whether to apply batch normalization to node and edge features. Default: `false`.
    #[config(default = false)]
    pub batch_norm: bool,
    /// Whether to apply batch normalization in the network that scores pairs. Default: `false`.
    #[config(default = false)]
    pub scorer_batch_norm: bool,
    /// Number added to the probability of each structure before normalization. Default: 1e-4.
    #[config(default = 1e-4)]
    pub smoothing: f64,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl InitialGraphConfig {
    /// Creates the layer.
    ///
    /// # Panics
    /// Panics if the smoothing is not from 0 to 1, or the width of the latent vector or the number
    /// of node features is 0.
    pub fn init(&self, device: &Device) -> InitialGraph {
        assert_positive(
            "InitialGraph",
            &[
                ("latent", self.latent),
                ("node_features", self.node_features),
            ],
        );
        assert!(
            (0.0..=1.0).contains(&self.smoothing),
            "smoothing = {} is not a smoothing of probabilities: choose a number from 0 to 1, for example 0.0001",
            self.smoothing
        );
        let style = |batch_norm| DenseStyle {
            batch_norm,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let (blocks, scoring) = (style(self.batch_norm), style(self.scorer_batch_norm));
        let features = self.node_features;
        InitialGraph {
            hidden: self.hidden.map(|width| blocks.dense(self.latent, width)),
            nodes: blocks.linear(self.hidden.unwrap_or(self.latent), 3 * features),
            node_norm: blocks.norm(features),
            pairs: [
                scoring.dense(features, self.pair_hidden),
                scoring.dense(self.pair_hidden, 2),
            ],
            edges: (self.edge_features > 0).then(|| {
                EdgeMlpConfig::new(features, self.edge_features)
                    .with_batch_norm(self.batch_norm)
                    .with_negative_slope(self.negative_slope)
                    .with_initializer(self.initializer.clone())
                    .init(device)
            }),
            smoothing: self.smoothing,
            negative_slope: self.negative_slope,
        }
    }
}

/// Generates graphs of three nodes from latent vectors, the start of a generator.
///
/// Node features are a linear map of the latent vector, split into three rows:
///
/// ```text
/// z → Linear → BN? → LReLU → Linear → three rows → BN? → LReLU      with a hidden layer
/// z → Linear → LReLU → three rows → BN? → LReLU                     without
/// ```
///
/// Each pair of nodes gets two scores, for being absent (component 0) and
/// present (component 1),
///
/// ```text
/// g(a, b) = MLP(LReLU(x_a + x_b)) ∈ R²,
/// ```
///
/// and the four connected structures get the mean score of their three pairs: the path without
/// `ab` has `(g_0(ab) + g_1(other) + g_1(other')) / 3`, the triangle the mean of all `g_1`. One of
/// them is drawn from the softmax of these, smoothed. Its log-probability is returned
/// for the policy gradient.
///
/// Reference: Section 3.3 of the dissertation.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct InitialGraph {
    hidden: Option<Dense>,
    nodes: Linear,
    node_norm: Option<BatchNorm>,
    pairs: [Dense; 2],
    edges: Option<EdgeMlp>,
    smoothing: f64,
    negative_slope: f64,
}

/// Output of an [`InitialGraph`]: graphs of three nodes.
#[derive(Clone, Debug)]
pub struct Initial {
    /// The graphs.
    pub graphs: GraphBatch,
    /// Log-probability of each structure, `[graphs]`, differentiable.
    pub log_prob: Tensor<1>,
    /// The structures.
    pub structures: Vec<InitialStructure>,
}

impl InitialGraph {
    /// Draws a graph for each latent vector.
    ///
    /// Consumes one uniform `f64` for each graph.
    ///
    /// # Shapes
    /// - latent: `[graphs, latent]`
    /// - output: nodes `[3 graphs, node features]`, edges `[|E|, edge features]`
    ///
    /// # Panics
    /// Panics if the latent vectors have another width.
    pub fn forward(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Initial {
        self.choose(latent, &mut Draws(rng))
    }

    /// Generates the most probable graph for each latent vector. Draws nothing.
    ///
    /// # Shapes
    /// Same as [`forward`](Self::forward).
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward).
    pub fn mode(&self, latent: Tensor<2>) -> Initial {
        self.choose(latent, &mut MostProbable)
    }

    fn choose(&self, latent: Tensor<2>, chooser: &mut impl Chooser) -> Initial {
        let x = self.node_features(latent);
        let probabilities = self.probabilities(&x);
        let on_host = read(probabilities.clone().flatten(0, 1));
        let chosen = on_host
            .chunks_exact(4)
            .map(|p| InitialStructure::ALL[chooser.choose(p)]);
        let structures: Vec<_> = chosen.collect();
        self.carry_out(x, probabilities, structures)
    }

    /// Generates graphs with given structures.
    ///
    /// # Shapes
    /// Same as [`forward`](Self::forward).
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward); also panics if the number of structures differs.
    pub fn replay(&self, latent: Tensor<2>, structures: &[InitialStructure]) -> Initial {
        let found = latent.dims()[0];
        assert_eq!(
            structures.len(),
            found,
            "one structure for each latent vector is needed"
        );
        let x = self.node_features(latent);
        let probabilities = self.probabilities(&x);
        self.carry_out(x, probabilities, structures.to_vec())
    }

    fn latent_width(&self) -> usize {
        match &self.hidden {
            Some(hidden) => hidden.linear.weight.dims()[0],
            None => self.nodes.weight.dims()[0],
        }
    }

    fn node_features(&self, latent: Tensor<2>) -> Tensor<2> {
        let graphs = latent.dims()[0];
        check_width(
            "InitialGraph",
            "latent",
            self.latent_width(),
            latent.dims()[1],
        );
        let latent = match &self.hidden {
            Some(hidden) => hidden.forward(latent),
            None => latent,
        };
        let mut rows = apply(&self.nodes, latent);
        if self.hidden.is_none() {
            rows = leaky_relu(rows, self.negative_slope);
        }
        let features = rows.dims()[1] / 3;
        let rows = normalize(rows.reshape([3 * graphs, features]), &self.node_norm);
        leaky_relu(rows, self.negative_slope)
    }

    /// `[graphs, 4]`, in the order of [`InitialStructure::ALL`].
    fn probabilities(&self, x: &Tensor<2>) -> Tensor<2> {
        let [rows, features] = x.dims();
        let graphs = rows / 3;
        let x = x.clone().reshape([graphs, 3, features]);
        let sums = PAIRS.map(|pair| {
            let [a, b] = pair.map(|node| x.clone().slice([0..graphs, node..node + 1]));
            a + b
        });
        let sums = Tensor::cat(sums.to_vec(), 1).reshape([3 * graphs, features]);
        let sums = leaky_relu(sums, self.negative_slope);
        let scores = self.pairs.iter().fold(sums, |h, block| block.forward(h));
        let scores = scores.reshape([graphs, 3, 2]) / 3.0;
        let component = |index: usize| -> Tensor<2> {
            scores
                .clone()
                .slice([0..graphs, 0..3, index..index + 1])
                .reshape([graphs, 3])
        };
        let (absent, present) = (component(0), component(1));
        let triangle = present.clone().sum_dim(1);
        let without = triangle.clone() + absent - present;
        smooth(
            softmax(Tensor::cat(vec![without, triangle], 1), 1),
            self.smoothing,
        )
    }

    fn carry_out(
        &self,
        x: Tensor<2>,
        probabilities: Tensor<2>,
        structures: Vec<InitialStructure>,
    ) -> Initial {
        let graphs = structures.iter().enumerate();
        let edges = graphs.clone().flat_map(|(graph, structure)| {
            let edges = structure.edges().into_iter();
            edges.map(move |edge| edge.map(|node| node + 3 * graph))
        });
        let topology = GraphTopology::new(&vec![3; structures.len()], edges.collect())
            .unwrap_or_else(|error| unreachable!("three nodes and their pairs: {error}"));
        let places: Vec<usize> = graphs
            .map(|(graph, &structure)| 4 * graph + structure as usize)
            .collect();
        let places = indices(&places, &x.device());
        let log_prob = select_rows(probabilities.flatten::<1>(0, 1), &places).log();
        let graphs = GraphBatch::without_edge_features(topology, x)
            .unwrap_or_else(|error| unreachable!("three rows for each graph: {error}"));
        let graphs = match &self.edges {
            None => graphs,
            Some(edges) => {
                let edges = leaky_relu(edges.forward(&graphs), self.negative_slope);
                graphs.with_edges(edges)
            }
        };
        Initial {
            graphs,
            log_prob,
            structures,
        }
    }
}

impl ModuleDisplay for InitialGraph {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let features = self.nodes.weight.dims()[1] / 3;
        content
            .add("latent", &self.latent_width())
            .add("node_features", &features)
            .add(
                "edge_features",
                &self.edges.as_ref().map_or(0, EdgeMlp::edge_features),
            )
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "initial_tests.rs"]
mod tests;

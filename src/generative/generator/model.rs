use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::{Device, Tensor},
};
use rand::Rng;

use super::{
    BondCapacities, Generated, LatentDistribution,
    capacity::Legal,
    gumbel::straight_through,
    head::{EdgeHead, NodeHead, node_log_probs},
    stage::{Refine, Stage},
};
use crate::{
    generative::{GenerativeError, GraphFeatures, NodeFeatures},
    graph::GraphBatch,
    nn::{dense::check_width, unpooling::InitialGraph},
};

/// Generates connected graphs from latent vectors, by unpooling.
///
/// Three nodes are made from the latent vector; every stage unpools nodes, adds features from the
/// latent vector to each, makes new edge features and passes messages; a head turns hidden features
/// into categories (one-hot, by the straight-through Gumbel-softmax, one draw for each node block
/// and each undirected edge) or into real numbers.
///
/// The structure is sampled, so it is trained by the policy gradient of
/// [`structure_log_prob`](Generated::structure_log_prob); everything else by ordinary gradients.
///
/// Reference: section 3.3 of the dissertation.
///
/// ```
/// use burn::tensor::Device;
/// use fireweed::{
///     generative::{GeneratorConfig, GraphFeatures, StageConfig, sampled_graphs},
///     nn::unpooling::NodeSelection,
/// };
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let device = Device::flex();
/// let all = NodeSelection::ByPosition { kept: 0, random: 0 };
/// let stage = StageConfig::new(all, 6, vec![32]);
/// let features = GraphFeatures::categorical(vec![4], 3);
/// let generator = GeneratorConfig::new(features, 16, 32, vec![32], 8, vec![stage]).init(&device);
///
/// let mut rng = ChaCha8Rng::seed_from_u64(0);
/// let latent = generator.latent(10, &device, &mut rng);
/// let graphs = sampled_graphs(&generator.forward(latent, &mut rng).graphs);
/// assert!(graphs.iter().all(|graph| graph.topology.is_connected()));
/// assert_eq!(graphs[0].topology.node_count(), 6);
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Generator {
    pub(super) initial: InitialGraph,
    pub(super) refine: Refine,
    pub(super) stages: Vec<Stage>,
    pub(super) nodes: NodeHead,
    pub(super) edges: Option<EdgeHead>,
    #[module(skip)]
    pub(super) features: GraphFeatures,
    pub(super) latent: usize,
    #[module(skip)]
    pub(super) distribution: LatentDistribution,
    pub(super) edges_see_samples: bool,
    pub(super) temperature: f64,
    #[module(skip)]
    pub(super) capacities: Option<BondCapacities>,
    pub(super) scored_features: bool,
}

impl Generator {
    /// Draws latent vectors.
    ///
    /// Consumes one `f32` for each entry.
    ///
    /// # Shapes
    /// - output: `[count, latent]`
    pub fn latent(&self, count: usize, device: &Device, rng: &mut impl Rng) -> Tensor<2> {
        self.distribution.sample(count, self.latent, device, rng)
    }

    /// Generates a graph for each latent vector.
    ///
    /// In training mode, batch normalisation uses the statistics of the batch and updates the
    /// running ones; otherwise graphs do not depend on each other.
    ///
    /// Consumes draws of the structure first, see
    /// [`UnpoolingLayer::forward`](crate::nn::unpooling::UnpoolingLayer::forward), then those of
    /// categories: one `f32` for each category of each node and edge; with bond capacities, one
    /// `f64` for each choice.
    ///
    /// # Shapes
    /// - latent: `[graphs, latent]`
    ///
    /// # Panics
    /// Where the latent vectors have another width, or a graph grows beyond the largest size of a
    /// stage.
    pub fn forward(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Generated {
        check_width("Generator", "latent", self.latent, latent.dims()[1]);
        let initial = self.initial.forward(latent.clone(), rng);
        let mut structure_log_prob = initial.log_prob;
        let mut graphs = self.refine.forward(initial.graphs);
        for stage in &self.stages {
            let added;
            (graphs, added) = stage.forward(latent.clone(), &graphs, rng);
            structure_log_prob = structure_log_prob + added;
        }
        let [hidden, output] = self.nodes.forward(graphs.nodes());
        let NodeFeatures::Categorical(blocks) = &self.features.nodes else {
            let edges = self.edges(&graphs, hidden, output.clone(), rng);
            return Generated {
                graphs: graphs.with_nodes(output).with_edges(edges.features),
                structure_log_prob,
                feature_log_prob: edges.log_prob,
                node_log_probs: Vec::new(),
                edge_log_probs: edges.log_probs,
            };
        };
        let log_probs = node_log_probs(output.clone(), blocks);
        if let (Some(capacities), Some(head)) = (&self.capacities, &self.edges) {
            let legal = Legal::new(capacities, graphs.topology());
            let (nodes, node_log_prob) = legal.nodes(&graphs, &log_probs, rng);
            let seen = self.seen(output, &nodes.features);
            let log_prob = head.forward(&graphs, hidden.clone(), seen.clone());
            let scored = self.scored(head, &graphs, hidden, seen, &log_prob);
            let (edges, edge_log_prob) = legal.edges(&graphs, &nodes, [&log_prob, &scored], rng);
            return Generated {
                graphs: graphs.with_nodes(nodes.features).with_edges(edges),
                structure_log_prob,
                feature_log_prob: self.score(node_log_prob + edge_log_prob),
                node_log_probs: log_probs,
                edge_log_probs: Some(log_prob),
            };
        }
        let mut node_log_prob = graphs.nodes().sum_dim(1).flatten::<1>(0, 1).zeros_like();
        let samples = log_probs.iter().map(|block| {
            let [sample, drawn] = straight_through(block.clone(), self.temperature, rng);
            let chosen = (block.clone() * drawn).sum_dim(1).flatten(0, 1);
            node_log_prob = node_log_prob.clone() + chosen;
            sample
        });
        let nodes = Tensor::cat(samples.collect(), 1);
        let seen = self.seen(output, &nodes);
        let edges = self.edges(&graphs, hidden, seen, rng);
        let node_log_prob = graphs.nodes_by_graph().sum(node_log_prob);
        Generated {
            structure_log_prob,
            feature_log_prob: self.score(node_log_prob + edges.log_prob),
            graphs: graphs.with_nodes(nodes).with_edges(edges.features),
            node_log_probs: log_probs,
            edge_log_probs: edges.log_probs,
        }
    }

    /// Generates `count` graphs in batches, and hands each batch to `receive`.
    ///
    /// Batches have at most `batch_size` graphs. Every batch draws its latent vectors, then
    /// [generates](Self::forward).
    pub fn sample(
        &self,
        count: usize,
        batch_size: usize,
        device: &Device,
        rng: &mut impl Rng,
        mut receive: impl FnMut(GraphBatch),
    ) {
        let mut left = count;
        while left > 0 {
            let size = left.min(batch_size.max(1));
            let latent = self.latent(size, device, rng);
            receive(self.forward(latent, rng).graphs);
            left -= size;
        }
    }

    /// What is generated.
    pub fn features(&self) -> &GraphFeatures {
        &self.features
    }

    /// Width of the latent vector.
    pub fn latent_width(&self) -> usize {
        self.latent
    }

    /// Chooses categories of nodes and edges such that no node has more bonds than it can have.
    ///
    /// Categories are then drawn one after the other among those that are still possible, and the
    /// logarithm of their probability is [`Generated::feature_log_prob`].
    ///
    /// # Errors
    /// [`GenerativeError::Setting`] where the capacities are for other categories.
    pub fn with_capacities(
        mut self,
        capacities: Option<BondCapacities>,
    ) -> Result<Self, GenerativeError> {
        if let Some(capacities) = &capacities {
            capacities.check(&self.features)?;
        }
        self.capacities = capacities;
        Ok(self)
    }

    /// What keeps valences legal, where anything does.
    pub fn capacities(&self) -> Option<&BondCapacities> {
        self.capacities.as_ref()
    }

    /// Gives [`Generated::feature_log_prob`] gradients, for a policy gradient over categories too.
    /// Costs a second pass of the network that makes the kinds of edges.
    pub fn with_scored_features(mut self, scored: bool) -> Self {
        self.scored_features = scored;
        self
    }

    /// What edges see of their nodes' categories.
    fn seen(&self, scores: Tensor<2>, samples: &Tensor<2>) -> Tensor<2> {
        match self.edges_see_samples {
            true => samples.clone(),
            false => scores,
        }
    }

    /// The kinds of edges.
    fn edges(
        &self,
        graphs: &GraphBatch,
        hidden: Tensor<2>,
        seen: Tensor<2>,
        rng: &mut impl Rng,
    ) -> DrawnEdges {
        let Some(head) = &self.edges else {
            let options = (&graphs.device(), graphs.nodes().dtype());
            return DrawnEdges {
                features: Tensor::zeros([graphs.topology().edge_count(), 0], options),
                log_prob: Tensor::zeros([graphs.topology().graph_count()], options),
                log_probs: None,
            };
        };
        let log_probs = head.forward(graphs, hidden.clone(), seen.clone());
        let scored = self.scored(head, graphs, hidden, seen, &log_probs);
        let [features, drawn] = straight_through(log_probs.clone(), self.temperature, rng);
        let chosen = (scored * drawn).sum_dim(1).flatten(0, 1);
        DrawnEdges {
            features,
            log_prob: graphs.edges_by_graph().sum(chosen),
            log_probs: Some(log_probs),
        }
    }

    /// The log-probabilities that edges are scored with. Their gradient must not pass through the
    /// samples that edges see: the score of a choice has it as a constant.
    fn scored(
        &self,
        head: &EdgeHead,
        graphs: &GraphBatch,
        hidden: Tensor<2>,
        seen: Tensor<2>,
        log_prob: &Tensor<2>,
    ) -> Tensor<2> {
        match self.scored_features && self.edges_see_samples {
            true => head.forward(graphs, hidden, seen.detach()),
            false => log_prob.clone(),
        }
    }

    fn score(&self, log_prob: Tensor<1>) -> Tensor<1> {
        match self.scored_features {
            true => log_prob,
            false => log_prob.detach(),
        }
    }
}

/// Kinds of edges, drawn.
struct DrawnEdges {
    /// One-hot, with the gradient of the probabilities.
    features: Tensor<2>,
    /// The log-probability of those of each graph.
    log_prob: Tensor<1>,
    /// The log-probabilities of all kinds, where there are kinds.
    log_probs: Option<Tensor<2>>,
}

impl ModuleDisplay for Generator {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("latent", &self.latent)
            .add("stages", &self.stages.len())
            .add("node_features", &self.features.nodes.width())
            .add("edge_kinds", &self.features.edge_kinds)
            .optional()
    }
}

use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::{Device, Tensor},
};
use rand::{Rng, rngs::ChaCha8Rng};

use super::{
    BondCapacities, Categories, Generated, GeneratorChain, LatentDistribution,
    capacity::Legal,
    choose::{Chosen, Source, choose_rows},
    head::{EdgeHead, NodeHead, node_log_probs},
    stage::{Refine, Stage},
};
use crate::{
    generative::{GenerativeError, GraphFeatures, NodeFeatures},
    graph::{GraphBatch, GraphTopology},
    nn::{
        dense::check_width,
        unpooling::{Initial, InitialGraph, NodeSelection, Unpooled},
    },
};

/// Generates connected graphs from latent vectors, by unpooling.
///
/// Three initial nodes are generated from the latent vector. Every stage unpools nodes, adds
/// features of the latent vector to each, computes new edge features and passes messages. A head
/// maps hidden features to categories or to real numbers. Categories are one-hot by the
/// straight-through Gumbel-softmax, with one draw per node block and undirected edge.
///
/// The structure is sampled, so it is trained by the policy gradient of
/// [`structure_log_prob`](Generated::structure_log_prob). Everything else is trained by ordinary
/// gradients.
///
/// Reference: Section 3.3 of the dissertation.
///
/// ```
/// use burn::tensor::Device;
/// use fireweed::{
///     generative::{GeneratorConfig, GraphFeatures, StageConfig},
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
/// let graphs = generator.sample(latent, &mut rng).sampled();
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

    /// Draws a graph for each latent vector.
    ///
    /// In training mode, batch normalization uses the statistics of the batch and updates the
    /// running ones. Otherwise graphs are independent of each other.
    ///
    /// Consumes the draws of the structure first, see
    /// [`UnpoolingLayer::forward`](crate::nn::unpooling::UnpoolingLayer::forward), then those of
    /// categories: one `f32` per category of each node and edge, or with bond capacities one `f64`
    /// per choice.
    ///
    /// # Shapes
    /// - latent: `[graphs, latent]`
    ///
    /// # Panics
    /// Panics if the latent vectors have another width, or if a graph exceeds the largest size of a
    /// stage.
    pub fn sample(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Generated {
        self.check_latent(&latent);
        let initial = self.initial.forward(latent.clone(), rng);
        let start = Grown::new(self, initial);
        let grown = self.stages.iter().fold(start, |grown, stage| {
            let larger = stage.unpooling.forward(&grown.graphs, rng);
            grown.with(stage, &latent, larger)
        });
        self.finish(grown, &mut Source::Draw(rng))
    }

    /// Generates a graph for each latent vector by the most probable alternative of each choice,
    /// given the previous choices. Draws nothing.
    ///
    /// # Shapes
    /// Same as [`sample`](Self::sample).
    ///
    /// # Panics
    /// Same as [`sample`](Self::sample).
    pub fn mode(&self, latent: Tensor<2>) -> Generated {
        self.check_latent(&latent);
        let start = Grown::new(self, self.initial.mode(latent.clone()));
        let grown = self.stages.iter().fold(start, |grown, stage| {
            let larger = stage.unpooling.mode(&grown.graphs);
            grown.with(stage, &latent, larger)
        });
        self.finish::<ChaCha8Rng>(grown, &mut Source::Mode)
    }

    /// Generates the graphs of given choices, for example to train a decoder on given graphs.
    ///
    /// [`Generated::feature_log_prob`] is differentiable.
    ///
    /// # Shapes
    /// Same as [`sample`](Self::sample).
    ///
    /// # Errors
    /// Returns an error if the generator cannot make these choices, or does not have these
    /// categories. [`pool_to_selections`](super::pool_to_selections) finds choices for a graph.
    ///
    /// # Panics
    /// Same as [`sample`](Self::sample).
    pub fn replay(
        &self,
        latent: Tensor<2>,
        chain: &GeneratorChain,
        categories: &Categories,
    ) -> Result<Generated, GenerativeError> {
        let grown = self.replay_structure(latent, chain)?;
        self.check_categories(grown.graphs.topology(), categories)?;
        let source = &mut Source::<ChaCha8Rng>::Replay(categories);
        Ok(self
            .clone()
            .with_scored_features(true)
            .finish(grown, source))
    }

    /// Returns the log-probability of given choices, `[graphs]`, differentiable.
    ///
    /// # Errors
    /// Returns an error if the generator cannot make these choices.
    ///
    /// # Panics
    /// Same as [`sample`](Self::sample).
    pub fn score(
        &self,
        latent: Tensor<2>,
        chain: &GeneratorChain,
    ) -> Result<Tensor<1>, GenerativeError> {
        Ok(self.replay_structure(latent, chain)?.log_prob)
    }

    fn check_latent(&self, latent: &Tensor<2>) {
        check_width("Generator", "latent", self.latent, latent.dims()[1]);
    }

    fn replay_structure(
        &self,
        latent: Tensor<2>,
        chain: &GeneratorChain,
    ) -> Result<Grown, GenerativeError> {
        self.check_latent(&latent);
        let [graphs, _] = latent.dims();
        for (what, found, expected) in [
            ("graphs", chain.initial.len(), graphs),
            ("layers", chain.layers.len(), self.stages.len()),
        ] {
            if found != expected {
                return Err(GenerativeError::Count {
                    object: "a chain",
                    what,
                    found,
                    expected,
                });
            }
        }
        let initial = self.initial.replay(latent.clone(), &chain.initial);
        let mut grown = Grown::new(self, initial);
        for (index, (stage, choices)) in self.stages.iter().zip(&chain.layers).enumerate() {
            let larger = stage.unpooling.replay(&grown.graphs, choices);
            let larger = larger.map_err(|source| GenerativeError::Layer {
                layer: index + 1,
                reason: source.to_string(),
            })?;
            grown = grown.with(stage, &latent, larger);
        }
        Ok(grown)
    }

    fn check_categories(
        &self,
        topology: &GraphTopology,
        categories: &Categories,
    ) -> Result<(), GenerativeError> {
        let blocks: &[usize] = match &self.features.nodes {
            NodeFeatures::Categorical(blocks) => blocks,
            NodeFeatures::Continuous(_) => &[],
        };
        let kinds = self.features.edge_kinds;
        let edges = if kinds > 0 { topology.edge_count() } else { 0 };
        let nodes = categories.nodes.iter().zip(blocks);
        let nodes = nodes.map(|(block, &count)| ("nodes", block, topology.node_count(), count));
        let edges = [("edges", &categories.edges, edges, kinds)];
        let count = |what, found, expected| GenerativeError::Count {
            object: "a chain",
            what,
            found,
            expected,
        };
        if categories.nodes.len() != blocks.len() {
            let (found, expected) = (categories.nodes.len(), blocks.len());
            return Err(count("blocks of categories", found, expected));
        }
        for (what, found, expected, categories) in nodes.chain(edges) {
            if found.len() != expected {
                return Err(count(what, found.len(), expected));
            }
            if let Some(&category) = found.iter().find(|&&category| category >= categories) {
                return Err(GenerativeError::Category {
                    what,
                    category,
                    count: categories,
                });
            }
        }
        Ok(())
    }

    /// Chooses categories, or computes real numbers.
    fn finish<R: Rng>(&self, grown: Grown, source: &mut Source<'_, R>) -> Generated {
        let Grown {
            graphs,
            log_prob: structure_log_prob,
            chain,
        } = grown;
        let chain = Some(chain);
        let [hidden, output] = self.nodes.forward(graphs.nodes());
        let NodeFeatures::Categorical(blocks) = &self.features.nodes else {
            let edges = self.edges(&graphs, hidden, output.clone(), source);
            return Generated {
                graphs: graphs.with_nodes(output).with_edges(edges.features),
                categories: Categories {
                    nodes: Vec::new(),
                    edges: edges.kinds,
                },
                chain,
                structure_log_prob,
                feature_log_prob: self.scored_or_not(edges.log_prob),
                node_log_probs: Vec::new(),
                edge_log_probs: edges.log_probs,
            };
        };
        let log_probs = node_log_probs(output.clone(), blocks);
        if let (Some(capacities), Some(head)) = (&self.capacities, &self.edges) {
            let legal = Legal::new(capacities, graphs.topology());
            let (nodes, node_log_prob) = legal.nodes(&graphs, &log_probs, source);
            let seen = self.seen(output, &nodes.features);
            let log_prob = head.forward(&graphs, hidden.clone(), seen.clone());
            let scored = self.scored(head, &graphs, hidden, seen, &log_prob);
            let (edges, edge_log_prob) = legal.edges(&graphs, &nodes, [&log_prob, &scored], source);
            return Generated {
                graphs: graphs.with_nodes(nodes.features).with_edges(edges.features),
                categories: Categories {
                    nodes: nodes.categories,
                    edges: edges.kinds,
                },
                chain,
                structure_log_prob,
                feature_log_prob: self.scored_or_not(node_log_prob + edge_log_prob),
                node_log_probs: log_probs,
                edge_log_probs: Some(log_prob),
            };
        }
        let mut node_log_prob = graphs.nodes().sum_dim(1).flatten::<1>(0, 1).zeros_like();
        let mut categories = Vec::new();
        let mut samples = Vec::new();
        for (index, block) in log_probs.iter().enumerate() {
            let chosen = self.choose(block.clone(), source, |source| source.given_nodes(index));
            let log_prob = (block.clone() * chosen.one_hot).sum_dim(1).flatten(0, 1);
            node_log_prob = node_log_prob + log_prob;
            categories.push(chosen.places);
            samples.push(chosen.features);
        }
        let nodes = Tensor::cat(samples, 1);
        let seen = self.seen(output, &nodes);
        let edges = self.edges(&graphs, hidden, seen, source);
        let node_log_prob = graphs.nodes_by_graph().sum(node_log_prob);
        Generated {
            structure_log_prob,
            chain,
            feature_log_prob: self.scored_or_not(node_log_prob + edges.log_prob),
            graphs: graphs.with_nodes(nodes).with_edges(edges.features),
            categories: Categories {
                nodes: categories,
                edges: edges.kinds,
            },
            node_log_probs: log_probs,
            edge_log_probs: edges.log_probs,
        }
    }

    fn choose<R: Rng>(
        &self,
        log_prob: Tensor<2>,
        source: &mut Source<'_, R>,
        given: impl for<'a> Fn(&'a Source<'_, R>) -> Option<&'a [usize]>,
    ) -> Chosen {
        if let Source::Draw(rng) = source {
            return choose_rows(log_prob, self.temperature, None, Some(*rng));
        }
        choose_rows::<R>(log_prob, self.temperature, given(source), None)
    }

    /// Returns the kinds of features of generated graphs.
    pub fn features(&self) -> &GraphFeatures {
        &self.features
    }

    /// Returns the selections of the unpooling layers.
    pub fn selections(&self) -> Vec<NodeSelection> {
        let stages = self.stages.iter();
        stages.map(|stage| stage.unpooling.selection()).collect()
    }

    /// Returns the width of the latent vector.
    pub fn latent_width(&self) -> usize {
        self.latent
    }

    /// Chooses categories of nodes and edges such that no node has more bonds than allowed.
    ///
    /// Categories are then drawn one after the other among those that are still possible. Their
    /// log-probability is [`Generated::feature_log_prob`].
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] if the capacities are for other categories.
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

    /// Returns the bond capacities that keep valences legal, if set.
    pub fn capacities(&self) -> Option<&BondCapacities> {
        self.capacities.as_ref()
    }

    /// Sets whether [`Generated::feature_log_prob`] is differentiable, for a policy gradient over
    /// categories. Costs a second pass of the network for the kinds of edges.
    pub fn with_scored_features(mut self, scored: bool) -> Self {
        self.scored_features = scored;
        self
    }

    /// The node categories that are input for edges: scores or samples.
    fn seen(&self, scores: Tensor<2>, samples: &Tensor<2>) -> Tensor<2> {
        match self.edges_see_samples {
            true => samples.clone(),
            false => scores,
        }
    }

    /// The kinds of edges.
    fn edges<R: Rng>(
        &self,
        graphs: &GraphBatch,
        hidden: Tensor<2>,
        seen: Tensor<2>,
        source: &mut Source<'_, R>,
    ) -> ChosenEdges {
        let Some(head) = &self.edges else {
            let options = (&graphs.device(), graphs.nodes().dtype());
            return ChosenEdges {
                features: Tensor::zeros([graphs.topology().edge_count(), 0], options),
                kinds: Vec::new(),
                log_prob: Tensor::zeros([graphs.topology().graph_count()], options),
                log_probs: None,
            };
        };
        let log_probs = head.forward(graphs, hidden.clone(), seen.clone());
        let scored = self.scored(head, graphs, hidden, seen, &log_probs);
        let chosen = self.choose(log_probs.clone(), source, |source| source.given_edges());
        let log_prob = (scored * chosen.one_hot).sum_dim(1).flatten(0, 1);
        ChosenEdges {
            features: chosen.features,
            kinds: chosen.places,
            log_prob: graphs.edges_by_graph().sum(log_prob),
            log_probs: Some(log_probs),
        }
    }

    /// The log-probabilities that edges are scored with. Samples of nodes are constants in them, so
    /// the gradient does not pass through them.
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

    fn scored_or_not(&self, log_prob: Tensor<1>) -> Tensor<1> {
        match self.scored_features {
            true => log_prob,
            false => log_prob.detach(),
        }
    }
}

/// Graphs in the course of the stages.
struct Grown {
    graphs: GraphBatch,
    /// Log-probability of the structure so far, for each graph.
    log_prob: Tensor<1>,
    chain: GeneratorChain,
}

impl Grown {
    fn new(generator: &Generator, initial: Initial) -> Self {
        Self {
            graphs: generator.refine.forward(initial.graphs),
            log_prob: initial.log_prob,
            chain: GeneratorChain {
                initial: initial.structures,
                layers: Vec::new(),
            },
        }
    }

    fn with(mut self, stage: &Stage, latent: &Tensor<2>, larger: Unpooled) -> Self {
        self.graphs = stage.refine(latent.clone(), &larger);
        self.log_prob = self.log_prob + larger.log_prob;
        self.chain.layers.push(larger.choices);
        self
    }
}

/// Kinds of edges, chosen.
struct ChosenEdges {
    /// One-hot, with the gradient of the probabilities.
    features: Tensor<2>,
    kinds: Vec<usize>,
    /// Their log-probability for each graph.
    log_prob: Tensor<1>,
    /// The log-probabilities of all kinds, if there are kinds.
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

use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
};
use rand::Rng;

use super::{
    NodeRole, NodeSelection,
    draw::{Chooser, Draws, HostProbabilities, MostProbable, draw_nodes, draw_structure},
    networks::{Networks, StructureProbabilities},
    read,
    score::Score,
};
use crate::{
    graph::{
        GraphBatch, GraphTopology, indices, select_rows,
        unpooling::{Impossible, Plan, UnpoolingChoices, UnpoolingError},
    },
    nn::EdgeMlp,
};

/// Generates larger graphs by splitting nodes in two and learning how the children are connected.
///
/// For every graph of a batch (Section 3.2 of the dissertation):
///
/// 1. Nodes for which the [selection](NodeSelection) does not fix the role are unpooled with
///    probability `p_r(x_i)`. A kept node gives one output node, an unpooled node two.
/// 2. The structure is drawn:
///    - a. the children of a node are linked with probability `p_c(x_i)`;
///    - b. if they are not, one edge at the node is drawn that both inherit;
///    - c. every other edge at the node is inherited by the first, the second or both children;
///    - d. for an edge between two unpooled nodes, one more edge may be added.
/// 3. Features are computed: `y = MLP(x[shared] ‖ x[own])`. Half of the features are shared by both
///    children, and a quarter belongs to each alone. Edges get `MLP(y_k + y_l)`.
///
/// **Connectivity.** A connected input gives a connected output for all draws. The children of an
/// isolated node, or of a graph of one node, are always linked, without a draw.
///
/// **Expressivity.** Every connected graph with N nodes can be generated from some connected graph
/// with K nodes, for every ⌈N/2⌉ ≤ K < N. This requires a selection that allows it and additional
/// edges. [`pool`](crate::graph::pooling::pool) finds such a graph and the choices.
///
/// **Policy gradient.** The structure is sampled, so it has no gradient. Instead, the layer returns
/// the log-probability of the choices of every graph as a differentiable tensor, smoothing
/// included. Several choices can lead to the same graph. Features have ordinary gradients.
///
/// **Order.** In each output graph, every input node keeps its position (as kept node or first
/// child), and second children are appended. Only selection by position depends on the order of
/// nodes.
///
/// **Batches.** Graphs of different sizes can be mixed. Graphs are independent of each other unless
/// batch normalization is on, whose running statistics are then updated by every call in training
/// mode. The number of tensor operations does not depend on the batch. There are two transfers to
/// the host, and the cost is linear in nodes and edges.
///
/// **Records** hold weights only, as usual in Burn. Smoothing, selection and other settings also
/// affect probabilities, so save the configuration with the record.
///
/// **Differences between paper and authors' program.** Networks have the form of the program. As in
/// the paper, preference scores compete with raw scores, and the common edge is drawn from raw
/// scores; the program uses probabilities instead. Step 2d is on by default. It draws nothing if
/// all four edges exist, and draws a child only if an edge is added. Its score is averaged over
/// both orders of the nodes; in the program it depends on the order.
///
/// Reference: Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation" (AISTATS 2023, arXiv
/// 2206.01874).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::{graph::{GraphBatch, GraphTopology}, nn::unpooling::UnpoolingLayerConfig};
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let device = Device::flex().autodiff();
/// let triangle = GraphTopology::single(3, vec![[0, 1], [1, 2], [0, 2]])?;
/// let graphs = GraphBatch::new(triangle, Tensor::ones([3, 8], &device), Tensor::ones([3, 4], &device))?;
/// let layer = UnpoolingLayerConfig::new(8, 4).init(&device);
///
/// let larger = layer.forward(&graphs, &mut ChaCha8Rng::seed_from_u64(0));
/// assert_eq!(larger.graphs.topology().node_count(), 6);
/// assert!(larger.graphs.topology().is_connected());
///
/// // REINFORCE with the number of edges as the reward.
/// let edges = larger.graphs.topology().edge_count() as f64;
/// let gradients = (larger.log_prob * -edges).mean().backward();
/// # let _ = gradients;
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct UnpoolingLayer {
    pub(super) networks: Networks,
    pub(super) edge_mlp: Option<EdgeMlp>,
    #[module(skip)]
    pub(super) selection: NodeSelection,
    pub(super) additional_edge: bool,
}

/// Output of an unpooling layer for a batch of graphs.
#[derive(Clone, Debug)]
pub struct Unpooled {
    /// The larger graphs.
    pub graphs: GraphBatch,
    /// Log-probability of the choices for each graph, `[graphs]`, differentiable.
    pub log_prob: Tensor<1>,
    /// The choices.
    pub choices: UnpoolingChoices,
    /// For each output node, its parent among the input nodes.
    pub parents: Vec<usize>,
    /// For each output node, whether it is the second child of an unpooled node.
    pub is_second: Vec<bool>,
}

/// Source of the choices.
enum Source<'a, C> {
    Draw(&'a mut C),
    Replay(&'a UnpoolingChoices),
}

/// Choices, together with intermediate results.
struct Decided {
    choices: UnpoolingChoices,
    plan: Plan,
    children: Tensor<2>,
    /// For nodes with a random role.
    nodes: Option<Tensor<2>>,
    structure: Option<StructureProbabilities>,
}

impl UnpoolingLayer {
    /// Generates larger graphs by drawing the choices.
    ///
    /// Consumes one uniform `f64` per draw: first those of step 1 for all nodes; then, graph by
    /// graph, those of 2a, 2b and 2c node by node and those of 2d. With equal probabilities, the
    /// same generator gives the same choices. On one CPU device, a seed gives the same result.
    ///
    /// If weights or features are NaN, choices are still drawn, and the log-probability is NaN.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: nodes `[|V'|, output node features]`, edges `[|E'|, output edge features]`
    ///
    /// # Panics
    /// Panics if the features do not have the widths of the layer.
    pub fn forward(&self, graphs: &GraphBatch, rng: &mut impl Rng) -> Unpooled {
        self.forward_with_roles(graphs, &self.roles(graphs.topology()), rng)
    }

    /// Same as [`forward`](Self::forward), with given roles of the nodes.
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward); also panics if the number of roles is not that of nodes.
    pub fn forward_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        rng: &mut impl Rng,
    ) -> Unpooled {
        let decided = self.decide(graphs, roles, Source::Draw(&mut Draws(rng)));
        self.carry_out(graphs, roles, decided)
    }

    /// Generates larger graphs by taking the most probable alternative of each choice, given the
    /// previous choices. Draws nothing.
    ///
    /// # Shapes
    /// Same as [`forward`](Self::forward).
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward).
    pub fn mode(&self, graphs: &GraphBatch) -> Unpooled {
        let roles = self.roles(graphs.topology());
        let decided = self.decide(graphs, &roles, Source::Draw(&mut MostProbable));
        self.carry_out(graphs, &roles, decided)
    }

    /// Draws the choices without computing features.
    ///
    /// With the same generator, [`forward`](Self::forward) makes the same choices.
    ///
    /// In training mode this pass also updates the running statistics of batch normalization.
    ///
    /// # Panics
    /// Same as [`forward`](Self::forward).
    pub fn sample(&self, graphs: &GraphBatch, rng: &mut impl Rng) -> UnpoolingChoices {
        self.sample_with_roles(graphs, &self.roles(graphs.topology()), rng)
    }

    /// Same as [`sample`](Self::sample), with given roles of the nodes.
    ///
    /// # Panics
    /// Same as [`forward_with_roles`](Self::forward_with_roles).
    pub fn sample_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        rng: &mut impl Rng,
    ) -> UnpoolingChoices {
        let decided = self.decide(graphs, roles, Source::Draw(&mut Draws(rng)));
        decided.choices
    }

    /// Generates the graphs of given choices.
    ///
    /// # Shapes
    /// Same as [`forward`](Self::forward).
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] if the choices do not fit the graphs or each other, if they
    /// contradict the selection, or if they have additional edges and the layer adds none.
    ///
    /// # Panics
    /// Panics if the features do not have the widths of the layer.
    pub fn replay(
        &self,
        graphs: &GraphBatch,
        choices: &UnpoolingChoices,
    ) -> Result<Unpooled, UnpoolingError> {
        self.replay_with_roles(graphs, &self.roles(graphs.topology()), choices)
    }

    /// Same as [`replay`](Self::replay), with given roles of the nodes.
    ///
    /// # Errors
    /// Same as [`replay`](Self::replay).
    ///
    /// # Panics
    /// Same as [`replay`](Self::replay); also panics if the number of roles is not that of nodes.
    pub fn replay_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<Unpooled, UnpoolingError> {
        self.check(graphs.topology(), roles, choices)?;
        let decided = self.decide(graphs, roles, replay(choices));
        Ok(self.carry_out(graphs, roles, decided))
    }

    /// Computes the log-probability of given choices for each graph, `[graphs]`, differentiable.
    ///
    /// # Errors
    /// Same as [`replay`](Self::replay).
    ///
    /// # Panics
    /// Same as [`replay`](Self::replay).
    pub fn score(
        &self,
        graphs: &GraphBatch,
        choices: &UnpoolingChoices,
    ) -> Result<Tensor<1>, UnpoolingError> {
        self.score_with_roles(graphs, &self.roles(graphs.topology()), choices)
    }

    /// Same as [`score`](Self::score), with given roles of the nodes.
    ///
    /// # Errors
    /// Same as [`replay`](Self::replay).
    ///
    /// # Panics
    /// Same as [`replay_with_roles`](Self::replay_with_roles).
    pub fn score_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<Tensor<1>, UnpoolingError> {
        self.check(graphs.topology(), roles, choices)?;
        let decided = self.decide(graphs, roles, replay(choices));
        Ok(self.log_prob(graphs, roles, &decided))
    }

    /// Returns the selection, which decides which nodes are unpooled.
    pub fn selection(&self) -> NodeSelection {
        self.selection
    }

    /// Returns the roles of the nodes under the layer's selection.
    pub fn roles(&self, topology: &GraphTopology) -> Vec<NodeRole> {
        self.selection.roles(topology)
    }

    fn check(
        &self,
        topology: &GraphTopology,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<(), UnpoolingError> {
        choices.check(topology, self.additional_edge)?;
        for (node, (role, &unpooled)) in roles.iter().zip(&choices.unpooled).enumerate() {
            let reason = match (role, unpooled) {
                (NodeRole::Kept, true) => Impossible::Kept,
                (NodeRole::Unpooled, false) => Impossible::Unpooled,
                _ => continue,
            };
            return Err(UnpoolingError::Node { node, reason });
        }
        Ok(())
    }

    fn decide<C: Chooser>(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        mut source: Source<'_, C>,
    ) -> Decided {
        self.networks.check_widths(graphs);
        let topology = graphs.topology();
        let (x, nodes) = (graphs.nodes(), topology.node_count());
        assert_eq!(roles.len(), nodes, "one role for each node is needed");

        let random: Vec<usize> = (0..nodes)
            .filter(|&node| roles[node] == NodeRole::Random)
            .collect();
        let nodes = (!random.is_empty()).then(|| {
            let random = indices(&random, &x.device());
            self.networks.node_probabilities(x.clone(), &random)
        });
        let unpooled = match &mut source {
            Source::Replay(choices) => choices.unpooled.clone(),
            Source::Draw(chooser) => {
                let read = nodes.clone().map(|p| read(p.flatten(0, 1)));
                draw_nodes(roles, &read.unwrap_or_default(), *chooser)
            }
        };

        let plan = Plan::new(topology, &unpooled);
        let children = self.networks.child_features(&x, &plan);
        let structure = (!plan.nodes.is_empty()).then(|| {
            let networks = &self.networks;
            networks.structure_probabilities(graphs, &children, &plan, self.additional_edge)
        });
        let choices = match source {
            Source::Replay(choices) => choices.clone(),
            Source::Draw(chooser) => {
                let read = structure.as_ref().map(HostProbabilities::read);
                let read = read.unwrap_or_default();
                draw_structure(topology, unpooled, &plan, &read, chooser)
            }
        };
        Decided {
            choices,
            plan,
            children,
            nodes,
            structure,
        }
    }

    /// The log-probability of the choices for each graph.
    fn log_prob(&self, graphs: &GraphBatch, roles: &[NodeRole], decided: &Decided) -> Tensor<1> {
        let (choices, plan) = (&decided.choices, &decided.plan);
        let graph_of = graphs.topology().graph_of_nodes();
        let mut score = Score::default();
        if let Some(nodes) = &decided.nodes {
            score.add_nodes(nodes.clone(), roles, &choices.unpooled, &graph_of);
        }
        if let Some(structure) = &decided.structure {
            score.add_structure(structure, plan, choices, &graph_of);
        }
        score.per_graph(graphs).unwrap_or_else(|| {
            // Choices without a draw must also be part of the autodiff graph, so that `backward`
            // works.
            let count = graphs.topology().graph_count();
            self.networks.zero().repeat(&[count])
        })
    }

    fn carry_out(&self, graphs: &GraphBatch, roles: &[NodeRole], decided: Decided) -> Unpooled {
        let log_prob = self.log_prob(graphs, roles, &decided);
        let Decided {
            choices, children, ..
        } = decided;
        let expansion = choices.expand_checked(graphs.topology());
        let nodes = graphs.topology().node_count();
        let mut next_second = nodes;
        // Second children are appended to each graph, but come last in `children`.
        let order: Vec<usize> = expansion
            .parents
            .iter()
            .zip(&expansion.is_second)
            .map(|(&parent, &is_second)| {
                next_second += usize::from(is_second);
                if is_second { next_second - 1 } else { parent }
            })
            .collect();
        let y = select_rows(children, &indices(&order, &graphs.device()));
        let larger = GraphBatch::without_edge_features(expansion.topology, y)
            .unwrap_or_else(|error| unreachable!("one row of features for each child: {error}"));
        let larger = match &self.edge_mlp {
            None => larger,
            Some(edge_mlp) => {
                let edges = edge_mlp.forward(&larger);
                larger.with_edges(edges)
            }
        };
        Unpooled {
            graphs: larger,
            log_prob,
            choices,
            parents: expansion.parents,
            is_second: expansion.is_second,
        }
    }
}

fn replay(choices: &UnpoolingChoices) -> Source<'_, Draws<'_, rand::rngs::ChaCha8Rng>> {
    Source::Replay(choices)
}

impl ModuleDisplay for UnpoolingLayer {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let networks = &self.networks;
        let [nodes, _] = networks.intra_link.0.linear.weight.dims();
        let [child, _] = networks.features[0].linear.weight.dims();
        content
            .add("node_features", &nodes)
            .add("output_node_features", &child)
            .add("selection", &format!("{:?}", self.selection))
            .add("preference", &networks.preference.is_some())
            .add("additional_edge", &self.additional_edge)
            .add("smoothing", &networks.smoothing)
            .add("node_smoothing", &networks.node_smoothing)
            .optional()
    }
}

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
        unpooling::{ChoiceError, Impossible, Plan, UnpoolingChoices},
    },
    nn::EdgeMlp,
};

/// Makes larger graphs out of graphs: splits nodes in two and learns how the children are joined.
///
/// For every graph of a batch (steps of section 3.2 of the dissertation):
///
/// 1. Nodes that the [selection](NodeSelection) leaves open are unpooled with probability
///    `p_r(x_i)`. A kept node gives one output node, an unpooled node two.
/// 2. The structure is drawn:
///    - a. the children of a node are linked with probability `p_c(x_i)`;
///    - b. where they are not, one edge at the node is drawn that both inherit;
///    - c. at every other end, the first, the second or both children inherit the edge;
///    - d. over an edge between two unpooled nodes, one more edge may be added.
/// 3. Features: `y = MLP(x[shared] ‖ x[own])`, where the first half of the features is shared by
///    both children and a quarter belongs to each alone; edges get `MLP(y_k + y_l)`.
///
/// **Connected.** A connected graph leads to a connected graph, whatever is drawn. A graph of one
/// node, or any isolated node, has its children linked without a draw.
///
/// **Expressive.** Every connected graph with N nodes can be reached from some connected graph with
/// K nodes, for every ⌈N/2⌉ ≤ K < N, provided that the selection admits it and additional edges are
/// on; [`pool`](crate::graph::pooling::pool) finds the graph and the choices.
///
/// **Trained by policy gradient.** The structure is sampled, so it has no gradient; instead the
/// logarithm of its probability is returned for every graph, as a differentiable tensor. It is the
/// probability of the choices: several choices can lead to the same graph. Smoothing is part of it.
/// Features have ordinary gradients.
///
/// **Order.** In each output graph, every input node keeps its place (as kept node or first child);
/// second children are appended. By position, the selection depends on the order of nodes; nothing
/// else does.
///
/// **Batches.** Graphs of different sizes may be mixed; graphs do not influence each other unless
/// batch normalisation is on (in training mode, every call then updates its running statistics).
/// The number of tensor operations does not depend on the batch, and there are two transfers to the
/// host; cost linear in nodes and edges.
///
/// **Records** hold weights only, as everywhere in Burn. Smoothing, selection and the other settings
/// decide probabilities too: save the configuration beside the record.
///
/// **Where paper and authors' program differ.** Networks have the form of the program. The
/// preference scores compete with raw scores, and the common edge is drawn from raw scores, as in
/// the paper (in the program, scores were turned into probabilities before). Step 2d is on by
/// default; it draws nothing where all four edges exist, and a child only where an edge is added.
/// Its score is averaged over both orders of the nodes; in the program it depends on their
/// numbers.
///
/// Reference: Guo, Zou, Lerman, "An Unpooling Layer for Graph Generation" (AISTATS 2023); chapter 3
/// of the dissertation.
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
/// // REINFORCE: the more edges, the better.
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

/// What an unpooling layer made of a batch of graphs.
#[derive(Clone, Debug)]
pub struct Unpooled {
    /// The larger graphs.
    pub graphs: GraphBatch,
    /// The logarithm of the probability of the choices, for each graph; `[graphs]`, differentiable.
    pub log_prob: Tensor<1>,
    /// The choices.
    pub choices: UnpoolingChoices,
    /// For each output node, the input node that it comes from.
    pub parents: Vec<usize>,
    /// For each output node, whether it is the second child of an unpooled node.
    pub is_second: Vec<bool>,
}

/// Where choices come from.
enum Source<'a, C> {
    Draw(&'a mut C),
    Replay(&'a UnpoolingChoices),
}

/// Choices with what was computed on the way.
struct Decided {
    choices: UnpoolingChoices,
    plan: Plan,
    children: Tensor<2>,
    /// Of random nodes.
    nodes: Option<Tensor<2>>,
    structure: Option<StructureProbabilities>,
}

impl UnpoolingLayer {
    /// Draws larger graphs.
    ///
    /// Consumes one uniform `f64` for each draw: first those of step 1 for all nodes, then graph by
    /// graph those of 2a, 2b and 2c node by node, then those of 2d. At the same probabilities, the
    /// same generator gives the same choices; on one CPU device a seed gives the same result.
    ///
    /// Where weights or features are not numbers any more, something is drawn all the same, and the
    /// log-probability is NaN: watch the loss.
    ///
    /// # Shapes
    /// - graphs: nodes `[|V|, node features]`, edges `[|E|, edge features]`
    /// - output: nodes `[|V'|, output node features]`, edges `[|E'|, output edge features]`
    ///
    /// # Panics
    /// Where the features do not have the widths of the layer.
    pub fn forward(&self, graphs: &GraphBatch, rng: &mut impl Rng) -> Unpooled {
        self.forward_with_roles(graphs, &self.roles(graphs.topology()), rng)
    }

    /// As [`forward`](Self::forward), for given roles of the nodes.
    ///
    /// # Panics
    /// As [`forward`](Self::forward), and where there is not one role for each node.
    pub fn forward_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        rng: &mut impl Rng,
    ) -> Unpooled {
        let decided = self.decide(graphs, roles, Source::Draw(&mut Draws(rng)));
        self.carry_out(graphs, roles, decided)
    }

    /// Makes larger graphs with the most probable alternative of each choice, given the choices
    /// before it. Draws nothing.
    ///
    /// # Shapes
    /// As [`forward`](Self::forward).
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn mode(&self, graphs: &GraphBatch) -> Unpooled {
        let roles = self.roles(graphs.topology());
        let decided = self.decide(graphs, &roles, Source::Draw(&mut MostProbable));
        self.carry_out(graphs, &roles, decided)
    }

    /// Draws choices only.
    ///
    /// They are those that [`forward`](Self::forward) would make with the same generator.
    ///
    /// Like every pass in training mode, this one updates the running statistics of batch
    /// normalisation.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn sample(&self, graphs: &GraphBatch, rng: &mut impl Rng) -> UnpoolingChoices {
        self.sample_with_roles(graphs, &self.roles(graphs.topology()), rng)
    }

    /// As [`sample`](Self::sample), for given roles of the nodes.
    ///
    /// # Panics
    /// As [`forward_with_roles`](Self::forward_with_roles).
    pub fn sample_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        rng: &mut impl Rng,
    ) -> UnpoolingChoices {
        let decided = self.decide(graphs, roles, Source::Draw(&mut Draws(rng)));
        decided.choices
    }

    /// Carries out given choices, as if they had been drawn.
    ///
    /// # Shapes
    /// As [`forward`](Self::forward).
    ///
    /// # Errors
    /// [`ChoiceError`] where the layer cannot make these choices for these graphs: they do not fit
    /// the graphs or each other, the selection keeps or splits a node that they do not, or they
    /// have additional edges and the layer draws none.
    ///
    /// # Panics
    /// Where the features do not have the widths of the layer.
    pub fn replay(
        &self,
        graphs: &GraphBatch,
        choices: &UnpoolingChoices,
    ) -> Result<Unpooled, ChoiceError> {
        self.replay_with_roles(graphs, &self.roles(graphs.topology()), choices)
    }

    /// As [`replay`](Self::replay), for given roles of the nodes.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    ///
    /// # Panics
    /// As [`replay`](Self::replay), and where there is not one role for each node.
    pub fn replay_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<Unpooled, ChoiceError> {
        self.check(graphs.topology(), roles, choices)?;
        let decided = self.decide(graphs, roles, replay(choices));
        Ok(self.carry_out(graphs, roles, decided))
    }

    /// The logarithm of the probability of given choices for each graph, `[graphs]`,
    /// differentiable.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    ///
    /// # Panics
    /// As [`replay`](Self::replay).
    pub fn score(
        &self,
        graphs: &GraphBatch,
        choices: &UnpoolingChoices,
    ) -> Result<Tensor<1>, ChoiceError> {
        self.score_with_roles(graphs, &self.roles(graphs.topology()), choices)
    }

    /// As [`score`](Self::score), for given roles of the nodes.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    ///
    /// # Panics
    /// As [`replay_with_roles`](Self::replay_with_roles).
    pub fn score_with_roles(
        &self,
        graphs: &GraphBatch,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<Tensor<1>, ChoiceError> {
        self.check(graphs.topology(), roles, choices)?;
        let decided = self.decide(graphs, roles, replay(choices));
        Ok(self.log_prob(graphs, roles, &decided))
    }

    /// Which nodes are unpooled.
    pub fn selection(&self) -> NodeSelection {
        self.selection
    }

    /// The roles that the layer's selection gives to nodes.
    pub fn roles(&self, topology: &GraphTopology) -> Vec<NodeRole> {
        self.selection.roles(topology)
    }

    fn check(
        &self,
        topology: &GraphTopology,
        roles: &[NodeRole],
        choices: &UnpoolingChoices,
    ) -> Result<(), ChoiceError> {
        choices.check(topology, self.additional_edge)?;
        for (node, (role, &unpooled)) in roles.iter().zip(&choices.unpooled).enumerate() {
            let reason = match (role, unpooled) {
                (NodeRole::Kept, true) => Impossible::Kept,
                (NodeRole::Unpooled, false) => Impossible::Unpooled,
                _ => continue,
            };
            return Err(ChoiceError::Node { node, reason });
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

    /// The logarithm of the probability of the choices for each graph.
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
            // Certain choices belong to the graph of gradients too, so that `backward` works.
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
        // Second children are appended to each graph, and come last in `children`.
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

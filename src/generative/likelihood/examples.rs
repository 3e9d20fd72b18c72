//! Training examples of the networks: choices of random chains, revealed in random order.

use rand::{Rng, RngExt, seq::SliceRandom};

use super::{
    candidates::{Asked, LayerState, SkeletonInputs, SkeletonRows},
    decorations::{AskedTypes, PartialTypes, Structure, TypeInputs, TypePhase, TypeRows, truth},
    graph::TypedGraph,
    sizes::{SMALLEST, StartGraph, size_plan},
};
use crate::graph::{
    GraphTopology,
    pooling::random_pool_chain,
    unpooling::{BlockChoices, ChoicePhase, PartialChoices},
};

/// A chain of layers that generates a graph, each with its coarse graph and its choices.
pub(super) struct Chain {
    pub(super) start: StartGraph,
    pub(super) layers: Vec<Layer>,
}

pub(super) struct Layer {
    pub(super) topology: GraphTopology,
    pub(super) choices: BlockChoices,
    /// Number of nodes of the layer's output.
    pub(super) target: usize,
}

impl Chain {
    /// Draws a chain for a connected graph.
    pub(super) fn draw(graph: &GraphTopology, rng: &mut impl Rng) -> Self {
        let smallest = SMALLEST.min(graph.node_count());
        let chain = random_pool_chain(graph, smallest, rng)
            .unwrap_or_else(|error| unreachable!("graphs were checked: {error}"));
        let start = StartGraph::of(&chain.start)
            .unwrap_or_else(|| unreachable!("a connected graph with at most three nodes"));
        let mut topology = chain.start;
        let targets = size_plan(graph.node_count());
        let mut layers = Vec::with_capacity(chain.layers.len());
        for (choices, &target) in chain.layers.iter().zip(&targets[1..]) {
            let blocks = BlockChoices::from_choices(&topology, choices)
                .unwrap_or_else(|error| unreachable!("pooling makes possible choices: {error}"));
            let finer = choices.expand_checked(&topology).topology;
            layers.push(Layer {
                topology,
                choices: blocks,
                target,
            });
            topology = std::sync::Arc::unwrap_or_clone(finer);
        }
        Self { start, layers }
    }
}

/// Number of choices of each phase.
fn counts(layer: &Layer) -> [usize; 4] {
    ChoicePhase::ALL.map(|phase| {
        let partial = PartialChoices::before(&layer.topology, &layer.choices, phase);
        match partial.phase() {
            Some(now) if now == phase => partial.choices_left(&layer.topology),
            _ => 0,
        }
    })
}

/// Returns an index with these weights; `None` if all are 0. Consumes one draw.
fn pick(weights: &[usize], rng: &mut impl Rng) -> Option<usize> {
    let total: usize = weights.iter().sum();
    if total == 0 {
        return None;
    }
    let mut at = rng.random_range(0..total);
    weights.iter().position(|&weight| {
        let here = at < weight;
        at = at.saturating_sub(weight);
        here
    })
}

/// Adds choices of one phase to a batch. The sum over its rows of weight times −log probability is
/// an unbiased estimate of `factor` times that of the phase.
fn push_phase(
    batch: &mut SkeletonRows,
    inputs: SkeletonInputs,
    layer: &Layer,
    last: usize,
    phase: ChoicePhase,
    factor: f32,
    rng: &mut impl Rng,
) {
    let (topology, choices) = (&layer.topology, &layer.choices);
    let mut partial = PartialChoices::before(topology, choices, phase);
    let known = rng.random_range(0..partial.choices_left(topology));
    let next = |partial: &PartialChoices| {
        let mut next = partial.frontier(topology);
        if phase == ChoicePhase::Kept {
            next.retain(|&node| !choices.unpooled[node]);
        }
        next
    };
    for _ in 0..known {
        let next = next(&partial);
        partial.reveal(topology, next[rng.random_range(0..next.len())], choices);
    }
    let open = &next(&partial)[..];
    let rows = match phase {
        ChoicePhase::Kept => 1,
        _ => open.len(),
    };
    let state = LayerState {
        topology,
        choices: &partial,
        target: layer.target,
        last,
    };
    let asked = Asked {
        variables: open,
        truth: Some((choices, factor / rows as f32)),
    };
    inputs.push(batch, state, asked);
}

/// Adds one phase of one layer of a random chain, drawn by the number of its choices. Later layers
/// are weighted by the square of their coarse graph's size. Returns the number of choices of the
/// layer: the weighted sum estimates the −log probability of that layer.
///
/// The number of choices depends on the choices themselves, so omitting the weights would favor
/// graphs with few of them.
pub(super) fn push_structure(
    batch: &mut SkeletonRows,
    inputs: SkeletonInputs,
    graph: &GraphTopology,
    rng: &mut impl Rng,
) -> usize {
    let chain = Chain::draw(graph, rng);
    let shares: Vec<usize> = chain
        .layers
        .iter()
        .map(|layer| layer.topology.node_count().pow(2))
        .collect();
    let Some(layer) = pick(&shares, rng) else {
        return 0;
    };
    let layer = &chain.layers[layer];
    let counts = counts(layer);
    let total: usize = counts.iter().sum();
    let Some(phase) = pick(&counts, rng) else {
        return 0;
    };
    let phase = ChoicePhase::ALL[phase];
    push_phase(
        batch,
        inputs,
        layer,
        graph.node_count(),
        phase,
        total as f32,
        rng,
    );
    total
}

/// Adds every phase of every layer of a chain, each weighted by the number of its choices.
pub(super) fn push_chain(
    batch: &mut SkeletonRows,
    inputs: SkeletonInputs,
    chain: &Chain,
    last: usize,
    rng: &mut impl Rng,
) {
    for layer in &chain.layers {
        for (phase, count) in ChoicePhase::ALL.into_iter().zip(counts(layer)) {
            if count > 0 {
                push_phase(batch, inputs, layer, last, phase, count as f32, rng);
            }
        }
    }
}

fn type_counts(graph: &TypedGraph, inputs: &TypeInputs) -> [usize; 3] {
    let open = PartialTypes::open(&graph.topology, &inputs.kinds);
    TypePhase::ALL.map(|phase| open.open_variables(phase).len())
}

fn push_type_phase(
    batch: &mut TypeRows,
    inputs: &TypeInputs,
    structure: &Structure,
    graph: &TypedGraph,
    phase: TypePhase,
    factor: f32,
    rng: &mut impl Rng,
) {
    let mut types = PartialTypes::before(graph, &inputs.kinds, phase);
    let mut order = types.open_variables(phase);
    let known = rng.random_range(0..order.len());
    order.shuffle(rng);
    let truth = truth(graph, phase);
    for &variable in &order[..known] {
        types.list_mut(phase)[variable] = Some(truth[variable]);
    }
    let open = &order[known..];
    let asked = AskedTypes {
        phase,
        variables: open,
        truth: Some((truth, factor / open.len() as f32)),
    };
    inputs.push(batch, structure, &types, asked);
}

/// Adds one phase of kinds, drawn by the number of its choices. Returns the number of all choices:
/// the weighted sum estimates the −log probability of kinds and marks.
pub(super) fn push_types(
    batch: &mut TypeRows,
    inputs: &TypeInputs,
    graph: &TypedGraph,
    rng: &mut impl Rng,
) -> usize {
    let counts = type_counts(graph, inputs);
    let total: usize = counts.iter().sum();
    let Some(phase) = pick(&counts, rng) else {
        return 0;
    };
    let phase = TypePhase::ALL[phase];
    let structure = Structure::new(graph.topology.clone());
    push_type_phase(batch, inputs, &structure, graph, phase, total as f32, rng);
    total
}

/// Adds every phase of kinds.
pub(super) fn push_all_types(
    batch: &mut TypeRows,
    inputs: &TypeInputs,
    graph: &TypedGraph,
    rng: &mut impl Rng,
) {
    let structure = Structure::new(graph.topology.clone());
    for (phase, count) in TypePhase::ALL.into_iter().zip(type_counts(graph, inputs)) {
        if count > 0 {
            push_type_phase(batch, inputs, &structure, graph, phase, count as f32, rng);
        }
    }
}

/// Returns the distribution of sizes and start graphs of training data, from one random chain per
/// graph.
///
/// Consumes one draw.
pub fn sizes_of(graphs: &[TypedGraph], seed: u64) -> super::SizeLaw {
    let pairs = graphs.iter().enumerate().map(|(index, graph)| {
        let mut rng = super::stream(seed, index as u64);
        (
            graph.topology.node_count(),
            Chain::draw(&graph.topology, &mut rng).start,
        )
    });
    super::SizeLaw::new(pairs)
}

use burn::tensor::Device;
use rand::{Rng, rngs::ChaCha8Rng, seq::index};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    candidates::{Asked, LayerState, SkeletonRows},
    decorations::{AskedTypes, PartialTypes, Structure, TypeRows},
    graph::TypedGraph,
    law::{draw, mask, temper},
    model::{UnpoolingModel, structure_inputs, type_inputs},
    options::SamplingOptions,
    room::Room,
    sizes::{StartGraph, size_plan},
    stream,
};
use crate::graph::{
    GraphTopology,
    unpooling::{Block, ChoicePhase, PartialChoices},
};

/// One choice on the way to a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PathChoice {
    /// The node, or in phases of edges the edge.
    pub variable: usize,
    /// What was chosen: 1 for a kept node, 0 or 1 for an intra-link, the common edge, the code of a
    /// block, a kind or a mark.
    pub value: usize,
}

/// A graph and the choices that led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledPath {
    /// The graph.
    pub graph: TypedGraph,
    /// The graph of at most three nodes that it began with.
    pub start: GraphTopology,
    /// All choices in the order in which they were made.
    pub choices: Vec<PathChoice>,
    /// The logarithm of the probability of number of nodes, start graph and choices, the order in
    /// which they were made given.
    pub log_prob: f64,
}

/// A graph without legal choices is begun again so often.
const RESTARTS: usize = 100;

impl UnpoolingModel {
    /// Draws graphs.
    ///
    /// Consumes one draw; every graph has a generator of its own, so graph `k` depends on that draw
    /// and `k` alone, up to rounding.
    ///
    /// Cost: one evaluation of a network for each choice, or each few of them.
    ///
    /// # Panics
    /// Where the options do not pass [`validate`](SamplingOptions::validate).
    pub fn sample(
        &self,
        count: usize,
        options: &SamplingOptions,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Vec<SampledPath> {
        if let Err(error) = options.validate() {
            panic!("{error}");
        }
        let seed = rng.next_u64();
        let batch = options.batch.max(1);
        let chunks: Vec<Vec<SampledPath>> = (0..count.div_ceil(batch))
            .into_par_iter()
            .map(|chunk| {
                let graphs = chunk * batch..count.min((chunk + 1) * batch);
                let begun = graphs.filter_map(|index| {
                    let mut rng = stream(seed, index as u64);
                    let start = self.config().sizes.draw(&mut rng)?;
                    Some(Growing::begin(self, start, Mode::Draw(rng)))
                });
                self.grow(begun.collect(), options, device)
            })
            .collect();
        chunks.into_iter().flatten().collect()
    }

    /// The logarithms of the probabilities of recorded choices.
    ///
    /// # Panics
    /// Where choices do not lead to a graph, as those of another model may not.
    pub fn replay(&self, paths: &[SampledPath], device: &Device) -> Vec<f64> {
        let options = SamplingOptions::default();
        let chunks: Vec<Vec<f64>> = paths
            .par_chunks(options.batch)
            .map(|paths| {
                let begun = paths.iter().map(|path| {
                    let start = StartGraph::of(&path.start);
                    let start = start.unwrap_or_else(|| panic!("a start has at most three nodes"));
                    let nodes = path.graph.topology.node_count();
                    let replay = Mode::Replay {
                        start: path.start.clone(),
                        choices: path.choices.clone(),
                        next: 0,
                    };
                    Growing::begin(self, (nodes, start), replay)
                });
                let grown = self.grow(begun.collect(), &options, device);
                grown.into_iter().map(|path| path.log_prob).collect()
            })
            .collect();
        chunks.concat()
    }

    fn grow(
        &self,
        mut graphs: Vec<Growing>,
        options: &SamplingOptions,
        device: &Device,
    ) -> Vec<SampledPath> {
        while self.structure_round(&mut graphs, options, device) {}
        let mut typed: Vec<Typing> = graphs.into_iter().map(|graph| graph.finish(self)).collect();
        while self.type_round(&mut typed, options, device) {}
        typed.into_iter().map(Typing::finish).collect()
    }

    /// One evaluation of the network, and the choices that it leads to; whether there were any.
    fn structure_round(
        &self,
        graphs: &mut [Growing],
        options: &SamplingOptions,
        device: &Device,
    ) -> bool {
        let inputs = structure_inputs(self.config());
        let mut batch = SkeletonRows::default();
        let mut owners: [Vec<Owner>; 4] = Default::default();
        for (index, graph) in graphs.iter_mut().enumerate() {
            let Some(phase) = graph.choices.phase() else {
                continue;
            };
            let (variables, sure) = match phase {
                ChoicePhase::Kept => (vec![0], 1),
                _ => {
                    let next = graph.choices.frontier(&graph.topology);
                    let open = || graph.choices.open_variables(&graph.topology);
                    graph.mode.variables(next, open, options)
                }
            };
            let state = LayerState {
                topology: &graph.topology,
                choices: &graph.choices,
                target: graph.target(),
                last: graph.nodes,
            };
            let asked = Asked {
                variables: &variables,
                truth: None,
            };
            inputs.push(&mut batch, state, asked);
            owners[phase as usize].extend(owned(index, &variables, sure));
        }
        if owners.iter().all(Vec::is_empty) {
            return false;
        }
        let capacity = self.config().kinds.capacities.as_ref();
        let most = capacity.filter(|_| options.masked).map(|c| c.largest());
        for (phase, rows, law) in
            self.structure
                .forward(std::mem::take(&mut batch.inputs), &batch, device)
        {
            let owners = &owners[phase as usize];
            for (owner, mut row) in owners.iter().zip(rows.read(law)) {
                if owner.takes(&row, options) {
                    temper(&mut row, options.temperature);
                    graphs[owner.graph].choose(self, phase, owner.variable, row, most);
                }
            }
        }
        for graph in graphs {
            graph.advance();
        }
        true
    }

    fn type_round(
        &self,
        graphs: &mut [Typing],
        options: &SamplingOptions,
        device: &Device,
    ) -> bool {
        let Some(network) = &self.types else {
            return false;
        };
        let inputs = type_inputs(self.config());
        let mut batch = TypeRows::default();
        let mut owners: [Vec<Owner>; 3] = Default::default();
        for (index, graph) in graphs.iter_mut().enumerate() {
            let Some(phase) = graph.types.phase() else {
                continue;
            };
            let open = || graph.types.open_variables(phase);
            let (variables, sure) = graph.mode.variables(open(), open, options);
            let asked = AskedTypes {
                phase,
                variables: &variables,
                truth: None,
            };
            inputs.push(&mut batch, &graph.structure, &graph.types, asked);
            owners[phase as usize].extend(owned(index, &variables, sure));
        }
        if owners.iter().all(Vec::is_empty) {
            return false;
        }
        for (phase, rows, law) in network.forward(std::mem::take(&mut batch.inputs), &batch, device)
        {
            let owners = &owners[phase as usize];
            for (owner, mut row) in owners.iter().zip(rows.read(law)) {
                if !owner.takes(&row, options) {
                    continue;
                }
                temper(&mut row, options.temperature);
                let variable = owner.variable;
                let graph = &mut graphs[owner.graph];
                let topology = &graph.structure.topology;
                if options.masked {
                    let legal =
                        |kind| inputs.is_legal(topology, &graph.types, phase, variable, kind);
                    // Where nothing is legal the law stays as it is.
                    mask(&mut row, legal);
                }
                let (value, log_prob) = graph.mode.value(&row);
                graph.types.list_mut(phase)[variable] = Some(value);
                graph.log_prob += log_prob;
                graph.path.push(PathChoice { variable, value });
            }
        }
        true
    }
}

/// A choice that the network is asked about.
struct Owner {
    graph: usize,
    variable: usize,
    /// Whether it is made in this round in any case.
    sure: bool,
}

impl Owner {
    /// Whether the choice is made in this round.
    fn takes(&self, law: &[f32], options: &SamplingOptions) -> bool {
        let least = options.certainty.ln();
        self.sure || law.iter().any(|&law| f64::from(law) >= least)
    }
}

/// The choices of a graph, the first of them made in any case.
fn owned(graph: usize, variables: &[usize], sure: usize) -> impl Iterator<Item = Owner> {
    let variables = variables.iter().enumerate();
    variables.map(move |(at, &variable)| Owner {
        graph,
        variable,
        sure: at < sure,
    })
}

/// Where choices come from.
enum Mode {
    Draw(ChaCha8Rng),
    Replay {
        start: GraphTopology,
        choices: Vec<PathChoice>,
        next: usize,
    },
}

impl Mode {
    /// The open variables that the network is asked about, and how many of them are chosen in any
    /// case: the first, out of `next`.
    fn variables(
        &mut self,
        next: Vec<usize>,
        open: impl FnOnce() -> Vec<usize>,
        options: &SamplingOptions,
    ) -> (Vec<usize>, usize) {
        match self {
            Self::Draw(rng) => {
                let count = options.choices_per_round.clamp(1, next.len());
                let picked = index::sample(rng, next.len(), count);
                let mut variables: Vec<usize> = picked.into_iter().map(|at| next[at]).collect();
                if options.certainty < 1.0 {
                    let open = open().into_iter();
                    let others: Vec<usize> = open.filter(|v| !variables.contains(v)).collect();
                    variables.extend(others);
                }
                (variables, count)
            }
            Self::Replay { choices, next, .. } => (vec![choices[*next].variable], 1),
        }
    }

    /// A value, and the logarithm of its probability.
    fn value(&mut self, law: &[f32]) -> (usize, f64) {
        let value = match self {
            Self::Draw(rng) => draw(law, rng),
            Self::Replay { choices, next, .. } => {
                *next += 1;
                choices[*next - 1].value
            }
        };
        (value, f64::from(law[value]))
    }

    /// As [`value`](Self::value), where the choice is which variable to take.
    fn taken(&mut self, law: &[f32]) -> (usize, f64) {
        let variable = match self {
            Self::Draw(rng) => draw(law, rng),
            Self::Replay { choices, next, .. } => {
                *next += 1;
                choices[*next - 1].variable
            }
        };
        (variable, f64::from(law[variable]))
    }
}

/// A graph whose structure is being drawn.
struct Growing {
    mode: Mode,
    nodes: usize,
    sizes: Vec<usize>,
    /// Layers that are done.
    layer: usize,
    start: GraphTopology,
    topology: GraphTopology,
    choices: PartialChoices,
    path: Vec<PathChoice>,
    log_prob: f64,
    restarts: usize,
}

impl Growing {
    fn begin(model: &UnpoolingModel, (nodes, start): (usize, StartGraph), mut mode: Mode) -> Self {
        let topology = match &mut mode {
            Mode::Draw(rng) => start.draw(rng),
            Mode::Replay { start, .. } => start.clone(),
        };
        let sizes = size_plan(nodes);
        let mut graph = Self {
            mode,
            nodes,
            layer: 0,
            choices: PartialChoices::none(&topology),
            start: topology.clone(),
            topology,
            path: Vec::new(),
            log_prob: model.config().sizes.log_prob(nodes, start),
            sizes,
            restarts: 0,
        };
        graph.open_layer();
        graph
    }

    /// Nodes of the present layer's output.
    fn target(&self) -> usize {
        self.sizes
            .get(self.layer + 1)
            .copied()
            .unwrap_or(self.nodes)
    }

    fn is_last(&self) -> bool {
        self.layer + 2 >= self.sizes.len()
    }

    fn open_layer(&mut self) {
        let nodes = self.topology.node_count();
        self.choices = match self.sizes.get(self.layer + 1) {
            Some(&target) => PartialChoices::open(&self.topology, 2 * nodes - target),
            // The last graph: nothing is split, so nothing is open.
            None => PartialChoices::none(&self.topology),
        };
    }

    /// Goes on to the next layer where all choices of one are made.
    fn advance(&mut self) {
        while self.layer + 1 < self.sizes.len() {
            let Some(choices) = self.choices.finished() else {
                return;
            };
            let choices = choices
                .to_choices(&self.topology)
                .unwrap_or_else(|error| panic!("choices do not lead to a graph: {error}"));
            let finer = choices.expand_checked(&self.topology).topology;
            self.topology = std::sync::Arc::unwrap_or_clone(finer);
            self.layer += 1;
            self.open_layer();
        }
    }

    fn choose(
        &mut self,
        model: &UnpoolingModel,
        phase: ChoicePhase,
        variable: usize,
        mut law: Vec<f32>,
        most: Option<usize>,
    ) {
        if self.choices.phase() != Some(phase) {
            // Begun again within this round.
            return;
        }
        let (variable, value) = match phase {
            ChoicePhase::Kept => {
                let (node, log_prob) = self.mode.taken(&law);
                self.log_prob += log_prob;
                self.choices.keep(&self.topology, node);
                (node, 1)
            }
            ChoicePhase::IntraLinks => {
                let (value, log_prob) = self.mode.value(&law);
                self.log_prob += log_prob;
                self.choices.link(&self.topology, variable, value == 1);
                (variable, value)
            }
            ChoicePhase::CommonEdges => {
                let ends = self.topology.ends_at(variable);
                let edges: Vec<usize> = ends.iter().map(|end| end.edge).collect();
                let edge = match &mut self.mode {
                    Mode::Draw(rng) => edges[draw(&law, rng)],
                    Mode::Replay { choices, next, .. } => {
                        *next += 1;
                        choices[*next - 1].value
                    }
                };
                let at = edges.iter().position(|&other| other == edge);
                self.log_prob += at.map_or(f64::NEG_INFINITY, |at| f64::from(law[at]));
                self.choices.share(&self.topology, variable, edge);
                (variable, edge)
            }
            ChoicePhase::Blocks => {
                if let (Some(most), true) = (most, self.is_last()) {
                    let room = Room::new(&self.topology, &self.choices, most);
                    let edge = variable;
                    let legal = mask(&mut law, |code| room.admits(&self.topology, edge, code));
                    if !legal && self.restarts < RESTARTS {
                        self.restart(model);
                        return;
                    }
                }
                let (code, log_prob) = self.mode.value(&law);
                self.log_prob += log_prob;
                let block = Block::from_code(code as u8)
                    .unwrap_or_else(|| panic!("{code} is not the code of a block"));
                self.choices.connect(&self.topology, variable, block);
                (variable, code)
            }
        };
        if let (Some(most), true) = (most, self.is_last()) {
            // Blocks that follow from common edges are not chosen, and may be too many.
            let overfull = Room::new(&self.topology, &self.choices, most).overfull;
            if overfull && self.restarts < RESTARTS {
                self.restart(model);
                return;
            }
        }
        self.path.push(PathChoice { variable, value });
    }

    /// Begins again with another number of nodes and start, since no legal choice is left: the
    /// graphs that result are drawn from the law given that no such end is met.
    fn restart(&mut self, model: &UnpoolingModel) {
        let Mode::Draw(rng) = &mut self.mode else {
            return;
        };
        let Some(start) = model.config().sizes.draw(rng) else {
            return;
        };
        let restarts = self.restarts + 1;
        let unused = Mode::Replay {
            start: self.start.clone(),
            choices: Vec::new(),
            next: 0,
        };
        let mode = std::mem::replace(&mut self.mode, unused);
        *self = Self::begin(model, start, mode);
        self.restarts = restarts;
    }

    fn finish(self, model: &UnpoolingModel) -> Typing {
        let types = PartialTypes::open(&self.topology, &model.config().kinds);
        Typing {
            mode: self.mode,
            start: self.start,
            structure: Structure::new(self.topology),
            types,
            path: self.path,
            log_prob: self.log_prob,
        }
    }
}

/// A graph whose kinds are being drawn.
struct Typing {
    mode: Mode,
    start: GraphTopology,
    structure: Structure,
    types: PartialTypes,
    path: Vec<PathChoice>,
    log_prob: f64,
}

impl Typing {
    fn finish(self) -> SampledPath {
        let known = |list: Vec<Option<usize>>| list.into_iter().map(|kind| kind.unwrap_or(0));
        SampledPath {
            graph: TypedGraph {
                nodes: known(self.types.nodes).collect(),
                edges: known(self.types.edges).collect(),
                marks: known(self.types.marks).collect(),
                topology: self.structure.topology,
            },
            start: self.start,
            choices: self.path,
            log_prob: self.log_prob,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_made_ahead_from_the_certainty_on() {
        let law = [0.96f32, 0.03, 0.01].map(f32::ln);
        let takes = |sure, certainty| {
            let owner = Owner {
                graph: 0,
                variable: 0,
                sure,
            };
            let options = SamplingOptions {
                certainty,
                ..SamplingOptions::default()
            };
            owner.takes(&law, &options)
        };
        assert!(takes(true, 1.0) && takes(false, 0.95));
        assert!(!takes(false, 0.97) && !takes(false, 1.0));
    }
}

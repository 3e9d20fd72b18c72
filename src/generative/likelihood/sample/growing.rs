use super::{PathChoice, mode::Mode, typing::Typing};
use crate::{
    generative::likelihood::{
        decorations::{PartialTypes, Structure},
        law::{draw, mask},
        model::UnpoolingModel,
        room::Room,
        sizes::{StartGraph, size_plan},
    },
    graph::{
        GraphTopology,
        unpooling::{Block, ChoicePhase, PartialChoices},
    },
};

/// Maximum number of restarts of a graph without legal choices.
const RESTARTS: usize = 100;

/// A graph whose structure is being drawn.
pub(super) struct Growing {
    pub(super) mode: Mode,
    pub(super) nodes: usize,
    pub(super) sizes: Vec<usize>,
    /// Number of completed layers.
    pub(super) layer: usize,
    pub(super) start: GraphTopology,
    pub(super) topology: GraphTopology,
    pub(super) choices: PartialChoices,
    pub(super) path: Vec<PathChoice>,
    pub(super) log_prob: f64,
    pub(super) restarts: usize,
}

impl Growing {
    pub(super) fn begin(
        model: &UnpoolingModel,
        (nodes, start): (usize, StartGraph),
        mut mode: Mode,
    ) -> Self {
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

    /// Number of nodes of the current layer's output.
    pub(super) fn target(&self) -> usize {
        self.sizes
            .get(self.layer + 1)
            .copied()
            .unwrap_or(self.nodes)
    }

    pub(super) fn is_last(&self) -> bool {
        self.layer + 2 >= self.sizes.len()
    }

    pub(super) fn open_layer(&mut self) {
        let nodes = self.topology.node_count();
        self.choices = match self.sizes.get(self.layer + 1) {
            Some(&target) => PartialChoices::open(&self.topology, 2 * nodes - target),
            // The last graph: nothing is split, so nothing is open.
            None => PartialChoices::none(&self.topology),
        };
    }

    /// Moves on to the next layer if all choices of the current one are made.
    pub(super) fn advance(&mut self) {
        while self.layer + 1 < self.sizes.len() {
            let Some(choices) = self.choices.finished() else {
                return;
            };
            let choices = choices
                .to_choices(&self.topology)
                .unwrap_or_else(|error| panic!("choices do not generate a graph: {error}"));
            let finer = choices.expand_checked(&self.topology).topology;
            self.topology = std::sync::Arc::unwrap_or_clone(finer);
            self.layer += 1;
            self.open_layer();
        }
    }

    pub(super) fn choose(
        &mut self,
        model: &UnpoolingModel,
        phase: ChoicePhase,
        variable: usize,
        mut law: Vec<f32>,
        most: Option<usize>,
    ) {
        if self.choices.phase() != Some(phase) {
            // Restarted within this round.
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
            // Blocks implied by common edges are not chosen, and may exceed the capacity.
            let overfull = Room::new(&self.topology, &self.choices, most).overfull;
            if overfull && self.restarts < RESTARTS {
                self.restart(model);
                return;
            }
        }
        self.path.push(PathChoice { variable, value });
    }

    /// Restarts with another number of nodes and start graph, since there is no legal choice. The
    /// resulting graphs follow the distribution conditional on no dead end.
    pub(super) fn restart(&mut self, model: &UnpoolingModel) {
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
            values: Vec::new(),
            next: 0,
        };
        let mode = std::mem::replace(&mut self.mode, unused);
        *self = Self::begin(model, start, mode);
        self.restarts = restarts;
    }

    pub(super) fn finish(self, model: &UnpoolingModel) -> Typing {
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

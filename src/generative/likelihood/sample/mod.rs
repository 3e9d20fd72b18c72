mod growing;
mod mode;
mod placing;
mod typing;

use burn::tensor::Device;
use rand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::{growing::Growing, mode::Mode, placing::Placing, typing::Typing};
use super::{
    candidates::{Asked, LayerState, SkeletonRows},
    decorations::{AskedTypes, TypeRows},
    graph::TypedGraph,
    law::{mask, temper},
    mixture::{Mixture, PARAMETERS},
    model::{UnpoolingModel, structure_inputs, type_inputs, value_inputs},
    options::SamplingOptions,
    sizes::StartGraph,
    stream,
    value_rows::ValueRows,
};
use crate::graph::{GraphTopology, unpooling::ChoicePhase};

/// One choice in the generation of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PathChoice {
    /// The node, or the edge in phases of edges.
    pub variable: usize,
    /// The outcome: 1 for a kept node, 0 or 1 for an intra-link, the common edge, the code of a
    /// block, a kind or a mark. 0 for real features, which are stored in the graph.
    pub value: usize,
}

/// A graph and the choices that generated it.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledPath {
    /// The graph.
    pub graph: TypedGraph,
    /// The initial graph of at most three nodes.
    pub start: GraphTopology,
    /// All choices in the order in which they were made.
    pub choices: Vec<PathChoice>,
    /// Log-probability of the number of nodes, the start graph and the choices, given their order,
    /// plus the log-density of real features.
    pub log_prob: f64,
}

impl UnpoolingModel {
    /// Draws graphs.
    ///
    /// Consumes one draw. Every graph has its own generator, so graph `k` depends on that draw and
    /// `k` alone, up to rounding.
    ///
    /// Cost: one network evaluation per choice, or per few choices.
    ///
    /// # Panics
    /// Panics if the options do not pass [`validate`](SamplingOptions::validate).
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

    /// Returns the log-probabilities of recorded choices.
    ///
    /// # Panics
    /// Panics if choices do not generate a graph, for example those of another model.
    pub fn replay(&self, paths: &[SampledPath], device: &Device) -> Vec<f64> {
        let options = SamplingOptions::default();
        let chunks: Vec<Vec<f64>> = paths
            .par_chunks(options.batch)
            .map(|paths| {
                let begun = paths.iter().map(|path| {
                    let start = StartGraph::of(&path.start);
                    let start =
                        start.unwrap_or_else(|| panic!("a start graph has at most three nodes"));
                    let nodes = path.graph.topology.node_count();
                    let replay = Mode::Replay {
                        start: path.start.clone(),
                        choices: path.choices.clone(),
                        values: path.graph.values.clone(),
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
        let mut placed: Vec<Placing> = typed.into_iter().map(|graph| graph.finish(self)).collect();
        while self.value_round(&mut placed, options, device) {}
        placed.into_iter().map(Placing::finish).collect()
    }

    /// Evaluates the network and makes the resulting choices; returns whether there were any.
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
                    // If nothing is legal, the distribution is not changed.
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

    fn value_round(
        &self,
        graphs: &mut [Placing],
        options: &SamplingOptions,
        device: &Device,
    ) -> bool {
        let (Some(network), Some(inputs)) = (&self.values, value_inputs(self.config())) else {
            return false;
        };
        let mut batch = ValueRows::default();
        let mut owners = Vec::new();
        for (index, graph) in graphs.iter_mut().enumerate() {
            let Some(placement) = &graph.placement else {
                continue;
            };
            let next = placement.pairs.frontier(&placement.scaled);
            if next.is_empty() {
                continue;
            }
            // No outcome of a density is certain.
            let options = SamplingOptions {
                certainty: 1.0,
                ..options.clone()
            };
            let (nodes, _) = graph.mode.variables(next, Vec::new, &options);
            inputs.push(&mut batch, &placement.pairs, &placement.scaled, &nodes);
            owners.extend(nodes.into_iter().map(|node| (index, node)));
        }
        if owners.is_empty() {
            return false;
        }
        let nodes = network.nodes(std::mem::take(&mut batch.inputs), &batch.rows, device);
        let mut drawn: Vec<Vec<f32>> = vec![Vec::new(); owners.len()];
        for axis in 0..inputs.bounds.width() {
            let parameters = network.mixtures(nodes.clone(), axis, &drawn.concat(), device);
            let anchors = batch.anchors.chunks_exact(inputs.bounds.width());
            let rows = parameters.chunks_exact(PARAMETERS).zip(anchors);
            for ((&(graph, node), drawn), (row, anchor)) in owners.iter().zip(&mut drawn).zip(rows)
            {
                let mixture = Mixture::new(row, anchor[axis], options.temperature);
                drawn.push(graphs[graph].place(node, axis, &mixture));
            }
        }
        let volume = inputs.bounds.log_volume();
        for ((graph, node), drawn) in owners.into_iter().zip(drawn) {
            let graph = &mut graphs[graph];
            graph.log_prob -= volume;
            graph.mode.made();
            graph.path.push(PathChoice {
                variable: node,
                value: 0,
            });
            if let Some(placement) = &mut graph.placement {
                placement.scaled[node] = Some(drawn);
            }
        }
        true
    }
}

/// A choice that the network is evaluated for.
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
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_choices_are_drawn_in_one_round() {
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

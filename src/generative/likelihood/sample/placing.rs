use super::{PathChoice, SampledPath, mode::Mode};
use crate::{
    generative::likelihood::{
        graph::TypedGraph,
        graph::ValueBounds,
        mixture::Mixture,
        value_rows::{PairGraph, PartialValues},
    },
    graph::GraphTopology,
};

/// A graph whose real features are being drawn.
pub(super) struct Placing {
    pub(super) mode: Mode,
    pub(super) start: GraphTopology,
    pub(super) graph: TypedGraph,
    /// `None` if nodes have no real features.
    pub(super) placement: Option<Placement>,
    pub(super) path: Vec<PathChoice>,
    pub(super) log_prob: f64,
}

pub(super) struct Placement {
    pub(super) pairs: PairGraph,
    pub(super) scaled: PartialValues,
    pub(super) values: Vec<Vec<f32>>,
    pub(super) bounds: ValueBounds,
}

impl Placing {
    /// Draws or reads the value of an axis of a node. Returns it scaled.
    pub(super) fn place(&mut self, node: usize, axis: usize, mixture: &Mixture) -> f32 {
        let Some(placement) = &mut self.placement else {
            unreachable!("only graphs with real features are evaluated");
        };
        let bounds = &placement.bounds;
        let value = match &mut self.mode {
            Mode::Draw(rng) => bounds.unscaled(axis, mixture.draw(rng)),
            Mode::Replay { values, .. } => values[node][axis],
        };
        placement.values[node].push(value);
        // The density at the stored value, which is rounded.
        let scaled = bounds.scaled(&placement.values[node])[axis];
        self.log_prob += mixture.log_density(scaled.into());
        scaled
    }

    pub(super) fn finish(mut self) -> SampledPath {
        self.graph.values = self.placement.map_or(Vec::new(), |placed| placed.values);
        SampledPath {
            graph: self.graph,
            start: self.start,
            choices: self.path,
            log_prob: self.log_prob,
        }
    }
}

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use crate::{generative::GeneratorChain, graph::GraphBatch};

/// The part that a step trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GanPhase {
    /// The critic, on real and generated graphs.
    Critic,
    /// The generator, by the gradient of its features.
    Features,
    /// The generator, by the policy gradient of its structure.
    Structure,
    /// Both at once, on the same graphs.
    Joint,
}

impl GanPhase {
    /// Returns the name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Critic => "the critic's loss",
            Self::Features => "the generator's loss",
            Self::Structure => "the loss of the structure",
            Self::Joint => "the loss of generator and structure",
        }
    }
}

/// One step of adversarial training.
#[derive(Clone, Debug)]
pub struct GanBatch {
    /// Number of the iteration, from 0.
    pub iteration: usize,
    /// The part that the step trains.
    pub phase: GanPhase,
    /// Number of previous trainings of the generator in this iteration.
    pub repeat: usize,
    /// Real graphs, for the critic and for losses that compare graphs.
    pub real: Option<GraphBatch>,
    /// Choices that generate as many real graphs, if the generator is also trained on them.
    pub chain: Option<GeneratorChain>,
    pub(super) seed: u64,
    pub(super) stream: u64,
}

impl GanBatch {
    /// Returns the random generator of this step.
    pub fn rng(&self) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.stream);
        rng
    }
}

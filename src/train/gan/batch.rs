use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use crate::graph::GraphBatch;

/// What a step trains.
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

/// One step of adversarial training.
#[derive(Clone, Debug)]
pub struct GanBatch {
    /// Number of the iteration, from 0.
    pub iteration: usize,
    /// What the step trains.
    pub phase: GanPhase,
    /// How often the generator was trained in this iteration before.
    pub repeat: usize,
    /// Real graphs, for the critic, and for losses that compare.
    pub real: Option<GraphBatch>,
    pub(super) seed: u64,
    pub(super) stream: u64,
}

impl GanBatch {
    /// The generator of everything that is drawn in this step.
    pub fn rng(&self) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.stream);
        rng
    }
}

/// Asks for graphs to be sampled and judged, at the end of an epoch.
#[derive(Clone, Copy, Debug)]
pub struct SamplingRequest {
    /// Seed of latent vectors and structures; the same at the end of every epoch.
    pub seed: u64,
}

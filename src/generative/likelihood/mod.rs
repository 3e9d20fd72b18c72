//! A distribution over graphs by unpooling, trained by maximum likelihood.

mod candidates;
mod config;
mod decorations;
mod dense;
mod examples;
mod graph;
mod initialize;
mod model;
mod rows;
mod sample;
mod sizes;
mod skeleton;
mod types;

use rand::{SeedableRng, rngs::ChaCha8Rng};

pub use config::{NetworkConfig, UnpoolingModelConfig};
pub use examples::sizes_of;
pub use graph::{Capacities, GraphKinds, TypedGraph, TypedGraphError};
pub use model::{LikelihoodBatch, NllEstimate, UnpoolingModel};
pub use sample::{PathChoice, SampledPath, SamplingOptions};
pub use sizes::{SizeLaw, StartGraph};

/// The generator for one of many graphs.
fn stream(seed: u64, index: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(index);
    rng
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

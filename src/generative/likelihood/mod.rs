//! A distribution over graphs by unpooling, trained by maximum likelihood.
//!
//! Pooling is the inverse of unpooling, so every connected graph comes with choices that generate
//! it. An [`UnpoolingModel`] computes the probability of these choices, one at a time, by message
//! passing. Its input is the coarse graph, all possible edges of the finer graph, and the previous
//! choices. It needs no critic and no policy gradient, and its samples are connected for all
//! weights. Kinds of nodes and edges, and real features of nodes such as coordinates, follow in the
//! same way.
//!
//! | item | purpose |
//! |---|---|
//! | [`TypedGraph`], [`GraphKinds`] | graphs with categories of nodes and edges, on the host |
//! | [`UnpoolingModelConfig`], [`SizeLaw`], [`sizes_of`], [`ValueBounds`] | a model for such graphs |
//! | [`UnpoolingModel::sample`], [`SamplingOptions`] | draws graphs, optionally with legal valences only |
//! | [`UnpoolingModel::nll`], [`NllEstimate`] | an unbiased estimate of −log probability |
//! | [`UnpoolingModel::replay`], [`SampledPath`] | the probability of recorded choices |
//!
//! [`train::likelihood`](crate::train::likelihood) trains the model in Burn's Learner.
//!
//! ```
//! use burn::tensor::Device;
//! use fireweed::{
//!     generative::likelihood::{
//!         GraphKinds, SamplingOptions, TypedGraph, UnpoolingModel, UnpoolingModelConfig, sizes_of,
//!     },
//!     graph::generate::{cycle, path},
//! };
//! use rand::{SeedableRng, rngs::ChaCha8Rng};
//!
//! let device = Device::flex();
//! let mut rng = ChaCha8Rng::seed_from_u64(0);
//! let graphs = vec![TypedGraph::untyped(path(6)), TypedGraph::untyped(cycle(7)?)];
//! let config = UnpoolingModelConfig::new(GraphKinds::none(), sizes_of(&graphs, 0));
//! let model = UnpoolingModel::try_init(&config, &device, &mut rng)?;
//! let sample = model.sample(10, &SamplingOptions::default(), &device, &mut rng);
//! assert!(sample.iter().all(|path| path.graph.topology.is_connected()));
//! assert!(model.nll(&graphs, &device, &mut rng)?.total() > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod candidates;
mod config;
mod decorations;
mod dense;
mod examples;
mod graph;
mod initialize;
mod law;
mod mixture;
mod model;
mod options;
mod room;
mod rows;
mod sample;
mod sizes;
mod skeleton;
mod types;
mod value_rows;
mod values;

use rand::{SeedableRng, rngs::ChaCha8Rng};

pub use config::{NetworkConfig, UnpoolingModelConfig};
pub use examples::sizes_of;
pub use graph::{Capacities, GraphKinds, TypedGraph, ValueBounds};
pub use model::{LikelihoodBatch, NllEstimate, UnpoolingModel};
pub use options::SamplingOptions;
pub use sample::{PathChoice, SampledPath};
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

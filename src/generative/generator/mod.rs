//! The generator, which maps latent vectors to graphs.

mod capacity;
mod chain;
pub(super) mod choose;
mod config;
mod generated;
mod head;
mod latent;
mod model;
mod pooled;
mod stage;

pub use capacity::BondCapacities;
pub use chain::{Categories, GeneratorChain};
pub use config::{GeneratorConfig, StageConfig};
pub use generated::Generated;
pub use latent::LatentDistribution;
pub use model::Generator;
pub use pooled::{PooledGraph, pool_to_selections};

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

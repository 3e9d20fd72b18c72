//! The generator: from latent vectors to graphs.

mod capacity;
mod config;
mod generated;
mod gumbel;
mod head;
mod latent;
mod model;
mod stage;

pub use capacity::BondCapacities;
pub use config::{GeneratorConfig, StageConfig};
pub use generated::Generated;
pub use latent::LatentDistribution;
pub use model::Generator;

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

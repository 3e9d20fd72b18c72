//! Models that generate graphs, and critics that score them.
//!
//! ```text
//! z ──► InitialGraph ──► MPNN ──► [ UnpoolingLayer ──► LatentSkip ──► MPNN ] ──► … ──► head
//! ```
//!
//! | item | purpose |
//! |---|---|
//! | [`Generator`], [`GeneratorConfig`] | connected graphs from latent vectors, by unpooling |
//! | [`AdjacencyGenerator`] | baseline that generates a whole adjacency matrix |
//! | [`Critic`], [`GradientPenalty`] | scores of graphs, with a differentiable input gradient |
//! | [`likelihood`] | a distribution over graphs by unpooling, for maximum likelihood |
//! | [`vae`] | variational autoencoders with an unpooling decoder |
//! | [`GraphGenerator`], [`GraphSource`] | traits for your own generators and data |
//!
//! A [`Generator`] returns connected graphs with node and edge features, the log-probability of
//! their structure, and ordinary gradients of their features. Layers come from [`nn`](crate::nn);
//! [`train`](crate::train) trains the models in Burn's Learner.
//!
//! Reference: Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation" (AISTATS 2023, arXiv
//! 2206.01874).

mod adjacency;
mod critic;
mod error;
mod features;
mod frequency;
mod generator;
#[cfg(feature = "train")]
mod growth;
mod initialize;
mod interface;
pub mod likelihood;
mod sampled;
mod stored;

pub use adjacency::{AdjacencyConfig, AdjacencyGenerator};
pub use critic::{Critic, CriticConfig, CriticNorm, Criticism, GradientPenalty, TrivialFeatures};
pub use error::GenerativeError;
pub use features::{GraphFeatures, NodeFeatures};
pub use frequency::frequency_divergence;
pub use generator::{
    BondCapacities, Categories, Generated, Generator, GeneratorChain, GeneratorConfig,
    LatentDistribution, PooledGraph, StageConfig, pool_to_selections,
};
#[cfg(feature = "train")]
pub(crate) use growth::growth;
pub use initialize::{initialize_normal, initialize_uniform};
pub use interface::{GraphGenerator, GraphGeneratorConfig, GraphSource};
pub use sampled::SampledGraph;
pub use stored::StoredGraphs;
pub mod vae;

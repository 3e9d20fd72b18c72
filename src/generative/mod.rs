//! Models that generate graphs: a generator that grows them by unpooling with the critics that it
//! is trained against, and a distribution by unpooling.
//!
//! ```text
//! z ──► InitialGraph ──► MPNN ──► [ UnpoolingLayer ──► LatentSkip ──► MPNN ] ──► … ──► head
//! ```
//!
//! A [`Generator`] yields connected graphs with node and edge features, the logarithm of the
//! probability of their structure, and ordinary gradients of their features. A [`Critic`] gives each
//! graph a number, and can write down its own input gradient as a differentiable expression, which
//! is what a gradient penalty needs.
//!
//! [`likelihood`] has a model of another kind: a distribution over graphs by unpooling, trained by
//! maximum likelihood.
//!
//! Reference: Guo, Zou, Lerman, "An Unpooling Layer for Graph Generation" (AISTATS 2023); chapter 3
//! of the dissertation.

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
    LatentDistribution, PoolToSelectionsError, PooledGraph, ReplayError, StageConfig,
    pool_to_selections,
};
#[cfg(feature = "train")]
pub(crate) use growth::growth;
pub use initialize::{initialize_normal, initialize_uniform};
pub use interface::{GraphGenerator, GraphGeneratorConfig, GraphSource};
pub use sampled::SampledGraph;
pub use stored::StoredGraphs;
pub mod vae;

use burn::{
    module::{Module, ModuleDisplay},
    tensor::{Device, Tensor},
};
use rand::Rng;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    BondCapacities, Generated, GenerativeError, Generator, GeneratorChain, GeneratorConfig,
    GraphFeatures,
};
use crate::{
    graph::{GraphBatch, GraphTopology},
    nn::unpooling::NodeSelection,
};

/// A module that generates graphs from latent vectors: a [`Generator`], a baseline, or your own.
///
/// Training requires nothing else of a generator.
pub trait GraphGenerator: Module + ModuleDisplay + 'static {
    /// Returns the kinds of features of generated graphs.
    fn features(&self) -> &GraphFeatures;

    /// Draws latent vectors, `[count, latent]`.
    fn latent(&self, count: usize, device: &Device, rng: &mut impl Rng) -> Tensor<2>;

    /// Draws a graph for each latent vector.
    fn generate(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Generated;

    /// Draws `count` graphs in batches of at most `batch_size`, and calls `receive` with each
    /// batch.
    fn generate_many(
        &self,
        count: usize,
        batch_size: usize,
        device: &Device,
        rng: &mut impl Rng,
        mut receive: impl FnMut(Generated),
    ) {
        let mut left = count;
        while left > 0 {
            let size = left.min(batch_size.max(1));
            let latent = self.latent(size, device, rng);
            receive(self.generate(latent, rng));
            left -= size;
        }
    }

    /// Returns the selections of the unpooling layers, if given chains can be
    /// [scored](Self::score_chain).
    fn selections(&self) -> Option<Vec<NodeSelection>> {
        None
    }

    /// Returns the log-probability of given choices, `[graphs]`, differentiable.
    ///
    /// # Errors
    /// Returns an error if the model does not generate graphs by such choices.
    fn score_chain(
        &self,
        latent: Tensor<2>,
        chain: &GeneratorChain,
    ) -> Result<Tensor<1>, GenerativeError> {
        let _ = latent;
        Err(GenerativeError::Count {
            object: "a chain",
            what: "layers",
            found: chain.layers.len(),
            expected: 0,
        })
    }

    /// Chooses categories such that no node has more bonds than allowed.
    ///
    /// # Errors
    /// Returns an error if the model does not support this, or if the capacities are for other
    /// categories.
    fn with_legal_bonds(self, capacities: Option<BondCapacities>) -> Result<Self, GenerativeError> {
        match capacities {
            None => Ok(self),
            Some(_) => Err(GenerativeError::setting(
                "bond capacities",
                "some",
                "none for this model, which has no legal valences",
            )),
        }
    }

    /// Sets whether [`Generated::feature_log_prob`] is differentiable, if supported.
    #[must_use]
    fn with_gradients_of_categories(self, _scored: bool) -> Self {
        self
    }
}

/// Configuration of a [`GraphGenerator`].
pub trait GraphGeneratorConfig: Clone + Serialize + DeserializeOwned + Send + Sync {
    /// The model.
    type Generator: GraphGenerator;

    /// Returns the kinds of features of generated graphs.
    fn features(&self) -> &GraphFeatures;

    /// Creates the model.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range.
    fn try_init(&self, device: &Device) -> Result<Self::Generator, GenerativeError>;
}

impl GraphGenerator for Generator {
    fn features(&self) -> &GraphFeatures {
        self.features()
    }

    fn latent(&self, count: usize, device: &Device, rng: &mut impl Rng) -> Tensor<2> {
        self.latent(count, device, rng)
    }

    fn generate(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Generated {
        self.sample(latent, rng)
    }

    fn selections(&self) -> Option<Vec<NodeSelection>> {
        Some(self.selections())
    }

    fn score_chain(
        &self,
        latent: Tensor<2>,
        chain: &GeneratorChain,
    ) -> Result<Tensor<1>, GenerativeError> {
        self.score(latent, chain)
    }

    fn with_legal_bonds(self, capacities: Option<BondCapacities>) -> Result<Self, GenerativeError> {
        self.with_capacities(capacities)
    }

    fn with_gradients_of_categories(self, scored: bool) -> Self {
        self.with_scored_features(scored)
    }
}

impl GraphGeneratorConfig for GeneratorConfig {
    type Generator = Generator;

    fn features(&self) -> &GraphFeatures {
        &self.features
    }

    fn try_init(&self, device: &Device) -> Result<Generator, GenerativeError> {
        self.try_init(device)
    }
}

/// A source of real graphs for batches.
pub trait GraphSource: Send + Sync {
    /// Returns the number of graphs.
    fn len(&self) -> usize;

    /// Returns the graphs with these numbers, in this order.
    fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch;

    /// Returns the structure of a graph, if its choices are needed for training.
    fn topology(&self, _graph: usize) -> Option<GraphTopology> {
        None
    }

    /// Returns whether there are no graphs.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

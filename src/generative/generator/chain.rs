use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    generative::GenerativeError,
    graph::{
        GraphTopology,
        unpooling::{UnpoolingChoices, UnpoolingError},
    },
    nn::unpooling::InitialStructure,
};

/// The choices by which a [`Generator`](super::Generator) generates the structures of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratorChain {
    /// The structure of the three initial nodes of each graph.
    pub initial: Vec<InitialStructure>,
    /// The choices of each unpooling layer, for all graphs together.
    pub layers: Vec<UnpoolingChoices>,
}

impl GeneratorChain {
    /// Concatenates the chains of several batches.
    ///
    /// # Errors
    /// Returns an error if the chains have different numbers of layers, or if choices do not fit
    /// their graphs.
    pub fn concat<'a>(chains: impl IntoIterator<Item = &'a Self>) -> Result<Self, GenerativeError> {
        let chains: Vec<&Self> = chains.into_iter().collect();
        let layers = chains.first().map_or(0, |chain| chain.layers.len());
        if let Some(other) = chains.iter().find(|chain| chain.layers.len() != layers) {
            return Err(GenerativeError::Count {
                object: "a chain",
                what: "layers",
                found: other.layers.len(),
                expected: layers,
            });
        }
        let mut graphs: Vec<GraphTopology> = chains.iter().map(|chain| chain.start()).collect();
        let mut all = Self {
            initial: chains.iter().flat_map(|c| c.initial.clone()).collect(),
            layers: Vec::with_capacity(layers),
        };
        for layer in 0..layers {
            let error = |source: UnpoolingError| GenerativeError::Layer {
                layer: layer + 1,
                reason: source.to_string(),
            };
            let parts = graphs.iter().zip(&chains);
            let parts = parts.map(|(graph, chain)| (graph, &chain.layers[layer]));
            all.layers
                .push(UnpoolingChoices::concat(parts).map_err(error)?);
            for (graph, chain) in graphs.iter_mut().zip(&chains) {
                let larger = chain.layers[layer].expand(graph).map_err(error)?;
                *graph = Arc::unwrap_or_clone(larger.topology);
            }
        }
        Ok(all)
    }

    /// Returns the graphs that the choices generate.
    ///
    /// # Panics
    /// Panics if the choices do not fit the graphs.
    pub fn grown(&self) -> GraphTopology {
        self.layers.iter().fold(self.start(), |graphs, choices| {
            let larger = choices.expand(&graphs);
            let larger = larger.unwrap_or_else(|error| panic!("choices of other graphs: {error}"));
            Arc::unwrap_or_clone(larger.topology)
        })
    }

    /// Returns the initial graphs.
    pub fn start(&self) -> GraphTopology {
        let graphs = self.initial.iter().enumerate();
        let edges = graphs.flat_map(|(graph, structure)| {
            let edges = structure.edges().into_iter();
            edges.map(move |edge| edge.map(|node| node + 3 * graph))
        });
        GraphTopology::new(&vec![3; self.initial.len()], edges.collect())
            .unwrap_or_else(|error| unreachable!("three nodes and their pairs: {error}"))
    }
}

/// The categories of the nodes and edges of a batch of graphs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categories {
    /// For each block of node features, the category of each node; empty if features are real
    /// numbers.
    pub nodes: Vec<Vec<usize>>,
    /// The kind of each edge; empty if edges have no kinds.
    pub edges: Vec<usize>,
}

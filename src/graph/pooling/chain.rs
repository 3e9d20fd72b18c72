use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use rand::Rng;

use super::{Pooling, pool, pool_at_random};
use crate::graph::{
    GraphTopology,
    unpooling::{UnpoolingChoices, UnpoolingError},
};

/// A small graph, and the choices of successive unpooling layers that grow it into a given graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolingChain {
    /// The graph to start from.
    pub start: GraphTopology,
    /// Choices of each layer, in order; those of a layer are for the output graph of the previous
    /// one. An [`UnpoolingLayer`](crate::nn::unpooling::UnpoolingLayer) replays them if its
    /// selection is [`AllRandom`](crate::nn::unpooling::NodeSelection::AllRandom) or their roles
    /// are given.
    pub layers: Vec<UnpoolingChoices>,
    /// For each node of the last layer's output, the corresponding node of the given graph.
    pub origin: Vec<usize>,
}

impl PoolingChain {
    /// Returns the start graph and the output graph of each layer.
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] if choices were changed and no longer fit.
    pub fn expand(&self) -> Result<Vec<Arc<GraphTopology>>, UnpoolingError> {
        let mut graphs = vec![Arc::new(self.start.clone())];
        for choices in &self.layers {
            let larger = choices.expand(&graphs[graphs.len() - 1])?.topology;
            graphs.push(larger);
        }
        Ok(graphs)
    }
}

/// Pools a connected graph repeatedly, each time as far as one layer allows, down to `smallest`
/// nodes.
///
/// From N nodes to 3, the initial graph of the dissertation, this takes ⌈log₂(N / 3)⌉ layers.
///
/// Complexity: O(|V| + |E|) expected time and memory per layer. The number of nodes halves with
/// each layer; the edges of a dense graph may decrease more slowly at first.
///
/// Reference: the corollary to Theorem 3.1 of the dissertation.
///
/// ```
/// use fireweed::graph::{generate::path, pooling::pool_chain};
///
/// let chain = pool_chain(&path(12), 3)?;
/// let sizes: Vec<_> = chain.expand()?.iter().map(|graph| graph.node_count()).collect();
/// assert_eq!(sizes, [3, 6, 12]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns [`UnpoolingError`] if the batch is not one connected graph, if it has fewer than
/// `smallest` nodes, or if `smallest` is 0.
pub fn pool_chain(graph: &GraphTopology, smallest: usize) -> Result<PoolingChain, UnpoolingError> {
    chain_of(graph, smallest, pool)
}

/// Same as [`pool_chain`], with each layer pooled at random by [`random_pool`](super::random_pool).
///
/// Chains of one graph differ in their choices, and each regenerates the graph, so training on them
/// covers many ways to the same graph. The order of nodes in each graph is arbitrary, except that
/// second children come last, as in [`UnpoolingChoices::expand`].
///
/// Consumes the draws of [`random_pool`](super::random_pool) for each layer, the last layer first.
///
/// Complexity: as [`pool_chain`].
///
/// # Errors
/// Same as [`pool_chain`].
pub fn random_pool_chain(
    graph: &GraphTopology,
    smallest: usize,
    rng: &mut impl Rng,
) -> Result<PoolingChain, UnpoolingError> {
    chain_of(graph, smallest, |graph, nodes| {
        pool_at_random(graph, nodes, rng)
    })
}

fn chain_of(
    graph: &GraphTopology,
    smallest: usize,
    mut pool: impl FnMut(&GraphTopology, usize) -> Result<Pooling, UnpoolingError>,
) -> Result<PoolingChain, UnpoolingError> {
    graph.check_single()?;
    graph.check_connected()?;
    let nodes = graph.node_count();
    if smallest == 0 || smallest > nodes {
        return Err(UnpoolingError::ChainSize { nodes, smallest });
    }
    let mut poolings: Vec<Pooling> = Vec::new();
    loop {
        let current = poolings.last().map_or(graph, |pooling| &pooling.parent);
        let nodes = current.node_count();
        if nodes == smallest {
            break;
        }
        poolings.push(pool(current, nodes.div_ceil(2).max(smallest))?);
    }
    let start = poolings.last().map_or(graph, |pooling| &pooling.parent);
    Ok(grow(start.clone(), &poolings))
}

/// Returns the chain of successive poolings. `start` is the output of the last one, with edges in
/// any order.
pub(crate) fn grow(start: GraphTopology, poolings: &[Pooling]) -> PoolingChain {
    let mut chain = PoolingChain {
        origin: (0..start.node_count()).collect(),
        layers: Vec::with_capacity(poolings.len()),
        start,
    };
    // The output graph of the layers so far: that of the next pooling, in another order.
    let mut grown = chain.start.clone();
    for pooling in poolings.iter().rev() {
        let choices = transport(pooling, &grown, &chain.origin);
        let expansion = choices.expand_checked(&grown);
        let second = second_children(pooling);
        let grown_from = expansion.parents.iter().zip(&expansion.is_second);
        chain.origin = grown_from
            .map(|(&parent, &is_second)| {
                let pooled = chain.origin[parent];
                pooling.origin[if is_second { second[pooled] } else { pooled }]
            })
            .collect();
        chain.layers.push(choices);
        grown = Arc::unwrap_or_clone(expansion.topology);
    }
    chain
}

/// For each unpooled node of the parent graph, the output node that is its second child.
fn second_children(pooling: &Pooling) -> Vec<usize> {
    let mut next = pooling.parent.node_count();
    let unpooled = pooling.choices.unpooled.iter();
    unpooled
        .map(|&unpooled| {
            next += usize::from(unpooled);
            next - 1
        })
        .collect()
}

/// The choices for an isomorphic copy of the parent graph, whose node `k` is its node `map[k]`.
fn transport(pooling: &Pooling, copy: &GraphTopology, map: &[usize]) -> UnpoolingChoices {
    let (parent, choices) = (&pooling.parent, &pooling.choices);
    let numbered = |edges: &[[usize; 2]]| -> HashMap<[usize; 2], usize> {
        edges
            .iter()
            .enumerate()
            .map(|(edge, &pair)| (pair, edge))
            .collect()
    };
    let edge_in_parent = numbered(parent.edges());
    // For each edge of the copy: its number in the parent graph, and whether its sides are swapped.
    let old: Vec<(usize, bool)> = copy
        .edges()
        .iter()
        .map(|pair| {
            let mut ends = pair.map(|node| map[node]);
            let swapped = ends[0] > ends[1];
            ends.sort_unstable();
            (edge_in_parent[&ends], swapped)
        })
        .collect();
    let mut edge_in_copy = vec![0; old.len()];
    for (new, &(edge, _)) in old.iter().enumerate() {
        edge_in_copy[edge] = new;
    }
    UnpoolingChoices {
        unpooled: map.iter().map(|&node| choices.unpooled[node]).collect(),
        intra_link: map.iter().map(|&node| choices.intra_link[node]).collect(),
        common_edge: map
            .iter()
            .map(|&node| choices.common_edge[node].map(|edge| edge_in_copy[edge]))
            .collect(),
        inherit: old
            .iter()
            .map(|&(edge, swapped)| {
                let [a, b] = choices.inherit[edge];
                if swapped { [b, a] } else { [a, b] }
            })
            .collect(),
        additional: old
            .iter()
            .map(|&(edge, _)| choices.additional[edge])
            .collect(),
    }
}

use std::ops::RangeInclusive;

use rand::{Rng, RngExt};

use super::GeneratorChain;
use crate::{
    generative::GenerativeError,
    graph::{
        GraphTopology,
        pooling::{Pooling, grow, pool_from_root},
        unpooling::{Additional, Inherit, UnpoolingChoices},
    },
    nn::unpooling::{InitialStructure, NodeRole, NodeSelection},
};

/// Number of nodes of initial graphs.
const START: usize = 3;
/// Maximum number of poolings tried per graph.
const ATTEMPTS: usize = 1000;
/// Number of these that follow the order of the graph's nodes, if requested.
const IN_STORED_ORDER: usize = 30;

/// The choices by which a generator generates a given graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledGraph {
    /// The choices.
    pub chain: GeneratorChain,
    /// For each node of the generated graph, the corresponding node of the given graph.
    pub origin: Vec<usize>,
}

/// Finds choices by which unpooling layers with these selections generate a connected graph. The
/// graph is pooled along random spanning trees, as far as each layer allows, until the kept nodes
/// are those of the selections.
///
/// In stored order, the spanning trees start at node 0 and follow the order of the graph's nodes,
/// so that similar graphs have similar chains. If none of these is allowed, other trees are tried.
///
/// Complexity: that of [`random_pool_chain`](crate::graph::pooling::random_pool_chain) for each
/// attempt; a few suffice for the published selections.
///
/// # Errors
/// Returns an error if the graph is not connected, if the layers cannot generate its number of
/// nodes, or if no pooling is found.
pub fn pool_to_selections(
    graph: &GraphTopology,
    selections: &[NodeSelection],
    in_stored_order: bool,
    rng: &mut impl Rng,
) -> Result<PooledGraph, GenerativeError> {
    graph.check_single()?;
    graph.check_connected()?;
    let nodes = graph.node_count();
    let sizes = sizes(nodes, selections)?;
    for attempt in 0..ATTEMPTS {
        let in_stored_order = in_stored_order && attempt < IN_STORED_ORDER;
        let mut poolings: Vec<Pooling> = Vec::new();
        let mut root = match in_stored_order {
            true => 0,
            false => rng.random_range(0..nodes),
        };
        let mut reached = true;
        for &size in sizes.iter().rev() {
            let current = poolings.last().map_or(graph, |pooling| &pooling.parent);
            let pooling = match size == current.node_count() {
                true => Ok(unchanged(current)),
                false => pool_from_root(current, size, root, in_stored_order, rng),
            };
            // The root's family is the first of the parent graph.
            if size < current.node_count() {
                root = 0;
            }
            let Ok(pooling) = pooling else {
                reached = false;
                break;
            };
            poolings.push(pooling);
        }
        if !reached {
            continue;
        }
        let pooled = poolings.last().map_or(graph, |pooling| &pooling.parent);
        let Some((structure, start)) = initial(pooled) else {
            continue;
        };
        let chain = grow(start, &poolings);
        let mut current = chain.start.clone();
        let admitted = selections
            .iter()
            .zip(&chain.layers)
            .all(|(selection, choices)| {
                let roles = selection.roles(&current).into_iter();
                let fits = roles
                    .zip(&choices.unpooled)
                    .all(|(role, &unpooled)| match role {
                        NodeRole::Kept => !unpooled,
                        NodeRole::Unpooled => unpooled,
                        NodeRole::Random => true,
                    });
                if let Ok(larger) = choices.expand(&current) {
                    current = std::sync::Arc::unwrap_or_clone(larger.topology);
                }
                fits
            });
        if !admitted {
            continue;
        }
        return Ok(PooledGraph {
            chain: GeneratorChain {
                initial: vec![structure],
                layers: chain.layers,
            },
            origin: chain.origin,
        });
    }
    Err(GenerativeError::NoOrder { nodes })
}

/// The choices of a layer that keeps all nodes.
fn unchanged(graph: &GraphTopology) -> Pooling {
    let (nodes, edges) = (graph.node_count(), graph.edge_count());
    Pooling {
        parent: graph.clone(),
        choices: UnpoolingChoices {
            unpooled: vec![false; nodes],
            intra_link: vec![false; nodes],
            common_edge: vec![None; nodes],
            inherit: vec![[None::<Inherit>; 2]; edges],
            additional: vec![Additional::Absent; edges],
        },
        origin: (0..nodes).collect(),
    }
}

/// Returns the numbers of nodes that a layer can generate from `nodes` nodes.
fn outputs(selection: NodeSelection, nodes: usize) -> RangeInclusive<usize> {
    match selection {
        NodeSelection::AllRandom => nodes..=2 * nodes,
        NodeSelection::ByPosition { kept, random } => {
            let others = nodes - kept.min(nodes);
            let certain = others - random.min(others.saturating_sub(1));
            nodes + certain..=nodes + others
        }
    }
}

/// Returns the number of nodes before each layer, as small as possible.
fn sizes(nodes: usize, selections: &[NodeSelection]) -> Result<Vec<usize>, GenerativeError> {
    let mut reachable = vec![vec![START]];
    for (layer, &selection) in selections.iter().enumerate() {
        let before = reachable[layer].iter();
        let mut after: Vec<usize> = before.flat_map(|&size| outputs(selection, size)).collect();
        after.sort_unstable();
        after.dedup();
        reachable.push(after);
    }
    let last = reachable.last().map_or(&[][..], Vec::as_slice);
    let error = || GenerativeError::UnreachableSize {
        nodes,
        least: last.first().copied().unwrap_or(START),
        most: last.last().copied().unwrap_or(START),
    };
    let mut sizes = vec![0; selections.len()];
    let mut wanted = nodes;
    if !last.contains(&nodes) {
        return Err(error());
    }
    for (layer, &selection) in selections.iter().enumerate().rev() {
        let mut before = reachable[layer].iter().copied();
        wanted = before
            .find(|&size| outputs(selection, size).contains(&wanted))
            .ok_or_else(error)?;
        sizes[layer] = wanted;
    }
    Ok(sizes)
}

/// Returns the structure of a connected graph of three nodes, and the graph with edges in the order
/// of the structure.
fn initial(graph: &GraphTopology) -> Option<(InitialStructure, GraphTopology)> {
    let mut edges = graph.edges().to_vec();
    edges.sort_unstable();
    let structure = InitialStructure::ALL
        .into_iter()
        .find(|structure| structure.edges() == edges)?;
    let graph = GraphTopology::single(START, edges).ok()?;
    Some((structure, graph))
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "pooled_tests.rs"]
mod tests;

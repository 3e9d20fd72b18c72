//! Pooling as the inverse of unpooling: a constructive version of Theorem 3.1 of the dissertation.
//!
//! | function | result |
//! |---|---|
//! | [`pool`] | a smaller graph and the choices that regenerate the given graph |
//! | [`random_pool`] | same, at random |
//! | [`pool_by_families`] | same, for given groups of nodes |
//! | [`pool_chain`], [`random_pool_chain`] | a chain of poolings down to a small graph |

mod chain;
mod families;

pub(crate) use chain::grow;
pub use chain::{PoolingChain, pool_chain, random_pool_chain};
pub use families::pool_by_families;
use families::{Family, pool_families};
use rand::{Rng, RngExt, seq::SliceRandom};

use super::{
    GraphTopology,
    unpooling::{UnpoolingChoices, UnpoolingError},
};

/// A smaller graph, and the choices with which an unpooling layer regenerates a given graph.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pooling {
    /// The parent graph: connected, its kept nodes first, then the nodes to be unpooled.
    pub parent: GraphTopology,
    /// The choices that regenerate the given graph.
    pub choices: UnpoolingChoices,
    /// For each node of the regenerated graph, the corresponding node of the given graph.
    pub origin: Vec<usize>,
}

/// Pools a connected graph to `parent_nodes` nodes.
///
/// A spanning tree is processed from its deepest leaves: a leaf is paired with a remaining sibling
/// or, if there is none, with its tree parent, until there are enough pairs. Each pair becomes one
/// node of the parent graph, to be unpooled; the other nodes are kept. For such pairs, and for any
/// spanning tree, choices of one layer exist that regenerate the graph exactly (with additional
/// edges on). For arbitrary pairs they need not exist.
///
/// Complexity: O(|V| + |E|) expected time and memory.
///
/// Reference: Theorem 3.1 of the dissertation, with the spanning tree of a breadth-first search
/// from node 0.
///
/// ```
/// use fireweed::graph::{GraphTopology, pooling::pool};
///
/// let cycle = GraphTopology::single(5, vec![[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]])?;
/// let pooling = pool(&cycle, 3)?;
/// assert_eq!(pooling.parent.node_count(), 3);
/// let again = pooling.choices.expand(&pooling.parent)?.topology;
/// assert_eq!((again.node_count(), again.edge_count()), (5, 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns [`UnpoolingError`] if the batch is not one connected graph, or `parent_nodes` is not
/// between ⌈|V|/2⌉ and |V| − 1.
pub fn pool(graph: &GraphTopology, parent_nodes: usize) -> Result<Pooling, UnpoolingError> {
    graph.check_single()?;
    graph.check_connected()?;
    check_size(graph, parent_nodes)?;
    let (order, tree_parent) = breadth_first(graph);
    let families = tree_families(&order, &tree_parent, graph.node_count() - parent_nodes);
    pool_families(graph, &families)
}

/// Same as [`pool`], with a random root of the spanning tree, order of each node's neighbors, order
/// of the parent graph's nodes, and first child of each pair.
///
/// Every order of the parent graph's nodes is equally likely, kept nodes included.
///
/// Consumes one draw for the root, and one for each entry but the first of every shuffled list.
///
/// Complexity: as [`pool`].
///
/// # Errors
/// Same as [`pool`].
pub fn random_pool(
    graph: &GraphTopology,
    parent_nodes: usize,
    rng: &mut impl Rng,
) -> Result<Pooling, UnpoolingError> {
    graph.check_single()?;
    graph.check_connected()?;
    check_size(graph, parent_nodes)?;
    pool_at_random(graph, parent_nodes, rng)
}

fn pool_at_random(
    graph: &GraphTopology,
    parent_nodes: usize,
    rng: &mut impl Rng,
) -> Result<Pooling, UnpoolingError> {
    let (order, tree_parent) = random_breadth_first(graph, rng);
    let mut families = tree_families(&order, &tree_parent, graph.node_count() - parent_nodes);
    families.shuffle(rng);
    for family in &mut families {
        if rng.random() {
            family.members.swap(0, 1);
        }
    }
    pool_families(graph, &families)
}

/// Same as [`random_pool`] on a spanning tree from `root`, whose family is the first of the parent
/// graph and which is the first of its family; kept wherever any node is kept. In stored order,
/// neighbors are searched as the graph has them.
///
pub(crate) fn pool_from_root(
    graph: &GraphTopology,
    parent_nodes: usize,
    root: usize,
    in_stored_order: bool,
    rng: &mut impl Rng,
) -> Result<Pooling, UnpoolingError> {
    let shuffle = |nodes: &mut [usize], rng: &mut _| match in_stored_order {
        true => {}
        false => SliceRandom::shuffle(nodes, rng),
    };
    let (order, tree_parent) = breadth_first_from(graph, root, |nodes| shuffle(nodes, rng));
    let mut families = tree_families(&order, &tree_parent, graph.node_count() - parent_nodes);
    families.shuffle(rng);
    for family in &mut families {
        if family.members[1] == root || (family.members[0] != root && rng.random()) {
            family.members.swap(0, 1);
        }
    }
    let first = families.iter().position(|family| family.members[0] == root);
    families.swap(0, first.unwrap_or(0));
    pool_families(graph, &families)
}

fn check_size(graph: &GraphTopology, parent_nodes: usize) -> Result<(), UnpoolingError> {
    let nodes = graph.node_count();
    if nodes == 1 {
        return Err(UnpoolingError::SingleNode);
    }
    if parent_nodes >= nodes || parent_nodes < nodes.div_ceil(2) {
        return Err(UnpoolingError::LayerSize {
            nodes,
            parent_nodes,
        });
    }
    Ok(())
}

/// Kept nodes first, then `pairs` pairs along a spanning tree.
fn tree_families(order: &[usize], tree_parent: &[usize], pairs: usize) -> Vec<Family> {
    let mut taken = vec![false; order.len()];
    let mut paired = Vec::with_capacity(pairs);
    // In reverse breadth-first order the first remaining node is a deepest leaf, and its remaining
    // siblings come next.
    let mut remaining = order.iter().copied().rev();
    let mut next_remaining = |taken: &[bool]| remaining.find(|&node| !taken[node]);
    let mut next = next_remaining(&taken);
    while let (Some(leaf), true) = (next, paired.len() < pairs) {
        taken[leaf] = true;
        let parent = tree_parent[leaf];
        next = next_remaining(&taken);
        let partner = match next {
            Some(node) if node != parent && tree_parent[node] == parent => node,
            _ => parent,
        };
        taken[partner] = true;
        if next == Some(partner) {
            next = next_remaining(&taken);
        }
        paired.push(Family {
            members: [leaf, partner],
            tree_parent: Some(parent),
        });
    }
    let kept = (0..order.len()).filter(|&node| !taken[node]);
    let kept = kept.map(|node| Family {
        members: [node; 2],
        tree_parent: None,
    });
    kept.chain(paired).collect()
}

/// Nodes by distance from node 0, the children of one tree parent next to each other.
fn breadth_first(graph: &GraphTopology) -> (Vec<usize>, Vec<usize>) {
    breadth_first_from(graph, 0, |_| {})
}

/// Same as [`breadth_first`], from a random root, the neighbors of each node in random order.
fn random_breadth_first(graph: &GraphTopology, rng: &mut impl Rng) -> (Vec<usize>, Vec<usize>) {
    let root = rng.random_range(0..graph.node_count());
    breadth_first_from(graph, root, |nodes| nodes.shuffle(rng))
}

/// Same as [`breadth_first`], from `root`; `order_of` may reorder the tree children of each node.
fn breadth_first_from(
    graph: &GraphTopology,
    root: usize,
    mut order_of: impl FnMut(&mut [usize]),
) -> (Vec<usize>, Vec<usize>) {
    let nodes = graph.node_count();
    let mut order = Vec::with_capacity(nodes);
    let mut tree_parent = vec![usize::MAX; nodes];
    order.push(root);
    // The root is its own parent.
    tree_parent[root] = root;
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        let first = order.len();
        for neighbor in graph.neighbors(node) {
            if tree_parent[neighbor] == usize::MAX {
                tree_parent[neighbor] = node;
                order.push(neighbor);
            }
        }
        order_of(&mut order[first..]);
        next += 1;
    }
    (order, tree_parent)
}

#[cfg(test)]
mod tests;

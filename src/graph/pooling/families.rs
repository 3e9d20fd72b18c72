use std::collections::HashMap;

use petgraph::unionfind::UnionFind;

use super::{Pooling, UnpoolingError};
use crate::graph::{
    GraphTopology,
    unpooling::{Block, BlockEnds, UnpoolingChoices},
};

/// The nodes that one parent node represents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    /// Twice the same for a kept node.
    pub(super) members: [usize; 2],
    /// A common neighbor of both members of a non-adjacent pair, if known.
    pub(super) tree_parent: Option<usize>,
}

impl Family {
    fn is_pair(&self) -> bool {
        self.members[0] != self.members[1]
    }
}

/// Pools a graph by given families: each family of one or two nodes becomes one node of the parent
/// graph.
///
/// The parent graph's nodes are in the order of the families. Unlike [`pool`](super::pool), this
/// can fail. For example, take two families `{a, b}` and `{c, d}`, both non-adjacent, with the
/// edges ac, bc and ad only. Each would have to share the one edge between them with both children,
/// which forces all four edges.
///
/// Each non-adjacent pair needs an edge of its own, or one that is complete (all four), to share.
/// This assignment is solved exactly, so an error means that no choices exist.
///
/// Complexity: O(|V| + |E|) expected time and memory.
///
/// # Errors
/// Returns [`UnpoolingError`] if the batch is not one connected graph, if the families are not a
/// partition of its nodes into single nodes and pairs, or if no choices exist.
pub fn pool_by_families(
    graph: &GraphTopology,
    families: &[Vec<usize>],
) -> Result<Pooling, UnpoolingError> {
    graph.check_single()?;
    graph.check_connected()?;
    let mut taken = vec![false; graph.node_count()];
    let mut checked = Vec::with_capacity(families.len());
    for (family, nodes) in families.iter().enumerate() {
        let members = match nodes[..] {
            [a] => Some([a; 2]),
            [a, b] if a != b => Some([a, b]),
            _ => None,
        };
        let fresh = nodes
            .iter()
            .all(|&node| node < taken.len() && !std::mem::replace(&mut taken[node], true));
        let Some(members) = members.filter(|_| fresh) else {
            return Err(UnpoolingError::Families {
                family,
                nodes: nodes.clone(),
            });
        };
        checked.push(Family {
            members,
            tree_parent: None,
        });
    }
    if let Some(node) = taken.iter().position(|&taken| !taken) {
        return Err(UnpoolingError::Families {
            family: families.len(),
            nodes: vec![node],
        });
    }
    pool_families(graph, &checked)
}

/// The links between two families: `[i][j]`, child `i` of the smaller family with child `j` of the
/// larger. A kept node is its own first child.
type Links = [[bool; 2]; 2];

pub(super) fn pool_families(
    graph: &GraphTopology,
    families: &[Family],
) -> Result<Pooling, UnpoolingError> {
    let mut place_of = vec![(0, 0); graph.node_count()];
    for (family, Family { members, .. }) in families.iter().enumerate() {
        // The first member last, so that a kept node is its own first child.
        place_of[members[1]] = (family, 1);
        place_of[members[0]] = (family, 0);
    }
    let mut edges: Vec<[usize; 2]> = Vec::new();
    let mut links: Vec<Links> = Vec::new();
    let mut edge_of = HashMap::new();
    let mut intra_link = vec![false; families.len()];
    for pair in graph.edges() {
        let mut places = pair.map(|node| place_of[node]);
        places.sort_unstable();
        let [(f, i), (g, j)] = places;
        if f == g {
            intra_link[f] = true;
            continue;
        }
        let edge = *edge_of.entry([f, g]).or_insert_with(|| {
            edges.push([f, g]);
            links.push(Links::default());
            links.len() - 1
        });
        links[edge][i][j] = true;
    }
    let parent = GraphTopology::single(families.len(), edges)?;
    let common_edge = common_edges(families, &parent, &links, &intra_link, |node| {
        place_of[node].0
    })?;
    let mut choices = UnpoolingChoices {
        unpooled: families.iter().map(Family::is_pair).collect(),
        intra_link,
        common_edge,
        inherit: Vec::with_capacity(links.len()),
        additional: Vec::with_capacity(links.len()),
    };
    for (edge, wanted) in links.iter().enumerate() {
        let ends = parent.edges()[edge];
        let heirs = BlockEnds::of(&parent, edge, &choices.unpooled, &choices.common_edge);
        let block = Block::from_links(*wanted);
        let Some((inherit, additional)) = block.and_then(|block| heirs.explain(block)) else {
            return Err(UnpoolingError::Unreachable {
                families: ends,
                reason: "no layer can draw the edges between them",
            });
        };
        choices.inherit.push(inherit);
        choices.additional.push(additional);
    }
    let firsts = families.iter().map(|family| family.members[0]);
    let seconds = families.iter().filter(|family| family.is_pair());
    Ok(Pooling {
        origin: firsts.chain(seconds.map(|pair| pair.members[1])).collect(),
        parent,
        choices,
    })
}

/// For each non-adjacent pair, the edge that both children inherit.
fn common_edges(
    families: &[Family],
    parent: &GraphTopology,
    links: &[Links],
    intra_link: &[bool],
    family_of: impl Fn(usize) -> usize,
) -> Result<Vec<Option<usize>>, UnpoolingError> {
    let mut common = vec![None; families.len()];
    // Pairs whose candidate edges can serve only one of their two ends.
    let mut rivals: Vec<(usize, Vec<usize>)> = Vec::new();
    for (f, family) in families.iter().enumerate() {
        if !family.is_pair() || intra_link[f] {
            continue;
        }
        if let Some(tree_parent) = family.tree_parent {
            let towards = family_of(tree_parent);
            let mut ends = parent.ends_at(f).iter();
            common[f] = ends
                .find(|&&end| parent.other(end) == towards)
                .map(|end| end.edge);
            continue;
        }
        let is_candidate = |side: usize, edge: usize| {
            let mut heirs = BlockEnds {
                unpooled: parent.edges()[edge].map(|g| families[g].is_pair()),
                common: [false; 2],
            };
            heirs.common[side] = true;
            Block::from_links(links[edge]).is_some_and(|block| heirs.admits(block))
        };
        let candidates = parent
            .ends_at(f)
            .iter()
            .filter(|end| is_candidate(end.side, end.edge));
        let candidates: Vec<usize> = candidates.map(|end| end.edge).collect();
        if candidates.is_empty() {
            return Err(UnpoolingError::Unreachable {
                families: [f; 2],
                reason: "a pair without an edge of its own needs a common neighbor to share",
            });
        }
        // An edge with all four links can serve both of its ends.
        match candidates
            .iter()
            .find(|&&edge| links[edge] == [[true; 2]; 2])
        {
            Some(&complete) => common[f] = Some(complete),
            None => rivals.push((f, candidates)),
        }
    }
    for (f, edge) in assign(&rivals)? {
        common[f] = Some(edge);
    }
    Ok(common)
}

/// Assigns each family an edge of its own among its candidates; O(candidates).
///
/// In the graph of rivals that is joined by the candidates that two of them share, each component
/// needs one edge per rival. It has enough if it contains a cycle, or a candidate of one rival
/// only. From there the search assigns to each rival the edge by which it is reached.
fn assign(rivals: &[(usize, Vec<usize>)]) -> Result<Vec<(usize, usize)>, UnpoolingError> {
    let mut claims: HashMap<usize, Vec<usize>> = HashMap::new();
    for (rival, (_, candidates)) in rivals.iter().enumerate() {
        for &edge in candidates {
            claims.entry(edge).or_default().push(rival);
        }
    }
    let mut owned = vec![None; rivals.len()];
    for (owned, (_, candidates)) in owned.iter_mut().zip(rivals) {
        *owned = candidates
            .iter()
            .copied()
            .find(|edge| claims[edge].len() == 1);
    }
    let settled = (0..rivals.len()).filter(|&rival| owned[rival].is_some());
    let settled = settled.collect();
    reach_others(rivals, &claims, &mut owned, settled);
    let mut components = UnionFind::new(rivals.len());
    for (rival, (_, candidates)) in rivals.iter().enumerate() {
        for &edge in candidates {
            let [first, second] = claims[&edge][..] else {
                continue;
            };
            let closes_a_cycle = rival == first && !components.union(first, second);
            if closes_a_cycle && owned[first].is_none() {
                owned[first] = Some(edge);
                reach_others(rivals, &claims, &mut owned, vec![first]);
            }
        }
    }
    let chosen = rivals
        .iter()
        .zip(owned)
        .map(|((family, _), owned)| match owned {
            Some(edge) => Ok((*family, edge)),
            None => Err(UnpoolingError::Unreachable {
                families: [*family; 2],
                reason: "a pair without an edge of its own needs a common neighbor to share, and \
                     other such pairs need the same",
            }),
        });
    chosen.collect()
}
/// From rivals with an edge, assigns to the rivals around them the edges that lead there.
fn reach_others(
    rivals: &[(usize, Vec<usize>)],
    claims: &HashMap<usize, Vec<usize>>,
    owned: &mut [Option<usize>],
    mut reached: Vec<usize>,
) {
    while let Some(rival) = reached.pop() {
        let own = owned[rival];
        for &edge in rivals[rival].1.iter().filter(|&&edge| own != Some(edge)) {
            for &other in &claims[&edge] {
                if owned[other].is_none() {
                    owned[other] = Some(edge);
                    reached.push(other);
                }
            }
        }
    }
}

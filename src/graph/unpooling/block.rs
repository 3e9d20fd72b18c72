use serde::{Deserialize, Serialize};

use super::{Additional, Child, Inherit, UnpoolingChoices, UnpoolingError, linked_children};
use crate::graph::GraphTopology;

/// The edges between the children of the two ends of one input edge, as one choice.
///
/// A non-empty subset of the four possible edges: steps 2c and 2d of an unpooling layer combined.
/// Its probability is the sum over all ways in which these steps produce it, for example both
/// orders in which two disjoint edges can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Block(u8);

impl Block {
    /// Number of codes, including 0, which is not a block: the width of a score for each block.
    pub const CODES: usize = 16;
    /// All four edges.
    pub const COMPLETE: Self = Self(15);

    /// Creates the block with these edges: `[a][b]` joins child `a` of the edge's smaller node and
    /// child `b` of its larger one. Returns `None` if there is no edge.
    pub fn from_links(links: [[bool; 2]; 2]) -> Option<Self> {
        let bits = links.iter().flatten().enumerate();
        Self::from_code(bits.map(|(bit, &link)| u8::from(link) << bit).sum())
    }

    /// Creates the block with this code: bit `2a + b` is the edge from child `a` of the smaller
    /// node to child `b` of the larger one. Returns `None` for 0 and codes above 15.
    pub fn from_code(code: u8) -> Option<Self> {
        (1..16).contains(&code).then_some(Self(code))
    }

    /// Returns the code, 1 to 15.
    pub fn code(self) -> u8 {
        self.0
    }

    /// Returns whether the edge from child `a` of the smaller node to child `b` of the larger one
    /// exists.
    pub fn has(self, a: usize, b: usize) -> bool {
        self.0 >> (2 * a + b) & 1 == 1
    }

    /// Returns the edges, as in [`from_links`](Self::from_links).
    pub fn links(self) -> [[bool; 2]; 2] {
        [0, 1].map(|a| [0, 1].map(|b| self.has(a, b)))
    }

    /// Returns all 15 blocks, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..16).map(Self)
    }
}

impl TryFrom<u8> for Block {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, String> {
        Self::from_code(code)
            .ok_or_else(|| format!("{code} is not the code of a block: codes are 1 to 15"))
    }
}

impl From<Block> for u8 {
    fn from(block: Block) -> Self {
        block.0
    }
}

/// Properties of an edge that determine its possible blocks: which of its ends are unpooled, and
/// which of these have it as their common edge (step 2b), which both children inherit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BlockEnds {
    /// For each end, the smaller node first: whether it is unpooled.
    pub unpooled: [bool; 2],
    /// For each end: whether this is its common edge. Only unpooled nodes have one.
    pub common: [bool; 2],
}

impl BlockEnds {
    /// Returns the ends of an edge.
    ///
    /// # Panics
    /// Panics if there is no such edge, or the choices are for other graphs.
    pub fn of(
        topology: &GraphTopology,
        edge: usize,
        unpooled: &[bool],
        common_edge: &[Option<usize>],
    ) -> Self {
        let ends = topology.edges()[edge];
        Self {
            unpooled: ends.map(|node| unpooled[node]),
            common: ends.map(|node| common_edge[node] == Some(edge)),
        }
    }

    /// Returns whether an unpooling layer with additional edges can generate this block.
    ///
    /// Kept nodes have no second child. At a common edge, one node of the other end is joined to
    /// both children. If both ends have it as their common edge, only the complete block is
    /// possible.
    pub fn admits(self, block: Block) -> bool {
        self.codes() >> block.0 & 1 == 1
    }

    /// Returns the possible blocks as a set of bits: bit `code` for each.
    pub fn codes(self) -> u16 {
        let exists =
            |a: usize, b: usize| (a == 0 || self.unpooled[0]) && (b == 0 || self.unpooled[1]);
        let admitted = |block: Block| {
            let has = |a, b| block.has(a, b);
            let fits = [(0, 0), (0, 1), (1, 0), (1, 1)]
                .into_iter()
                .all(|(a, b)| exists(a, b) || !has(a, b));
            let shared = match self.common {
                [false, false] => true,
                [true, false] => (has(0, 0) && has(1, 0)) || (has(0, 1) && has(1, 1)),
                [false, true] => (has(0, 0) && has(0, 1)) || (has(1, 0) && has(1, 1)),
                [true, true] => block == Block::COMPLETE,
            };
            fits && shared
        };
        Block::all()
            .filter(|&block| admitted(block))
            .map(|block| 1 << block.0)
            .sum()
    }

    /// Returns choices of steps 2c and 2d that lead to exactly this block, the first in a fixed
    /// order, or `None` if the block is impossible.
    pub fn explain(self, block: Block) -> Option<([Option<Inherit>; 2], Additional)> {
        const ADDITIONAL: [Additional; 4] = [
            Additional::Absent,
            Additional::BetweenOthers,
            Additional::To(Child::First),
            Additional::To(Child::Second),
        ];
        let links = block.links();
        let heirs = |end: usize| match (self.unpooled[end], self.common[end]) {
            (false, _) => KEPT,
            (true, true) => BOTH,
            (true, false) => ANY,
        };
        let pairs = heirs(0)
            .iter()
            .flat_map(|&a| heirs(1).iter().map(move |&b| [a, b]));
        let mut choices =
            pairs.flat_map(|inherit| ADDITIONAL.map(|additional| (inherit, additional)));
        choices.find(|&(inherit, additional)| linked_children(inherit, additional) == Some(links))
    }
}

type Heirs = &'static [Option<Inherit>];
const KEPT: Heirs = &[None];
const BOTH: Heirs = &[Some(Inherit::Both)];
const ANY: Heirs = &[
    Some(Inherit::First),
    Some(Inherit::Second),
    Some(Inherit::Both),
];

/// The choices of an unpooling layer, with steps 2c and 2d as one [`Block`] for each edge.
///
/// Unlike [`UnpoolingChoices`], these are unique for an output graph whose nodes are labeled by
/// parent and child, up to the common edges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockChoices {
    /// Whether each node is split.
    pub unpooled: Vec<bool>,
    /// Whether the children of each node are joined; `false` for kept nodes.
    pub intra_link: Vec<bool>,
    /// The edge that both children of each unpooled node without intra-link inherit.
    pub common_edge: Vec<Option<usize>>,
    /// For each edge, the edges between the children of its ends.
    pub blocks: Vec<Block>,
}

impl BlockChoices {
    /// Converts the choices of a layer, merging those that lead to the same output.
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] if the choices are impossible for these graphs.
    pub fn from_choices(
        topology: &GraphTopology,
        choices: &UnpoolingChoices,
    ) -> Result<Self, UnpoolingError> {
        choices.check(topology, true)?;
        let blocks = choices.inherit.iter().zip(&choices.additional);
        Ok(Self {
            unpooled: choices.unpooled.clone(),
            intra_link: choices.intra_link.clone(),
            common_edge: choices.common_edge.clone(),
            blocks: blocks
                .map(|(&inherit, &additional)| {
                    linked_children(inherit, additional)
                        .and_then(Block::from_links)
                        .unwrap_or_else(|| unreachable!("the choices were checked"))
                })
                .collect(),
        })
    }

    /// Converts to choices of a layer; steps 2c and 2d are those of [`BlockEnds::explain`].
    ///
    /// # Errors
    /// Returns [`UnpoolingError`] if no layer can make these choices for these graphs.
    pub fn to_choices(&self, topology: &GraphTopology) -> Result<UnpoolingChoices, UnpoolingError> {
        let count = topology.edge_count();
        if self.blocks.len() != count {
            return Err(UnpoolingError::Length {
                what: "blocks",
                expected: count,
                found: self.blocks.len(),
            });
        }
        let nodes = topology.node_count();
        for (what, found) in [
            ("unpooled", self.unpooled.len()),
            ("common_edge", self.common_edge.len()),
        ] {
            if found != nodes {
                return Err(UnpoolingError::Length {
                    what,
                    expected: nodes,
                    found,
                });
            }
        }
        let mut choices = UnpoolingChoices {
            unpooled: self.unpooled.clone(),
            intra_link: self.intra_link.clone(),
            common_edge: self.common_edge.clone(),
            inherit: Vec::with_capacity(count),
            additional: Vec::with_capacity(count),
        };
        for (edge, &block) in self.blocks.iter().enumerate() {
            let ends = BlockEnds::of(topology, edge, &self.unpooled, &self.common_edge);
            let (inherit, additional) = ends.explain(block).ok_or(UnpoolingError::Edge {
                edge,
                reason: super::Impossible::Block,
            })?;
            choices.inherit.push(inherit);
            choices.additional.push(additional);
        }
        choices.check(topology, true)?;
        Ok(choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_ends() -> impl Iterator<Item = BlockEnds> {
        (0..16u8)
            .map(|bits| BlockEnds {
                unpooled: [bits & 1 != 0, bits & 2 != 0],
                common: [bits & 4 != 0, bits & 8 != 0],
            })
            .filter(|ends| (0..2).all(|end| ends.unpooled[end] || !ends.common[end]))
    }

    /// Compares the formula of the mask with steps 2c and 2d.
    #[test]
    fn blocks_match_enumerated_steps() {
        let additional = [
            Additional::Absent,
            Additional::BetweenOthers,
            Additional::To(Child::First),
            Additional::To(Child::Second),
        ];
        for ends in all_ends() {
            let heirs = |end: usize| match (ends.unpooled[end], ends.common[end]) {
                (false, _) => KEPT,
                (true, true) => BOTH,
                (true, false) => ANY,
            };
            let mut reached = 0u16;
            for &a in heirs(0) {
                for &b in heirs(1) {
                    for additional in additional {
                        let links = linked_children([a, b], additional);
                        if let Some(block) = links.and_then(Block::from_links) {
                            reached |= 1 << block.code();
                        }
                    }
                }
            }
            assert_eq!(ends.codes(), reached, "{ends:?}");
            for block in Block::all() {
                let explained = ends.explain(block);
                assert_eq!(
                    explained.is_some(),
                    ends.admits(block),
                    "{ends:?} {block:?}"
                );
                if let Some((inherit, additional)) = explained {
                    assert_eq!(linked_children(inherit, additional), Some(block.links()));
                }
            }
        }
    }

    #[test]
    fn numbers_of_blocks() {
        let count = |unpooled, common| BlockEnds { unpooled, common }.codes().count_ones();
        assert_eq!(count([true, true], [false, false]), 15);
        assert_eq!(count([true, false], [false, false]), 3);
        assert_eq!(count([false, false], [false, false]), 1);
        assert_eq!(count([true, true], [true, false]), 7);
        assert_eq!(count([true, true], [true, true]), 1);
        assert_eq!(count([false, true], [false, true]), 1);
    }

    #[test]
    fn a_block_is_its_links() {
        for block in Block::all() {
            assert_eq!(Block::from_links(block.links()), Some(block));
        }
        assert_eq!(Block::from_links([[false; 2]; 2]), None);
        assert!(serde_json::from_str::<Block>("16").is_err());
    }
}

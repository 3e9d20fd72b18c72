use std::ops::Range;

use crate::graph::{EdgeEnd, GraphTopology};

/// The pending choices of an unpooling layer, given which nodes are split.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The unpooled nodes, ascending.
    pub(crate) nodes: Vec<usize>,
    /// For each unpooled node, its rows in `ends`.
    pub(crate) rows_at: Vec<Range<usize>>,
    /// The ends of edges at unpooled nodes, node by node.
    pub(crate) ends: Vec<EdgeEnd>,
    /// For each row in `ends`, the position of its node in `nodes`.
    pub(crate) splits: Vec<usize>,
    /// The edges between two unpooled nodes, ascending.
    pub(crate) doubles: Vec<usize>,
    /// For each such edge, the rows in `ends` of its two sides.
    pub(crate) double_rows: Vec<[usize; 2]>,
}

impl Plan {
    pub(crate) fn new(topology: &GraphTopology, unpooled: &[bool]) -> Self {
        let nodes: Vec<usize> = (0..unpooled.len()).filter(|&node| unpooled[node]).collect();
        let mut plan = Self {
            rows_at: Vec::with_capacity(nodes.len()),
            nodes,
            ends: Vec::new(),
            splits: Vec::new(),
            doubles: Vec::new(),
            double_rows: Vec::new(),
        };
        let mut row_of = vec![[usize::MAX; 2]; topology.edge_count()];
        for (split, &node) in plan.nodes.iter().enumerate() {
            let start = plan.ends.len();
            for &end in topology.ends_at(node) {
                row_of[end.edge][end.side] = plan.ends.len();
                plan.ends.push(end);
                plan.splits.push(split);
            }
            plan.rows_at.push(start..plan.ends.len());
        }
        for (edge, &rows) in row_of.iter().enumerate() {
            if !rows.contains(&usize::MAX) {
                plan.doubles.push(edge);
                plan.double_rows.push(rows);
            }
        }
        plan
    }
}

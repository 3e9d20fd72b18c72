use crate::graph::GraphTopology;

/// The blocks of a graph, and the sizes of its connected components.
pub(super) struct Blocks {
    /// The nodes of each block: a maximal part with an edge that no single node disconnects. Two
    /// blocks share at most one node. Isolated nodes are in none.
    pub(super) blocks: Vec<Vec<usize>>,
    /// The number of nodes of each connected component.
    pub(super) component_sizes: Vec<usize>,
}

/// A node on the path from the root of the search.
struct Step {
    node: usize,
    /// The next neighbor to visit.
    next: usize,
    /// The earliest node that is reached from this subtree by one non-tree edge.
    low: usize,
}

impl Blocks {
    /// Computes the blocks of one graph by depth-first search.
    ///
    /// Complexity: O(n + m).
    ///
    /// Reference: J. Hopcroft and R. Tarjan, Efficient algorithms for graph manipulation, 1973.
    pub(super) fn of(graph: &GraphTopology) -> Self {
        let mut blocks = Vec::new();
        let mut component_sizes = Vec::new();
        // Nodes are numbered from 1 as they are found.
        let mut found_as = vec![0; graph.node_count()];
        let mut count = 0;
        // Visited nodes that are not yet in a block with their predecessor.
        let mut open = Vec::new();
        for root in 0..graph.node_count() {
            if found_as[root] != 0 {
                continue;
            }
            let before = count;
            let mut find = |node: usize, found_as: &mut [usize]| {
                count += 1;
                found_as[node] = count;
                Step {
                    node,
                    next: 0,
                    low: count,
                }
            };
            let mut way = vec![find(root, &mut found_as)];
            while let Some(step) = way.last_mut() {
                if let Some(&end) = graph.ends_at(step.node).get(step.next) {
                    step.next += 1;
                    let other = graph.other(end);
                    if found_as[other] == 0 {
                        open.push(other);
                        way.push(find(other, &mut found_as));
                    } else {
                        step.low = step.low.min(found_as[other]);
                    }
                    continue;
                }
                let (node, low) = (step.node, step.low);
                way.pop();
                if let Some(parent) = way.last_mut() {
                    parent.low = parent.low.min(low);
                    if low == found_as[parent.node] {
                        let from = open.iter().rposition(|&other| other == node);
                        let mut block = open.split_off(from.unwrap_or(0));
                        block.push(parent.node);
                        blocks.push(block);
                    }
                }
            }
            component_sizes.push(count - before);
        }
        Self {
            blocks,
            component_sizes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_blocks_and_components() {
        // A triangle, a bridge, a square with a tail; a pair; an isolated node.
        let edges = [
            [0, 1],
            [1, 2],
            [0, 2],
            [2, 3],
            [3, 4],
            [4, 5],
            [5, 6],
            [3, 6],
            [5, 7],
            [8, 9],
        ];
        let graph = GraphTopology::single(11, edges.to_vec()).unwrap();
        let Blocks {
            mut blocks,
            component_sizes,
        } = Blocks::of(&graph);
        blocks.iter_mut().for_each(|block| block.sort_unstable());
        blocks.sort_unstable();
        let expected: [&[usize]; 5] = [&[0, 1, 2], &[2, 3], &[3, 4, 5, 6], &[5, 7], &[8, 9]];
        assert_eq!(blocks, expected);
        assert_eq!(component_sizes, [8, 2, 1]);
    }

    #[test]
    fn long_paths_do_not_exhaust_the_stack() {
        let graph = crate::graph::generate::path(200_000);
        assert_eq!(Blocks::of(&graph).blocks.len(), 199_999);
    }
}

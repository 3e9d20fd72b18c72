use crate::graph::{
    GraphTopology,
    unpooling::{Block, PartialChoices},
};

/// Number of edges that children can still get.
pub(super) struct Room<'a> {
    choices: &'a PartialChoices,
    /// For each node, the numbers of its children.
    left: Vec<[usize; 2]>,
    /// For each node, the number of edges whose blocks are open.
    open: Vec<usize>,
    /// Whether a child has more edges than allowed.
    pub(super) overfull: bool,
}

impl<'a> Room<'a> {
    pub(super) fn new(topology: &GraphTopology, choices: &'a PartialChoices, most: usize) -> Self {
        let nodes = topology.node_count();
        let mut left = vec![[most; 2]; nodes];
        let mut open = vec![0; nodes];
        let mut overfull = false;
        let mut take = |left: &mut usize| match left.checked_sub(1) {
            Some(less) => *left = less,
            None => overfull = true,
        };
        for (node, left) in left.iter_mut().enumerate() {
            match (choices.unpooled()[node], choices.intra_link()[node]) {
                (Some(false), _) => left[1] = 0,
                (_, Some(true)) => left.iter_mut().for_each(&mut take),
                _ => {}
            }
        }
        for (edge, &[i, j]) in topology.edges().iter().enumerate() {
            match choices.blocks()[edge] {
                None => {
                    open[i] += 1;
                    open[j] += 1;
                }
                Some(block) => {
                    for a in 0..2 {
                        for b in (0..2).filter(|&b| block.has(a, b)) {
                            take(&mut left[i][a]);
                            take(&mut left[j][b]);
                        }
                    }
                }
            }
        }
        Self {
            choices,
            left,
            open,
            overfull,
        }
    }

    /// Returns whether a block fits and leaves an edge for each other open block.
    pub(super) fn admits(&self, topology: &GraphTopology, edge: usize, code: usize) -> bool {
        let Some(block) = Block::from_code(code as u8) else {
            return false;
        };
        if !self.choices.ends(topology, edge).admits(block) {
            return false;
        }
        let [i, j] = topology.edges()[edge];
        let has = |a, b| usize::from(block.has(a, b));
        let used = [
            (i, [has(0, 0) + has(0, 1), has(1, 0) + has(1, 1)]),
            (j, [has(0, 0) + has(1, 0), has(0, 1) + has(1, 1)]),
        ];
        used.into_iter().all(|(node, used)| {
            let left = self.left[node];
            let fits = (0..2).all(|child| used[child] <= left[child]);
            fits && left.iter().sum::<usize>() >= used.iter().sum::<usize>() + self.open[node] - 1
        })
    }
}

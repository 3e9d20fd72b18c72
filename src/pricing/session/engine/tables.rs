use crate::pricing::learner::{Greedy, QTable, Values};

/// The values of N agents, with the rows of one state next to each other.
pub(super) struct Tables<const N: usize> {
    /// Length of a padded row.
    pub(super) stride: usize,
    /// Row of agent 0 in state 0, of agent 1 in state 0, ..., of agent 0 in state 1, ...
    pub(super) cells: Vec<f64>,
    /// Greedy actions in each state.
    pub(super) greedy: Vec<[Greedy; N]>,
}

impl<const N: usize> Tables<N> {
    /// Interleaves the tables of the agents, who may have different numbers of actions.
    pub(super) fn new(values: &[Values; N]) -> Self {
        let stride = values.iter().map(Values::stride).max().unwrap_or(0);
        let states = values[0].states();
        let mut cells = vec![f64::NEG_INFINITY; states * N * stride];
        for (row, slot) in cells.chunks_exact_mut(stride).enumerate() {
            let from = values[row % N].row(row / N);
            slot[..from.len()].copy_from_slice(from);
        }
        let greedy = (0..states).map(|state| std::array::from_fn(|i| values[i].greedy(state)));
        Self {
            stride,
            cells,
            greedy: greedy.collect(),
        }
    }

    /// Returns the greedy actions of an agent, state by state.
    pub(super) fn strategy(&self, agent: usize) -> Vec<u32> {
        let states = self.greedy.iter();
        states.map(|greedy| greedy[agent].action).collect()
    }

    /// Returns the values of an agent with this number of actions; `None` if one is not finite.
    pub(super) fn table(&self, agent: usize, actions: usize) -> Option<QTable> {
        let rows = self.cells.chunks_exact(self.stride).skip(agent).step_by(N);
        let values = rows.flat_map(|row| &row[..actions]).copied().collect();
        QTable::new(self.greedy.len(), actions, values).ok()
    }
}

use super::{Greedy, QTable, greedy::LANES};
use crate::pricing::{
    PricingError,
    table_size::{memory_limit, table_bytes},
};

/// A table of values during learning: rows padded for fast scans, with the greedy action of each.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    actions: usize,
    stride: usize,
    cells: Vec<f64>,
    greedy: Vec<Greedy>,
}

impl Values {
    pub(crate) fn new(table: &QTable) -> Result<Self, PricingError> {
        let (states, actions) = (table.states(), table.actions());
        let stride = actions.next_multiple_of(LANES);
        let bytes = table_bytes([states, stride]);
        let limit = memory_limit();
        if bytes > limit {
            return Err(PricingError::TooLarge {
                tables: format!("a table of {states} states and {actions} actions takes"),
                bytes,
                limit,
                remedy: "use fewer actions or a shorter memory",
            });
        }
        let mut cells = vec![f64::NEG_INFINITY; states * stride];
        for (state, row) in cells.chunks_exact_mut(stride).enumerate() {
            row[..actions].copy_from_slice(table.row(state));
        }
        let greedy = cells.chunks_exact(stride).map(Greedy::of).collect();
        Ok(Self {
            actions,
            stride,
            cells,
            greedy,
        })
    }

    pub(crate) fn check(&self, states: usize, actions: usize) -> Result<(), PricingError> {
        if (self.states(), self.actions) == (states, actions) {
            return Ok(());
        }
        Err(PricingError::TableSize {
            found_states: self.states(),
            found_actions: self.actions,
            states,
            actions,
        })
    }

    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    pub(crate) fn states(&self) -> usize {
        self.greedy.len()
    }

    pub(crate) fn greedy(&self, state: usize) -> Greedy {
        self.greedy[state]
    }

    /// Returns the values of all actions in a state.
    pub(crate) fn row(&self, state: usize) -> &[f64] {
        &self.cells[state * self.stride..][..self.actions]
    }

    /// Moves a value toward a target; see [`Greedy::update`].
    pub(crate) fn update(&mut self, state: usize, action: usize, target: f64, alpha: f64) {
        let row = &mut self.cells[state * self.stride..][..self.stride];
        self.greedy[state].update(row, action, target, alpha);
    }

    /// Returns the values without padding; `None` if one is not finite.
    pub(crate) fn table(&self) -> Option<QTable> {
        let rows = (0..self.states()).flat_map(|state| self.row(state));
        QTable::new(self.states(), self.actions, rows.copied().collect()).ok()
    }
}

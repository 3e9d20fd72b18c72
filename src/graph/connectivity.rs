use super::{GraphError, GraphTopology};

impl GraphTopology {
    /// The number of connected components of each graph; 0 for a graph without nodes.
    ///
    /// Complexity: O(|V| + |E|).
    pub fn component_counts(&self) -> Vec<usize> {
        let mut seen = vec![false; self.node_count()];
        let mut stack = Vec::new();
        let mut counts = Vec::with_capacity(self.graph_count());
        for graph in 0..self.graph_count() {
            let mut count = 0;
            for start in self.nodes_of(graph) {
                if std::mem::replace(&mut seen[start], true) {
                    continue;
                }
                count += 1;
                stack.push(start);
                while let Some(node) = stack.pop() {
                    for neighbor in self.neighbors(node) {
                        if !std::mem::replace(&mut seen[neighbor], true) {
                            stack.push(neighbor);
                        }
                    }
                }
            }
            counts.push(count);
        }
        counts
    }

    /// Whether every graph is connected. A graph without nodes is not; one with a single node is.
    pub fn is_connected(&self) -> bool {
        self.check_connected().is_ok()
    }

    /// Checks that every graph is connected.
    ///
    /// # Errors
    /// [`GraphError::Disconnected`] names the first graph that is not.
    pub fn check_connected(&self) -> Result<(), GraphError> {
        let counts = self.component_counts();
        match counts.iter().position(|&components| components != 1) {
            None => Ok(()),
            Some(graph) => Err(GraphError::Disconnected {
                graph,
                components: counts[graph],
            }),
        }
    }

    /// Checks that the batch holds exactly one graph.
    pub(crate) fn check_single(&self) -> Result<(), GraphError> {
        match self.graph_count() {
            1 => Ok(()),
            found => Err(GraphError::NotOneGraph { found }),
        }
    }
}

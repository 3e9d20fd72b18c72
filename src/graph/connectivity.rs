use super::{GraphError, GraphTopology};

impl GraphTopology {
    /// Returns the connected component of each node, numbered in each graph from 0 in the order of
    /// their smallest nodes.
    ///
    /// Complexity: O(|V| + |E|).
    pub fn components(&self) -> Vec<usize> {
        let mut component_of = vec![usize::MAX; self.node_count()];
        let mut stack = Vec::new();
        for graph in 0..self.graph_count() {
            let mut count = 0;
            for start in self.nodes_of(graph) {
                if component_of[start] != usize::MAX {
                    continue;
                }
                component_of[start] = count;
                stack.push(start);
                while let Some(node) = stack.pop() {
                    for neighbor in self.neighbors(node) {
                        if component_of[neighbor] == usize::MAX {
                            component_of[neighbor] = count;
                            stack.push(neighbor);
                        }
                    }
                }
                count += 1;
            }
        }
        component_of
    }

    /// Returns the number of connected components of each graph; 0 for a graph without nodes.
    ///
    /// Complexity: O(|V| + |E|).
    pub fn component_counts(&self) -> Vec<usize> {
        let component_of = self.components();
        let graphs = (0..self.graph_count()).map(|graph| self.nodes_of(graph));
        let counts =
            graphs.map(|nodes| component_of[nodes].iter().max().map_or(0, |last| last + 1));
        counts.collect()
    }

    /// Returns whether every graph is connected. A graph without nodes is not connected; a single
    /// node is.
    pub fn is_connected(&self) -> bool {
        self.check_connected().is_ok()
    }

    /// Checks that every graph is connected.
    ///
    /// # Errors
    /// Returns [`GraphError::Disconnected`] with the first graph that is not connected.
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

/// Error for a graph that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// Too few nodes for such a graph.
    #[error("nodes = {nodes}: {what} has at least {least}")]
    TooFewNodes {
        /// The requested kind of graph.
        what: &'static str,
        /// The rejected number of nodes.
        nodes: usize,
        /// The smallest number of nodes.
        least: usize,
    },
    /// A probability is not in [0, 1].
    #[error("p = {p} is not a probability: choose a number from 0 to 1")]
    Probability {
        /// The rejected value.
        p: f64,
    },
    /// There are more edges than pairs of nodes.
    #[error(
        "extra edges = {extra}: a tree of {nodes} nodes has room for {room} more edges at most"
    )]
    TooManyEdges {
        /// The rejected number of edges beyond those of a tree.
        extra: usize,
        /// The number of nodes.
        nodes: usize,
        /// The largest number of edges beyond those of a tree.
        room: usize,
    },
    /// The largest probability q of a Waxman graph is not in (0, 1].
    #[error(
        "q = {q}: the largest probability of an edge is above 0 and at most 1, for example 0.65"
    )]
    WaxmanQ {
        /// The rejected value.
        q: f64,
    },
    /// The decay s of a Waxman graph is not finite and positive.
    #[error("s = {s}: the decay of a Waxman graph is a finite number above 0, for example 0.3")]
    WaxmanS {
        /// The rejected value.
        s: f64,
    },
}

impl GenerateError {
    /// Checks a number of nodes.
    pub(super) fn check_nodes(what: &'static str, nodes: usize, least: usize) -> Result<(), Self> {
        if nodes < least {
            return Err(Self::TooFewNodes { what, nodes, least });
        }
        Ok(())
    }
}

/// A graph that is asked for and does not exist.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// Fewer nodes than such a graph has.
    #[error("nodes = {nodes}: {what} has at least {least}")]
    TooFewNodes {
        /// The graph that was asked for.
        what: &'static str,
        /// The rejected number of nodes.
        nodes: usize,
        /// The smallest number of nodes.
        least: usize,
    },
    /// A number that is not a probability.
    #[error("p = {p} is not a probability: choose a number from 0 to 1")]
    Probability {
        /// The rejected value.
        p: f64,
    },
    /// More edges than there are pairs of nodes.
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
    /// A largest probability of a Waxman graph that is none.
    #[error(
        "q = {q}: the largest probability of an edge is above 0 and at most 1, for example 0.65"
    )]
    WaxmanQ {
        /// The rejected value.
        q: f64,
    },
    /// A decay of a Waxman graph that is not positive.
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

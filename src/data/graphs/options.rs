use std::ops::RangeInclusive;

/// Handling of graphs that are not connected. Models by unpooling only generate connected graphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disconnected {
    /// The largest connected component is used; of several equally large ones, the one with the
    /// first node.
    #[default]
    LargestComponent,
    /// The graph is left out, and counted in the notice.
    LeaveOut,
    /// The graph is an error.
    Refuse,
}

/// Options for reading graphs from files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphReadOptions {
    /// Handling of graphs that are not connected.
    pub disconnected: Disconnected,
    /// Graphs with other numbers of nodes are left out, and counted in the notice. Default 3 to 100:
    /// models by unpooling start from three nodes, and their cost grows with the size.
    pub sizes: RangeInclusive<usize>,
    /// Attributes to read as kinds even if they are numbers, such as atomic numbers.
    pub kinds: Vec<String>,
    /// Attributes to ignore, such as names of nodes.
    pub ignored: Vec<String>,
    /// Maximum number of kinds of an attribute; more are an error, since it is probably a name.
    /// Default 32.
    pub most_kinds: usize,
}

impl Default for GraphReadOptions {
    fn default() -> Self {
        Self {
            disconnected: Disconnected::default(),
            sizes: 3..=100,
            kinds: Vec::new(),
            ignored: Vec::new(),
            most_kinds: 32,
        }
    }
}

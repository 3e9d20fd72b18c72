use std::ops::RangeInclusive;

/// What becomes of a graph that is not connected. Models by unpooling make connected graphs only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disconnected {
    /// Its largest connected component is taken; of several as large, that with the first node.
    #[default]
    LargestComponent,
    /// It is left out, and counted in the notice.
    LeaveOut,
    /// It is an error.
    Refuse,
}

/// How graphs are read from files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphReadOptions {
    /// What becomes of graphs that are not connected.
    pub disconnected: Disconnected,
    /// Graphs with other numbers of nodes are left out, and counted in the notice. Default 3 to 100:
    /// models by unpooling start from three nodes, and their cost grows with the size.
    pub sizes: RangeInclusive<usize>,
    /// Attributes that are read as kinds even if they are numbers, such as the number of an element.
    pub kinds: Vec<String>,
    /// Attributes that are passed over, such as names of nodes.
    pub ignored: Vec<String>,
    /// An attribute with more kinds than this is an error: it is probably a name. Default 32.
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

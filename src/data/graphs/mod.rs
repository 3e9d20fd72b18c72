//! User-supplied graphs: reading and writing the file formats of other programs.

mod assemble;
mod columns;
mod edge_data;
mod edge_list;
mod graphml;
mod load;
mod node_link;
mod notes;
mod options;
mod raw;
mod text;
mod tu;
mod write;

pub use load::load_graphs;
pub use options::{Disconnected, GraphReadOptions};
pub use write::{to_graphml, to_node_link, write_graphs};

#[cfg(test)]
mod tests;

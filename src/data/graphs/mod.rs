//! Graphs of one's own: read from files of other programs, and written for them.
//!
//! | form | files |
//! |---|---|
//! | edge list | one edge a line, `a b`; networkx's `write_edgelist` and `write_weighted_edgelist` |
//! | table of edges | with a header: `source,target` and attributes, `graph` for several graphs |
//! | GraphML | `.graphml`, with attributes |
//! | node-link JSON | networkx's `node_link_data`: one graph, a list, or one a line |
//! | TU data set | a folder with `NAME_A.txt`, as PyTorch Geometric's `TUDataset` unpacks |
//!
//! [`load_graphs`] tells the forms apart by content. [`to_graphml`] and [`to_node_link`] are the way
//! back, [`write_graphs`] writes either to a file.
//!
//! ```
//! use fireweed::data::{GraphReadOptions, load_graphs, write_graphs};
//!
//! let folder = std::env::temp_dir().join(format!("fireweed-doc-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! let edges = folder.join("mine.csv");
//! std::fs::write(&edges, "graph,source,target,bond\n1,a,b,single\n1,b,c,double\n2,a,b,single\n2,b,c,single\n")?;
//!
//! let mine = load_graphs(&edges, &GraphReadOptions::default())?;
//! assert_eq!(mine.graphs.len(), 2);
//! assert_eq!(mine.graphs.edge_names().kinds[0].values, ["double", "single"]);
//!
//! let copy = folder.join("mine.graphml");
//! write_graphs(&mine.graphs, &copy)?;
//! assert_eq!(load_graphs(&copy, &GraphReadOptions::default())?.graphs, mine.graphs);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assemble;
mod columns;
mod edge_data;
mod edge_list;
mod error;
mod graphml;
mod load;
mod node_link;
mod notes;
mod options;
mod raw;
mod tu;
mod write;

pub use error::GraphFileError;
pub use load::{GraphData, load_graphs};
pub use options::{Disconnected, GraphReadOptions};
pub use write::{to_graphml, to_node_link, write_graphs};

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    GraphReadOptions,
    assemble::assemble,
    columns::natural,
    edge_list, graphml, node_link,
    raw::RawGraphs,
    text::{read_text, unknown},
    tu,
};
use crate::{
    data::{DataError, Loaded, Provenance, unpack},
    graph::attributed::AttributedGraphs,
    one_line::counted,
};

/// Reads graphs from a file or a folder of files, plain or gzip-compressed.
///
/// | form | files |
/// |---|---|
/// | edge list | one edge a line, `a b`; networkx's `write_edgelist` and `write_weighted_edgelist` |
/// | table of edges | with a header: `source,target` and attributes, `graph` for several graphs |
/// | GraphML | `.graphml`, with attributes |
/// | node-link JSON | networkx's `node_link_data`: one graph, a list, or one a line |
/// | TU data set | a folder with `NAME_A.txt`, as PyTorch Geometric's `TUDataset` unpacks |
///
/// Attributes and kinds are in the order of their names; kinds that are numbers are in numerical
/// order. The notice lists what was changed or left out.
///
/// Lists and tables may be separated by blanks, tabs, commas or semicolons. Graphs of a list are
/// separated by empty lines or comments (`#`, `%`); those of a table also by a column `graph`. A
/// third column without a header is the attribute `weight` if it is a number, and `kind` otherwise.
/// A header calls the nodes `source` and `target` (or `src`, `dst`; `from`, `to`; `node1`,
/// `node2`). The format is detected from the content.
///
/// Files of a folder are read in the natural order of their names; names that start with a dot or
/// `README` are ignored. Graphs become undirected and simple: directions, loops and all but the
/// first edge between two nodes are dropped, each with a notice. `options` set the handling of
/// graphs that are not connected, too small or too large.
///
/// Numbers become number attributes; texts and booleans become kinds. All nodes must have the same
/// attributes, and so must all edges.
///
/// # Errors
/// Returns an error if a file cannot be read or is not a graph, or if no graph is left. It is also
/// an error if an attribute is missing somewhere, has mixed types or too many kinds.
///
/// ```
/// use fireweed::data::{GraphReadOptions, load_graphs, write_graphs};
///
/// let folder = std::env::temp_dir().join(format!("fireweed-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let edges = folder.join("mine.csv");
/// std::fs::write(&edges, "graph,source,target,bond\n1,a,b,single\n1,b,c,double\n2,a,b,single\n2,b,c,single\n")?;
///
/// let mine = load_graphs(&edges, &GraphReadOptions::default())?;
/// assert_eq!(mine.data.len(), 2);
/// assert_eq!(mine.data.edge_names().kinds[0].values, ["double", "single"]);
///
/// let copy = folder.join("mine.graphml");
/// write_graphs(&mine.data, &copy)?;
/// assert_eq!(load_graphs(&copy, &GraphReadOptions::default())?.data, mine.data);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load_graphs(
    path: &Path,
    options: &GraphReadOptions,
) -> Result<Loaded<AttributedGraphs>, DataError> {
    let mut raw = RawGraphs::default();
    let mut digests = Vec::new();
    match path.is_dir() {
        true => {
            let files = files(path)?;
            match tu::edges_file(&files) {
                Some(edges) => tu::parse(edges, &mut raw, &mut digests)?,
                None => {
                    for file in &files {
                        parse(file, &mut raw, &mut digests)?;
                    }
                }
            }
        }
        false => parse(path, &mut raw, &mut digests)?,
    }
    let (graphs, notice) = assemble(path, raw, options)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let title = format!(
        "{} ({})",
        name.to_string_lossy(),
        counted(graphs.len(), "graph")
    );
    let sha256 = match &digests[..] {
        [_] => digests,
        several => vec![unpack::sha256(several.concat().as_bytes())],
    };
    Ok(Loaded {
        data: graphs,
        provenance: Provenance::files(title, sha256),
        notice,
    })
}

/// Returns the files of a folder that may hold graphs.
fn files(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let path = entry.map_err(DataError::io(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let skipped = name.starts_with('.') || name.to_lowercase().starts_with("readme");
        if path.is_file() && !skipped {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(unknown(folder, "is a folder without files"));
    }
    let key = |path: &PathBuf| natural(&path.to_string_lossy());
    files.sort_by_cached_key(key);
    Ok(files)
}

fn parse(path: &Path, raw: &mut RawGraphs, digests: &mut Vec<String>) -> Result<(), DataError> {
    let text = read_text(path, digests)?;
    let text = text.trim_start_matches('\u{feff}');
    let before = raw.graphs.len();
    match text.trim_start().chars().next() {
        None => return Err(unknown(path, "is empty")),
        Some('<') => graphml::parse(path, text, raw)?,
        Some('{' | '[') => node_link::parse(path, text, raw)?,
        Some(_) => edge_list::parse(path, text, raw)?,
    }
    if raw.graphs.len() == before {
        return Err(unknown(path, "holds no graph"));
    }
    Ok(())
}

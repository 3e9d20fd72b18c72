use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    GraphFileError, GraphReadOptions, assemble::assemble, columns::natural, edge_list, graphml,
    node_link, raw::RawGraphs, tu,
};
use crate::{
    data::{DataError, Provenance, unpack},
    graph::attributed::AttributedGraphs,
};

/// Graphs read from files.
#[derive(Clone, Debug)]
pub struct GraphData {
    /// Connected graphs with the attributes of their nodes and edges. Attributes are in the order of
    /// their names, and so are kinds; those that are numbers in the order of the numbers.
    pub graphs: AttributedGraphs,
    /// Where they come from.
    pub provenance: Provenance,
    /// One line for people if anything was changed or left out.
    pub notice: Option<String>,
}

/// Reads graphs from a file or a folder of files, plain or gzip-compressed, in any of the forms of
/// [this module](crate::data#graphs-of-ones-own).
///
/// Files of a folder are read in the order of their names, numbers in them counted; names that start
/// with a dot or `README` are passed over. Graphs become undirected and simple: directions are
/// dropped, loops too, and of several edges of two nodes the first counts, each with a notice. What
/// becomes of graphs that are not connected, too small or too large is for `options` to say.
///
/// Numbers become number attributes, texts and truth values kinds. All nodes must have the same
/// attributes, and all edges.
///
/// # Errors
/// Returns an error if a file cannot be read or is no graph, an attribute is missing somewhere, of
/// two types or of too many kinds, and if no graph is left.
pub fn load_graphs(path: &Path, options: &GraphReadOptions) -> Result<GraphData, DataError> {
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
    Ok(GraphData {
        provenance: Provenance {
            title: format!("{} ({} graphs)", name.to_string_lossy(), graphs.len()),
            synthetic: false,
            sha256: match &digests[..] {
                [_] => digests,
                several => vec![unpack::sha256(several.concat().as_bytes())],
            },
        },
        graphs,
        notice,
    })
}

/// The files of a folder that may hold graphs.
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
        return Err(unknown(folder, "is a folder without files").into());
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
        None => return Err(unknown(path, "is empty").into()),
        Some('<') => graphml::parse(path, text, raw)?,
        Some('{' | '[') => node_link::parse(path, text, raw)?,
        Some(_) => edge_list::parse(path, text, raw)?,
    }
    if raw.graphs.len() == before {
        return Err(unknown(path, "holds no graph").into());
    }
    Ok(())
}

/// The content of a text file; its digest is added to `digests`.
pub(super) fn read_text(path: &Path, digests: &mut Vec<String>) -> Result<String, DataError> {
    let bytes = unpack::read(path)?;
    digests.push(unpack::sha256(&bytes));
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| unknown(path, "is not text in UTF-8 (pickles cannot be read)"))?;
    Ok(text)
}

fn unknown(path: &Path, problem: &str) -> GraphFileError {
    GraphFileError::Unknown {
        path: path.into(),
        problem: problem.into(),
    }
}

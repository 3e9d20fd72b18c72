use std::path::Path;

use super::{Loaded, NOT_PUBLISHED, ProteinSplit, Provenance, Sorted, Splits};
use crate::{
    data::{
        DataError,
        npy::{NpyArray, read_npy, wrong},
    },
    graph::{GraphTopology, generate::PlacedGraph},
};

const BOTH: &str = "take node_feat.npy and edge_feat.npy from one source";

/// Reads the arrays of the original set, as its authors do. Nodes are linked if the first value of
/// the pair is not 0. The first half of the graphs is for training (38,000 of 76,000).
///
/// Loops are ignored. Coordinates are not centered, to match the published results.
pub(super) fn read(nodes: &Path, edges: &Path) -> Result<Loaded<Splits<ProteinSplit>>, DataError> {
    let features = read_npy(nodes)?;
    let links = read_npy(edges)?;
    let [graphs, size, 3] = features.shape[..] else {
        let problem = format!(
            "its shape is {:?}, but (graphs, nodes, 3) is needed",
            features.shape
        );
        return Err(wrong(nodes, problem, BOTH));
    };
    let depth = match links.shape[..] {
        [count, rows, columns] if [count, rows, columns] == [graphs, size, size] => 1,
        [count, rows, columns, depth]
            if [count, rows, columns] == [graphs, size, size] && depth > 0 =>
        {
            depth
        }
        _ => {
            let problem = format!(
                "its shape is {:?}, but ({graphs}, {size}, {size}, values per edge) is needed \
                 beside {}",
                links.shape,
                nodes.display()
            );
            return Err(wrong(edges, problem, BOTH));
        }
    };
    if graphs < 2 || size == 0 {
        let problem = format!(
            "it contains {graphs} graphs of {size} nodes, but at least 2 graphs are needed"
        );
        return Err(wrong(nodes, problem, BOTH));
    }
    let mut splits = Sorted::default();
    for graph in 0..graphs {
        let places = places(nodes, &features, graph, size)?;
        let pairs = pairs(edges, &links, graph, size, depth)?;
        let topology = GraphTopology::single(size, pairs)
            .and_then(|topology| PlacedGraph::new(topology, places))
            .unwrap_or_else(|error| unreachable!("distinct pairs of the nodes: {error}"));
        splits.push(graph >= graphs / 2, topology, None);
    }
    if !splits.complete() {
        let problem = "one half has no connected graph".to_owned();
        return Err(wrong(edges, problem, BOTH));
    }
    // No checksum of the original files is known, so they cannot be distinguished from others of
    // the same form.
    let title = format!(
        "node_feat.npy and edge_feat.npy, {graphs} graphs of {size} nodes (in the format of ProFold; \
         unless they are its files, {NOT_PUBLISHED})"
    );
    Ok(splits.into_loaded(Provenance::files(
        title,
        vec![features.sha256, links.sha256],
    )))
}

fn places(
    path: &Path,
    features: &NpyArray,
    graph: usize,
    size: usize,
) -> Result<Vec<[f64; 3]>, DataError> {
    let values = &features.values[graph * size * 3..][..size * 3];
    if let Some(at) = values.iter().position(|value| !value.is_finite()) {
        let problem = format!("graph {graph}, node {}: {}", at / 3, values[at]);
        let remedy = "leave out graphs with coordinates that are not finite, in both files";
        return Err(wrong(path, problem, remedy));
    }
    let points = values.chunks_exact(3);
    Ok(points.map(|point| [point[0], point[1], point[2]]).collect())
}

fn pairs(
    path: &Path,
    links: &NpyArray,
    graph: usize,
    size: usize,
    depth: usize,
) -> Result<Vec<[usize; 2]>, DataError> {
    let linked = |i: usize, j: usize| links.values[((graph * size + i) * size + j) * depth] != 0.0;
    let mut pairs = Vec::new();
    for i in 0..size {
        for j in i + 1..size {
            if linked(i, j) != linked(j, i) {
                let problem = format!("graph {graph} links {i} and {j} in only one direction");
                return Err(wrong(path, problem, "store undirected edges symmetrically"));
            }
            if linked(i, j) {
                pairs.push([i, j]);
            }
        }
    }
    Ok(pairs)
}

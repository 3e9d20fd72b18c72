use std::{collections::HashSet, path::Path};

use super::{
    Disconnected, GraphReadOptions,
    columns::{Part, columns},
    notes::Notes,
    raw::{RawGraph, RawGraphs},
};
use crate::data::DataError;
use crate::graph::{
    GraphTopology,
    attributed::{AttributedGraph, AttributedGraphs},
};

/// Makes graphs simple, connected and of the requested sizes, and their attributes uniform; also
/// returns a one-line notice of the changes.
pub(super) fn assemble(
    path: &Path,
    raw: RawGraphs,
    options: &GraphReadOptions,
) -> Result<(AttributedGraphs, Option<String>), DataError> {
    check_names(path, &raw, options)?;
    let mut notes = Notes {
        passed_over: raw.passed_over.all().to_vec(),
        ..Notes::default()
    };
    let found = raw.graphs.len();
    let mut kept = Vec::new();
    let mut topologies = Vec::new();
    for graph in raw.graphs {
        let graph = simple(graph, &mut notes);
        let Some(graph) = connected(graph, options.disconnected, &mut notes)? else {
            continue;
        };
        let nodes = graph.nodes.len();
        if nodes > 0 && options.sizes.contains(&nodes) {
            topologies.push(topology(&graph));
            kept.push(graph);
        } else if nodes < (*options.sizes.start()).max(1) {
            notes.too_small += 1;
        } else {
            notes.too_large += 1;
            notes.largest = notes.largest.max(nodes);
        }
    }
    if kept.is_empty() {
        let (least, most) = (options.sizes.start(), options.sizes.end());
        return Err(DataError::NoGraphsLeft {
            path: path.into(),
            found,
            reasons: notes.left_out(&options.sizes).join(", "),
            remedy: match notes.disconnected > 0 {
                true => "take the largest component of each, or use other graphs".into(),
                false => format!("allow other sizes than {least} to {most} nodes"),
            },
        });
    }
    let (node_names, nodes) = columns(path, Part::Nodes, &raw.node_names, &kept, options)?;
    let (edge_names, edges) = columns(path, Part::Edges, &raw.edge_names, &kept, options)?;
    let parts = topologies.into_iter().zip(nodes).zip(edges);
    let graphs = parts.map(|((topology, nodes), edges)| AttributedGraph {
        topology,
        nodes,
        edges,
    });
    let graphs = AttributedGraphs::new(node_names, edge_names, graphs.collect())
        .unwrap_or_else(|error| unreachable!("one value for each node and edge: {error}"));
    Ok((graphs, notes.text(&options.sizes)))
}

/// Checks that the options name existing attributes.
fn check_names(path: &Path, raw: &RawGraphs, options: &GraphReadOptions) -> Result<(), DataError> {
    let all = || raw.node_names.all().iter().chain(raw.edge_names.all());
    let mut wanted = options.kinds.iter().chain(&options.ignored);
    match wanted.find(|wanted| !all().any(|name| name == *wanted)) {
        None => Ok(()),
        Some(name) => {
            let mut names: Vec<&str> = all().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            Err(DataError::UnknownAttribute {
                path: path.into(),
                name: name.clone(),
                names: match names.is_empty() {
                    true => "none".into(),
                    false => names.join(", "),
                },
            })
        }
    }
}

/// Drops loops, directions, and all but the first edge between two nodes.
fn simple(mut graph: RawGraph, notes: &mut Notes) -> RawGraph {
    let mut seen = HashSet::new();
    let (mut loops, mut repeated) = (0, 0);
    let directed = graph.directed || graph.both_directions;
    graph.edges.retain_mut(|edge| {
        let [i, j] = edge.ends;
        if i == j {
            loops += 1;
            return false;
        }
        edge.ends = [i.min(j), i.max(j)];
        let back = seen.contains(&[j, i]);
        let again = !seen.insert([i, j]);
        // The reverse of a directed edge is not a repeated edge.
        repeated += usize::from(again || (back && !directed));
        !again && !back
    });
    notes.loops += loops;
    notes.repeated += repeated;
    notes.directed += usize::from(graph.directed);
    graph
}

/// Applies the option for disconnected graphs; returns `None` if the graph is left out.
fn connected(
    mut graph: RawGraph,
    choice: Disconnected,
    notes: &mut Notes,
) -> Result<Option<RawGraph>, DataError> {
    let component_of = topology(&graph).components();
    let components = component_of.iter().max().map_or(0, |last| last + 1);
    // A graph without nodes is too small.
    if components < 2 {
        return Ok(Some(graph));
    }
    match choice {
        Disconnected::Refuse => Err(DataError::Disconnected {
            path: graph.path.clone(),
            place: graph.place(),
            components,
        }),
        Disconnected::LeaveOut => {
            notes.disconnected += 1;
            Ok(None)
        }
        Disconnected::LargestComponent => {
            let mut sizes = vec![0usize; components];
            component_of.iter().for_each(|&at| sizes[at] += 1);
            // Of several equally large ones, the first; `max_by_key` would return the last.
            let largest = (0..components).rev().max_by_key(|&at| sizes[at]);
            let kept = |node: usize| Some(component_of[node]) == largest;
            notes.cut += 1;
            notes.lost_nodes += (0..graph.nodes.len()).filter(|&node| !kept(node)).count();
            let mut place = vec![0; graph.nodes.len()];
            let mut next = 0;
            for (node, place) in place.iter_mut().enumerate() {
                *place = next;
                next += usize::from(kept(node));
            }
            let mut node = 0..;
            graph.nodes.retain(|_| node.next().is_some_and(kept));
            graph.edges.retain(|edge| kept(edge.ends[0]));
            for edge in &mut graph.edges {
                edge.ends = edge.ends.map(|node| place[node]);
            }
            Ok(Some(graph))
        }
    }
}

fn topology(graph: &RawGraph) -> GraphTopology {
    let edges = graph.edges.iter().map(|edge| edge.ends).collect();
    GraphTopology::single(graph.nodes.len(), edges)
        .unwrap_or_else(|error| unreachable!("loops and repeated edges are dropped: {error}"))
}

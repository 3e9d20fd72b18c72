use crate::{
    graph::{
        GraphError,
        attributed::{AttributeNames, AttributedGraphs},
        layout::{principal_plane, stress_layout},
    },
    one_line::counted,
    report::{GraphDrawing, GraphGrid},
};

/// Number of graphs in a row of a picture.
const COLUMNS: usize = 6;

/// Returns a picture of graphs, six in a row.
///
/// Nodes with coordinates (attributes x and y, or pos_0 and pos_1) are drawn at them, all to one
/// scale. Coordinates in space are projected onto the plane of largest variance, with lower nodes
/// paler. Other graphs are laid out by [`stress_layout`]. Colors and strokes show the first kind of
/// nodes and of edges. Captions give the numbers of nodes and edges.
///
/// ```
/// use fireweed::{
///     evaluate::graphs::picture_of_graphs,
///     graph::{attributed::AttributedGraphs, generate::Waxman},
/// };
///
/// let graphs = Waxman::new().dataset(5, 0..12, 1)?;
/// let picture = picture_of_graphs(&AttributedGraphs::of_placed(&graphs), "Waxman graphs", "");
/// assert!(picture.to_svg()?.starts_with("<svg"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn picture_of_graphs(
    graphs: &AttributedGraphs,
    title: impl Into<String>,
    subtitle: impl Into<String>,
) -> GraphGrid {
    let placed = match graphs.coordinates() {
        3 => in_space(graphs),
        2 => in_plane(graphs),
        _ => Ok(Vec::new()),
    };
    // The names were found above.
    let placed = placed.unwrap_or_default();
    let drawings = graphs.graphs().iter().enumerate().map(|(at, graph)| {
        let topology = &graph.topology;
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        let (places, heights) = match placed.get(at) {
            Some((places, heights)) => (places.clone(), heights.clone()),
            None => (stress_layout(topology), Vec::new()),
        };
        let pairs = topology.edges().iter().copied();
        GraphDrawing {
            caption: format!("{}, {}", counted(nodes, "node"), counted(edges, "edge")),
            places,
            heights,
            node_kinds: graph.node_kinds(),
            edges: pairs.zip(graph.edge_kinds()).collect(),
        }
    });
    let values = |names: &AttributeNames| {
        let kind = names.kinds.first();
        kind.map_or_else(Vec::new, |kind| kind.values.clone())
    };
    GraphGrid {
        title: title.into(),
        subtitle: subtitle.into(),
        columns: COLUMNS,
        same_scale: !placed.is_empty(),
        node_kinds: values(graphs.node_names()),
        edge_kinds: values(graphs.edge_names()),
        drawings: drawings.collect(),
    }
}

type Places = (Vec<[f64; 2]>, Vec<f64>);

fn in_space(graphs: &AttributedGraphs) -> Result<Vec<Places>, GraphError> {
    let graphs = graphs.to_placed::<3>()?;
    let seen = graphs.iter().map(|graph| {
        let projected = principal_plane(graph.positions());
        (projected.places, projected.heights)
    });
    Ok(seen.collect())
}

fn in_plane(graphs: &AttributedGraphs) -> Result<Vec<Places>, GraphError> {
    let graphs = graphs.to_placed::<2>()?;
    let seen = graphs.iter();
    Ok(seen
        .map(|graph| (graph.positions().to_vec(), Vec::new()))
        .collect())
}

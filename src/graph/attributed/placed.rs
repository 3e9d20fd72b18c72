use super::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes, KindNames};
use crate::graph::{GraphError, generate::PlacedGraph};

/// Names of coordinates; those of lists named pos are `pos_0` and so on.
const AXES: [&str; 3] = ["x", "y", "z"];

impl AttributedGraphs {
    /// Creates graphs whose coordinates are node attributes: x, y, z, then x3 and so on.
    pub fn of_placed<const D: usize>(graphs: &[PlacedGraph<D>]) -> Self {
        let names = AttributeNames {
            numbers: axes(D),
            kinds: Vec::new(),
        };
        let with_places = |graph: &PlacedGraph<D>| {
            let positions = graph.positions();
            let axis = |axis: usize| positions.iter().map(|place| place[axis]).collect();
            AttributedGraph {
                nodes: Attributes {
                    numbers: (0..D).map(axis).collect(),
                    kinds: Vec::new(),
                },
                ..AttributedGraph::plain(graph.topology().clone())
            }
        };
        let graphs = graphs.iter().map(with_places).collect();
        Self::checked(names, AttributeNames::default(), graphs)
    }

    /// Same as [`of_placed`](Self::of_placed), for graphs whose nodes follow each other along a
    /// chain in stored order: edges have the kind `link`, which is `chain` between consecutive
    /// nodes and `contact` between others.
    pub fn of_chains<const D: usize>(graphs: &[PlacedGraph<D>]) -> Self {
        let (nodes, mut edges, mut graphs) = Self::of_placed(graphs).into_parts();
        edges.kinds.push(KindNames {
            name: "link".into(),
            values: vec!["contact".into(), "chain".into()],
        });
        for graph in &mut graphs {
            let links = graph.topology.edges().iter();
            let kinds = links.map(|[i, j]| usize::from(i + 1 == *j)).collect();
            graph.edges.kinds.push(kinds);
        }
        Self::checked(nodes, edges, graphs)
    }

    /// Returns the number of coordinates that nodes have by the names of their attributes: 3 for x,
    /// y, z (or pos_0, pos_1, pos_2), 2 for the first two of them, and 0 otherwise.
    pub fn coordinates(&self) -> usize {
        let named = |&dimensions: &usize| self.named_columns(dimensions).is_some();
        [3, 2].into_iter().find(named).unwrap_or(0)
    }

    /// Converts to graphs with coordinates: the attributes with these names, or else all numeric
    /// ones if their number fits. Other attributes are dropped.
    ///
    /// # Errors
    /// Returns an error if there are no such attributes.
    pub fn to_placed<const D: usize>(&self) -> Result<Vec<PlacedGraph<D>>, GraphError> {
        let columns = self.place_columns(D).ok_or_else(|| {
            let numbers = &self.node_names().numbers;
            GraphError::NoCoordinates {
                dimensions: D,
                wanted: axes(D).join(", "),
                found: match numbers.is_empty() {
                    true => "none".into(),
                    false => numbers.join(", "),
                },
            }
        })?;
        let placed = |graph: &AttributedGraph| {
            let nodes = 0..graph.topology.node_count();
            let places = nodes
                .map(|node| std::array::from_fn(|axis| graph.nodes.numbers[columns[axis]][node]));
            PlacedGraph::new(graph.topology.clone(), places.collect())
                .unwrap_or_else(|error| unreachable!("one value for each node: {error}"))
        };
        Ok(self.graphs().iter().map(placed).collect())
    }

    /// Which attributes of nodes are coordinates.
    fn place_columns(&self, dimensions: usize) -> Option<Vec<usize>> {
        let numbers = self.node_names().numbers.len();
        let all = || (numbers == dimensions).then(|| (0..dimensions).collect());
        self.named_columns(dimensions).or_else(all)
    }

    fn named_columns(&self, dimensions: usize) -> Option<Vec<usize>> {
        let numbers = &self.node_names().numbers;
        let find = |wanted: &String| {
            let same = |name: &String| name.eq_ignore_ascii_case(wanted);
            numbers.iter().position(same)
        };
        let list: Vec<String> = (0..dimensions).map(|axis| format!("pos_{axis}")).collect();
        let [named, listed] = [axes(dimensions), list].map(|names| {
            let columns: Option<Vec<usize>> = names.iter().map(find).collect();
            columns
        });
        named.or(listed)
    }
}

fn axes(count: usize) -> Vec<String> {
    let name = |axis: usize| match AXES.get(axis) {
        Some(&name) => name.to_owned(),
        None => format!("x{axis}"),
    };
    (0..count).map(name).collect()
}

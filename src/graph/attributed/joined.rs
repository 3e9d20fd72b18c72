use std::collections::BTreeMap;

use super::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes, KindNames};

impl AttributedGraphs {
    /// Combines several kinds of nodes, or of edges, into one, for models that take only one. The
    /// kinds of the result are the combinations that occur.
    ///
    /// The joined attribute is named `a+b`, and its values `first+second`, in the order of the
    /// numbers of the single kinds.
    #[must_use]
    pub fn with_joined_kinds(self) -> Self {
        let (nodes, edges, mut graphs) = self.into_parts();
        let nodes = join(nodes, &mut graphs, |graph| &mut graph.nodes);
        let edges = join(edges, &mut graphs, |graph| &mut graph.edges);
        Self::checked(nodes, edges, graphs)
    }
}

fn join(
    names: AttributeNames,
    graphs: &mut [AttributedGraph],
    part: fn(&mut AttributedGraph) -> &mut Attributes,
) -> AttributeNames {
    if names.kinds.len() < 2 {
        return names;
    }
    let rows = |values: &Attributes| -> Vec<Vec<usize>> {
        let count = values.kinds.first().map_or(0, Vec::len);
        let row = |at: usize| values.kinds.iter().map(|kinds| kinds[at]).collect();
        (0..count).map(row).collect()
    };
    let mut combinations = BTreeMap::new();
    for graph in graphs.iter_mut() {
        combinations.extend(rows(part(graph)).into_iter().map(|row| (row, 0)));
    }
    for (number, place) in combinations.values_mut().enumerate() {
        *place = number;
    }
    for graph in graphs.iter_mut() {
        let values = part(graph);
        let joined = rows(values).iter().map(|row| combinations[row]).collect();
        values.kinds = vec![joined];
    }
    let plus = |parts: Vec<&str>| parts.join("+");
    let value = |row: &Vec<usize>| {
        let parts = names.kinds.iter().zip(row);
        plus(parts.map(|(kind, &at)| &*kind.values[at]).collect())
    };
    let joined = KindNames {
        name: plus(names.kinds.iter().map(|kind| &*kind.name).collect()),
        values: combinations.keys().map(value).collect(),
    };
    AttributeNames {
        kinds: vec![joined],
        ..names
    }
}

use std::{collections::HashMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::GraphError;

/// One end of an edge: the edge, and which of its two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeEnd {
    /// The edge, in the numbering of the batch.
    pub edge: usize,
    /// 0 for the edge's smaller node, 1 for its larger one.
    pub side: usize,
}

/// The structure of a batch of undirected simple graphs, on the host.
///
/// The batch is a disjoint union: nodes 0, 1, … are numbered through graph by graph, and so are the
/// edges. An edge is a pair `[i, j]` with `i < j`. Graphs may differ in size, have no edges, or no
/// nodes. There are no loops and no parallel edges; this is checked when the structure is made, so
/// whoever holds one can rely on it.
///
/// Memory: O(|V| + |E|).
///
/// ```
/// use fireweed::graph::GraphTopology;
///
/// // A triangle and a path of two nodes.
/// let batch = GraphTopology::new(&[3, 2], vec![[0, 1], [1, 2], [0, 2], [3, 4]])?;
/// assert_eq!((batch.graph_count(), batch.node_count(), batch.edge_count()), (2, 5, 4));
/// assert_eq!(batch.neighbors(1).collect::<Vec<_>>(), [0, 2]);
/// assert!(GraphTopology::new(&[2], vec![[0, 0]]).is_err());
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Listed", into = "Listed")]
pub struct GraphTopology {
    node_offsets: Vec<usize>,
    edge_offsets: Vec<usize>,
    edges: Vec<[usize; 2]>,
    /// The ends at node `i` are `ends[end_offsets[i]..end_offsets[i + 1]]`, by ascending edge.
    end_offsets: Vec<usize>,
    ends: Vec<EdgeEnd>,
}

/// What a record of a topology holds; the rest follows from it.
#[derive(Serialize, Deserialize)]
struct Listed {
    node_counts: Vec<usize>,
    edges: Vec<[usize; 2]>,
}

impl TryFrom<Listed> for GraphTopology {
    type Error = GraphError;

    fn try_from(listed: Listed) -> Result<Self, GraphError> {
        Self::new(&listed.node_counts, listed.edges)
    }
}

impl From<GraphTopology> for Listed {
    fn from(topology: GraphTopology) -> Self {
        Self {
            node_counts: topology.node_counts().collect(),
            edges: topology.edges,
        }
    }
}

impl GraphTopology {
    /// A batch of graphs with the given numbers of nodes.
    ///
    /// `edges` are pairs of nodes in the numbering of the whole batch, listed graph by graph, each
    /// undirected edge once, in either direction (it is stored with the smaller node first). The
    /// order of the edges is kept, so features can be given in it.
    ///
    /// Complexity: O(|V| + |E|).
    ///
    /// # Errors
    /// [`GraphError`] for an edge that names a missing node, is a loop, is listed twice, joins two
    /// graphs, or is out of order.
    pub fn new(node_counts: &[usize], edges: Vec<[usize; 2]>) -> Result<Self, GraphError> {
        let node_offsets = offsets(node_counts.iter().copied());
        let nodes = node_offsets.last().copied().unwrap_or(0);
        let graph_of: Vec<usize> = spread(node_counts);
        let mut edges = edges;
        let mut edge_counts = vec![0; node_counts.len()];
        let mut last = 0;
        for (edge, ends) in edges.iter_mut().enumerate() {
            if let Some(&node) = ends.iter().find(|&&node| node >= nodes) {
                return Err(GraphError::NodeOutOfRange { edge, node, nodes });
            }
            if ends[0] == ends[1] {
                return Err(GraphError::Loop {
                    edge,
                    node: ends[0],
                });
            }
            ends.sort_unstable();
            let graphs = ends.map(|node| graph_of[node]);
            if graphs[0] != graphs[1] {
                return Err(GraphError::BetweenGraphs {
                    edge,
                    nodes: *ends,
                    graphs,
                });
            }
            if graphs[0] < last {
                return Err(GraphError::EdgesOutOfOrder {
                    edge,
                    graph: graphs[0],
                    after: last,
                });
            }
            last = graphs[0];
            edge_counts[last] += 1;
        }
        let (end_offsets, ends) = incidence(nodes, &edges);
        let topology = Self {
            node_offsets,
            edge_offsets: offsets(edge_counts),
            edges,
            end_offsets,
            ends,
        };
        topology.check_simple()?;
        Ok(topology)
    }

    /// One graph.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn single(nodes: usize, edges: Vec<[usize; 2]>) -> Result<Self, GraphError> {
        Self::new(&[nodes], edges)
    }

    /// From an edge list in coordinate form, as PyTorch Geometric holds it: `edge_index` with two
    /// rows of equal length, and `batch`, the graph of each node.
    ///
    /// Each undirected edge may be listed in one direction or both, in any order. Returned with the
    /// topology: for each of its edges, the column of `edge_index` in which it appears first, to
    /// pick its features by. Numbers of graphs may be left out, for graphs without nodes, but must
    /// stay below the number of nodes.
    ///
    /// Complexity: O(|V| + |E|), expected.
    ///
    /// # Errors
    /// As [`new`](Self::new), edges being numbered as columns; and where `batch` is not ascending.
    pub fn from_edge_index(
        edge_index: [&[usize]; 2],
        batch: &[usize],
    ) -> Result<(Self, Vec<usize>), GraphError> {
        let lengths = edge_index.map(<[usize]>::len);
        if lengths[0] != lengths[1] {
            return Err(GraphError::UnevenEdgeIndex { lengths });
        }
        if let Some(before) = batch.windows(2).position(|pair| pair[0] > pair[1]) {
            return Err(GraphError::NodesOutOfOrder {
                node: before + 1,
                graph: batch[before + 1],
                after: batch[before],
            });
        }
        let graphs = batch.len();
        if let Some(node) = batch.iter().position(|&graph| graph >= graphs) {
            return Err(GraphError::GraphOutOfRange {
                node,
                graph: batch[node],
                graphs,
            });
        }
        let mut node_counts = vec![0; batch.last().map_or(0, |&graph| graph + 1)];
        batch.iter().for_each(|&graph| node_counts[graph] += 1);

        let mut columns_of: Vec<Vec<(usize, [usize; 2])>> = vec![Vec::new(); node_counts.len()];
        let mut directions = HashMap::with_capacity(lengths[0]);
        for (column, (&from, &to)) in edge_index[0].iter().zip(edge_index[1]).enumerate() {
            let nodes = batch.len();
            if let Some(node) = [from, to].into_iter().find(|&node| node >= nodes) {
                return Err(GraphError::NodeOutOfRange {
                    edge: column,
                    node,
                    nodes,
                });
            }
            if from == to {
                return Err(GraphError::Loop {
                    edge: column,
                    node: from,
                });
            }
            let graphs = [batch[from], batch[to]];
            if graphs[0] != graphs[1] {
                return Err(GraphError::BetweenGraphs {
                    edge: column,
                    nodes: [from, to],
                    graphs,
                });
            }
            if let Some(first) = directions.insert((from, to), column) {
                return Err(GraphError::DuplicateEdge {
                    first,
                    second: column,
                    nodes: [from.min(to), from.max(to)],
                });
            }
            if !directions.contains_key(&(to, from)) {
                columns_of[graphs[0]].push((column, [from, to]));
            }
        }
        let (columns, edges) = columns_of.into_iter().flatten().unzip();
        Ok((Self::new(&node_counts, edges)?, columns))
    }

    /// The edges in coordinate form, as PyTorch Geometric holds them: sources and targets, both
    /// directions of each edge next to each other, the stored one first.
    pub fn to_edge_index(&self) -> [Vec<usize>; 2] {
        let sources = self.edges.iter().flatten().copied().collect();
        let targets = self.edges.iter().flat_map(|&[i, j]| [j, i]).collect();
        [sources, targets]
    }

    /// The disjoint union: the graphs of the first batch, then those of the second, and so on.
    ///
    /// Complexity: O(|V| + |E|).
    pub fn disjoint_union<'a>(batches: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut union = Self::empty();
        for batch in batches {
            let (nodes, edges, ends) = (union.node_count(), union.edges.len(), union.ends.len());
            let shifted = |offsets: &[usize], by: usize| -> Vec<usize> {
                offsets[1..].iter().map(|offset| offset + by).collect()
            };
            union
                .node_offsets
                .extend(shifted(&batch.node_offsets, nodes));
            union
                .edge_offsets
                .extend(shifted(&batch.edge_offsets, edges));
            union.end_offsets.extend(shifted(&batch.end_offsets, ends));
            let moved = batch.edges.iter().map(|edge| edge.map(|node| node + nodes));
            union.edges.extend(moved);
            union.ends.extend(batch.ends.iter().map(|end| EdgeEnd {
                edge: end.edge + edges,
                side: end.side,
            }));
        }
        union
    }

    fn empty() -> Self {
        Self {
            node_offsets: vec![0],
            edge_offsets: vec![0],
            edges: Vec::new(),
            end_offsets: vec![0],
            ends: Vec::new(),
        }
    }

    /// The number of graphs, B.
    pub fn graph_count(&self) -> usize {
        self.node_offsets.len() - 1
    }

    /// The number of nodes of all graphs, |V|.
    pub fn node_count(&self) -> usize {
        self.node_offsets.last().copied().unwrap_or(0)
    }

    /// The number of undirected edges of all graphs, |E|.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// The edges as pairs of nodes `[i, j]`, `i < j`, in the numbering of the batch.
    pub fn edges(&self) -> &[[usize; 2]] {
        &self.edges
    }

    /// The number of nodes of each graph.
    pub fn node_counts(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.node_offsets.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// The number of edges of each graph.
    pub fn edge_counts(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.edge_offsets.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// The nodes of a graph.
    ///
    /// # Panics
    /// Where there is no such graph.
    pub fn nodes_of(&self, graph: usize) -> Range<usize> {
        self.node_offsets[graph]..self.node_offsets[graph + 1]
    }

    /// The edges of a graph.
    ///
    /// # Panics
    /// Where there is no such graph.
    pub fn edges_of(&self, graph: usize) -> Range<usize> {
        self.edge_offsets[graph]..self.edge_offsets[graph + 1]
    }

    /// The graph of each node.
    pub fn graph_of_nodes(&self) -> Vec<usize> {
        spread(&self.node_counts().collect::<Vec<_>>())
    }

    /// The graph of each edge.
    pub fn graph_of_edges(&self) -> Vec<usize> {
        spread(&self.edge_counts().collect::<Vec<_>>())
    }

    /// The ends of edges at a node, by ascending edge.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn ends_at(&self, node: usize) -> &[EdgeEnd] {
        &self.ends[self.end_offsets[node]..self.end_offsets[node + 1]]
    }

    /// All ends of edges, node by node: the rows along which messages travel.
    pub fn ends(&self) -> &[EdgeEnd] {
        &self.ends
    }

    /// The node at an end of an edge.
    ///
    /// # Panics
    /// Where there is no such edge.
    pub fn head(&self, end: EdgeEnd) -> usize {
        self.edges[end.edge][end.side]
    }

    /// The node at the other end of the edge.
    ///
    /// # Panics
    /// Where there is no such edge.
    pub fn other(&self, end: EdgeEnd) -> usize {
        self.edges[end.edge][1 - end.side]
    }

    /// The number of edges at a node.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn degree(&self, node: usize) -> usize {
        self.end_offsets[node + 1] - self.end_offsets[node]
    }

    /// The nodes joined to a node by an edge, in the order of the edges.
    ///
    /// # Panics
    /// Where there is no such node.
    pub fn neighbors(&self, node: usize) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.ends_at(node).iter().map(|&end| self.other(end))
    }

    /// One graph of the batch, with nodes and edges numbered from 0.
    ///
    /// # Panics
    /// Where there is no such graph.
    pub fn graph(&self, graph: usize) -> Self {
        let (nodes, edges) = (self.nodes_of(graph), self.edges_of(graph));
        let from = self.end_offsets[nodes.start];
        let local = |offset: &usize| offset - from;
        Self {
            node_offsets: vec![0, nodes.len()],
            edge_offsets: vec![0, edges.len()],
            edges: self.edges[edges.clone()]
                .iter()
                .map(|edge| edge.map(|node| node - nodes.start))
                .collect(),
            end_offsets: self.end_offsets[nodes.start..=nodes.end]
                .iter()
                .map(local)
                .collect(),
            ends: self.ends[from..self.end_offsets[nodes.end]]
                .iter()
                .map(|end| EdgeEnd {
                    edge: end.edge - edges.start,
                    side: end.side,
                })
                .collect(),
        }
    }

    /// The graphs of the batch one by one, each as [`graph`](Self::graph) gives it.
    pub fn graphs(&self) -> impl ExactSizeIterator<Item = Self> + '_ {
        (0..self.graph_count()).map(|graph| self.graph(graph))
    }

    /// The same graphs with nodes in another order: node `k` of the result is node `order[k]` of
    /// this batch. Edges keep their order, and nodes stay in their graph.
    ///
    /// # Errors
    /// [`GraphError::NotAPermutation`] where `order` is not a new numbering inside each graph,
    /// [`GraphError::Rows`] where it is too short or too long.
    pub fn reordered(&self, order: &[usize]) -> Result<Self, GraphError> {
        if order.len() != self.node_count() {
            return Err(GraphError::Rows {
                what: "new order of the nodes",
                expected: self.node_count(),
                found: order.len(),
            });
        }
        let graph_of = self.graph_of_nodes();
        let mut position_of = vec![usize::MAX; order.len()];
        for (position, &node) in order.iter().enumerate() {
            let wrong = node >= order.len()
                || graph_of[node] != graph_of[position]
                || position_of[node] != usize::MAX;
            if wrong {
                return Err(GraphError::NotAPermutation { position, node });
            }
            position_of[node] = position;
        }
        let renamed = self
            .edges
            .iter()
            .map(|edge| edge.map(|node| position_of[node]));
        Self::new(&self.node_counts().collect::<Vec<_>>(), renamed.collect())
    }

    /// Finds parallel edges; the neighbours of a node are marked with the edge that led to them.
    fn check_simple(&self) -> Result<(), GraphError> {
        let mut seen = vec![(usize::MAX, 0); self.node_count()];
        // The pair that is reported is the one whose second edge comes first in the list.
        let mut found: Option<(usize, usize)> = None;
        for node in 0..self.node_count() {
            for &end in self.ends_at(node).iter().filter(|end| end.side == 0) {
                let other = self.other(end);
                if seen[other].0 == node && found.is_none_or(|(_, second)| end.edge < second) {
                    found = Some((seen[other].1, end.edge));
                } else if seen[other].0 != node {
                    seen[other] = (node, end.edge);
                }
            }
        }
        match found {
            None => Ok(()),
            Some((first, second)) => Err(GraphError::DuplicateEdge {
                first,
                second,
                nodes: self.edges[second],
            }),
        }
    }
}

/// Running totals that begin with 0.
pub(crate) fn offsets(counts: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut total = 0;
    let totals = counts.into_iter().map(|count| {
        total += count;
        total
    });
    std::iter::once(0).chain(totals).collect()
}

/// Index `k`, `counts[k]` times, for each `k`.
fn spread(counts: &[usize]) -> Vec<usize> {
    let repeated = counts.iter().enumerate();
    repeated
        .flat_map(|(index, &count)| std::iter::repeat_n(index, count))
        .collect()
}

/// The ends of edges sorted by node, stable in the edges.
fn incidence(nodes: usize, edges: &[[usize; 2]]) -> (Vec<usize>, Vec<EdgeEnd>) {
    let mut degrees = vec![0; nodes];
    edges.iter().flatten().for_each(|&node| degrees[node] += 1);
    let end_offsets = offsets(degrees);
    let mut next = end_offsets.clone();
    let mut ends = vec![EdgeEnd { edge: 0, side: 0 }; 2 * edges.len()];
    for (edge, pair) in edges.iter().enumerate() {
        for (side, &node) in pair.iter().enumerate() {
            ends[next[node]] = EdgeEnd { edge, side };
            next[node] += 1;
        }
    }
    (end_offsets, ends)
}

#[cfg(test)]
#[path = "topology_tests.rs"]
mod tests;

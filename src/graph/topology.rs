use std::{collections::HashMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::GraphError;

/// One end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeEnd {
    /// The edge, in the numbering of the batch.
    pub edge: usize,
    /// 0 for the edge's smaller node, 1 for its larger one.
    pub side: usize,
}

/// The structure of a batch of undirected simple graphs, on the host.
///
/// The batch is a disjoint union: nodes and edges are numbered consecutively through the graphs. An
/// edge is a pair `[i, j]` with `i < j`. Graphs may differ in size and may have no edges or no
/// nodes. Constructors check that there are no loops and no parallel edges.
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

/// Serialized form of a topology; the rest is derived from it.
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
    /// Creates a batch of graphs with the given numbers of nodes.
    ///
    /// `edges` are pairs of nodes in the numbering of the whole batch, listed graph by graph. Each
    /// undirected edge is listed once, in either direction, and is stored with the smaller node
    /// first. The order of the edges is kept and is the order of edge features.
    ///
    /// Complexity: O(|V| + |E|).
    ///
    /// # Errors
    /// Returns [`GraphError`] if an edge has a missing node, is a loop, is listed twice, joins two
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

    /// Creates a batch of one graph.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn single(nodes: usize, edges: Vec<[usize; 2]>) -> Result<Self, GraphError> {
        Self::new(&[nodes], edges)
    }

    /// Creates a batch from an edge list in coordinate form, as in PyTorch Geometric: `edge_index`
    /// with two rows of equal length, and `batch`, the graph of each node.
    ///
    /// Each undirected edge may be listed in one direction or both, in any order. The second output
    /// holds, for each edge, the column of `edge_index` in which it appears first, to select its
    /// features by. Numbers of graphs may be skipped, for graphs without nodes, but must be below
    /// the number of nodes.
    ///
    /// Complexity: O(|V| + |E|), expected.
    ///
    /// # Errors
    /// Same as [`new`](Self::new), with columns as edge numbers; also returns an error if `batch`
    /// is not ascending.
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

    /// Returns the edges in coordinate form, as in PyTorch Geometric: sources and targets, with
    /// both directions of each edge next to each other, the stored one first.
    pub fn to_edge_index(&self) -> [Vec<usize>; 2] {
        let sources = self.edges.iter().flatten().copied().collect();
        let targets = self.edges.iter().flat_map(|&[i, j]| [j, i]).collect();
        [sources, targets]
    }

    /// Returns the disjoint union: the graphs of the first batch, then those of the second, and so
    /// on.
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

    /// Returns the number of graphs, B.
    pub fn graph_count(&self) -> usize {
        self.node_offsets.len() - 1
    }

    /// Returns the number of nodes of all graphs, |V|.
    pub fn node_count(&self) -> usize {
        self.node_offsets.last().copied().unwrap_or(0)
    }

    /// Returns the number of undirected edges of all graphs, |E|.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Returns the edges as pairs of nodes `[i, j]`, `i < j`, in the numbering of the batch.
    pub fn edges(&self) -> &[[usize; 2]] {
        &self.edges
    }

    /// Returns the number of nodes of each graph.
    pub fn node_counts(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.node_offsets.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// Returns the number of edges of each graph.
    pub fn edge_counts(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.edge_offsets.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// Returns the nodes of a graph.
    ///
    /// # Panics
    /// Panics if there is no such graph.
    pub fn nodes_of(&self, graph: usize) -> Range<usize> {
        self.node_offsets[graph]..self.node_offsets[graph + 1]
    }

    /// Returns the edges of a graph.
    ///
    /// # Panics
    /// Panics if there is no such graph.
    pub fn edges_of(&self, graph: usize) -> Range<usize> {
        self.edge_offsets[graph]..self.edge_offsets[graph + 1]
    }

    /// Returns the graph of each node.
    pub fn graph_of_nodes(&self) -> Vec<usize> {
        spread(&self.node_counts().collect::<Vec<_>>())
    }

    /// Returns the graph of each edge.
    pub fn graph_of_edges(&self) -> Vec<usize> {
        spread(&self.edge_counts().collect::<Vec<_>>())
    }

    /// Returns the ends of edges at a node, by ascending edge.
    ///
    /// # Panics
    /// Panics if there is no such node.
    pub fn ends_at(&self, node: usize) -> &[EdgeEnd] {
        &self.ends[self.end_offsets[node]..self.end_offsets[node + 1]]
    }

    /// Returns all ends of edges, node by node: the rows along which messages are passed.
    pub fn ends(&self) -> &[EdgeEnd] {
        &self.ends
    }

    /// Returns the node at an end of an edge.
    ///
    /// # Panics
    /// Panics if there is no such edge.
    pub fn head(&self, end: EdgeEnd) -> usize {
        self.edges[end.edge][end.side]
    }

    /// Returns the node at the other end of the edge.
    ///
    /// # Panics
    /// Panics if there is no such edge.
    pub fn other(&self, end: EdgeEnd) -> usize {
        self.edges[end.edge][1 - end.side]
    }

    /// Returns the number of edges at a node.
    ///
    /// # Panics
    /// Panics if there is no such node.
    pub fn degree(&self, node: usize) -> usize {
        self.end_offsets[node + 1] - self.end_offsets[node]
    }

    /// Returns the nodes joined to a node by an edge, in the order of the edges.
    ///
    /// # Panics
    /// Panics if there is no such node.
    pub fn neighbors(&self, node: usize) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.ends_at(node).iter().map(|&end| self.other(end))
    }

    /// Returns one graph of the batch, with nodes and edges numbered from 0.
    ///
    /// # Panics
    /// Panics if there is no such graph.
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

    /// Iterates over the graphs of the batch, each as returned by [`graph`](Self::graph).
    pub fn graphs(&self) -> impl ExactSizeIterator<Item = Self> + '_ {
        (0..self.graph_count()).map(|graph| self.graph(graph))
    }

    /// Returns the same graphs with nodes in another order: node `k` of the result is node
    /// `order[k]` of this batch. Edges keep their order, and nodes stay in their graph.
    ///
    /// # Errors
    /// Returns [`GraphError::NotAPermutation`] if `order` is not a permutation of the nodes inside
    /// each graph, and [`GraphError::Rows`] if it has the wrong length.
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

    /// Finds parallel edges; the neighbors of a node are marked with the edge that led to them.
    fn check_simple(&self) -> Result<(), GraphError> {
        let mut seen = vec![(usize::MAX, 0); self.node_count()];
        // The reported pair is the one whose second edge comes first in the list.
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

/// Cumulative sums, starting with 0.
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

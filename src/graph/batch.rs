use std::sync::{Arc, OnceLock};

use burn::tensor::{DType, Device, Int, Tensor};

use super::{GraphError, GraphTopology, Segments, indices, select_rows};

/// A batch of graphs: structure on the host, features on a device.
///
/// Cloning is cheap. The index tensors for layers are built on first use, once per structure, and
/// shared by all batches derived from this one with [`with_nodes`](Self::with_nodes) or
/// [`with_edges`](Self::with_edges).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::graph::{GraphBatch, GraphTopology};
///
/// let device = Device::flex();
/// let topology = GraphTopology::new(&[3, 2], vec![[0, 1], [1, 2], [3, 4]])?;
/// let batch = GraphBatch::new(
///     topology,
///     Tensor::zeros([5, 8], &device),
///     Tensor::zeros([3, 4], &device),
/// )?;
/// assert_eq!((batch.node_width(), batch.edge_width()), (8, 4));
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GraphBatch {
    topology: Arc<GraphTopology>,
    index: Arc<Index>,
    nodes: Tensor<2>,
    edges: Tensor<2>,
}

impl GraphBatch {
    /// Creates a batch from a structure and features.
    ///
    /// # Shapes
    /// - nodes: `[|V|, node width]`
    /// - edges: `[|E|, edge width]`, in the order of the topology's edges; the width may be 0
    ///
    /// # Errors
    /// Returns [`GraphError::Rows`] if the number of rows is not that of the structure.
    pub fn new(
        topology: impl Into<Arc<GraphTopology>>,
        nodes: Tensor<2>,
        edges: Tensor<2>,
    ) -> Result<Self, GraphError> {
        let topology = topology.into();
        check_rows("node features", topology.node_count(), &nodes)?;
        check_rows("edge features", topology.edge_count(), &edges)?;
        let index = Arc::new(Index::new(nodes.device()));
        Ok(Self {
            topology,
            index,
            nodes,
            edges,
        })
    }

    /// Creates a batch with node features only; edge features have width 0.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn without_edge_features(
        topology: impl Into<Arc<GraphTopology>>,
        nodes: Tensor<2>,
    ) -> Result<Self, GraphError> {
        let topology = topology.into();
        let edges = Tensor::zeros([topology.edge_count(), 0], (&nodes.device(), nodes.dtype()));
        Self::new(topology, nodes, edges)
    }

    /// Creates a batch from tensors in the format of PyTorch Geometric: `edge_index` and `batch` as
    /// in [`GraphTopology::from_edge_index`], one row of `x` per node, one row of `edge_attr` per
    /// column of `edge_index`.
    ///
    /// If both directions of an edge are listed, it gets the features of the first one.
    ///
    /// # Errors
    /// Same as [`GraphTopology::from_edge_index`] and [`new`](Self::new).
    pub fn from_edge_index(
        edge_index: [&[usize]; 2],
        batch: &[usize],
        x: Tensor<2>,
        edge_attr: Tensor<2>,
    ) -> Result<Self, GraphError> {
        let (topology, columns) = GraphTopology::from_edge_index(edge_index, batch)?;
        check_rows("edge_attr", edge_index[0].len(), &edge_attr)?;
        let edges = select_rows(edge_attr, &indices(&columns, &x.device()));
        Self::new(topology, x, edges)
    }

    /// Returns the structure.
    pub fn topology(&self) -> &Arc<GraphTopology> {
        &self.topology
    }

    /// Returns the node features, `[|V|, node width]`.
    pub fn nodes(&self) -> Tensor<2> {
        self.nodes.clone()
    }

    /// Returns the edge features, `[|E|, edge width]`.
    pub fn edges(&self) -> Tensor<2> {
        self.edges.clone()
    }

    /// Returns the number of features of a node.
    pub fn node_width(&self) -> usize {
        self.nodes.dims()[1]
    }

    /// Returns the number of features of an edge; may be 0.
    pub fn edge_width(&self) -> usize {
        self.edges.dims()[1]
    }

    /// Returns the device of the features.
    pub fn device(&self) -> Device {
        self.nodes.device()
    }

    /// Returns the same structure with other node features, `[|V|, any]`.
    ///
    /// # Panics
    /// Panics if the number of rows is not that of the nodes.
    pub fn with_nodes(self, nodes: Tensor<2>) -> Self {
        match check_rows("node features", self.topology.node_count(), &nodes) {
            Ok(()) => Self { nodes, ..self },
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the same structure with other edge features, `[|E|, any]`.
    ///
    /// # Panics
    /// Panics if the number of rows is not that of the edges.
    pub fn with_edges(self, edges: Tensor<2>) -> Self {
        match check_rows("edge features", self.topology.edge_count(), &edges) {
            Ok(()) => Self { edges, ..self },
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the batch on another device, with the same autodiff mode.
    pub fn to_device(&self, device: &Device) -> Self {
        let same = self.device().inner() == device.clone().inner();
        Self {
            topology: self.topology.clone(),
            index: if same {
                self.index.clone()
            } else {
                Arc::new(Index::new(device.clone()))
            },
            nodes: self.nodes.clone().to_device(device),
            edges: self.edges.clone().to_device(device),
        }
    }

    /// Returns the batch with features of another data type, for example `f64` for
    /// [`check_gradients`](crate::testing::check_gradients).
    pub fn cast(&self, dtype: DType) -> Self {
        Self {
            nodes: self.nodes.clone().cast(dtype),
            edges: self.edges.clone().cast(dtype),
            ..self.clone()
        }
    }

    /// Returns the batch with automatic differentiation.
    pub fn autodiff(&self) -> Self {
        Self {
            nodes: self.nodes.clone().autodiff(),
            edges: self.edges.clone().autodiff(),
            ..self.clone()
        }
    }

    /// Returns the batch without automatic differentiation.
    pub fn inner(&self) -> Self {
        Self {
            nodes: self.nodes.clone().inner(),
            edges: self.edges.clone().inner(),
            ..self.clone()
        }
    }

    /// Returns the batch detached from the autodiff graph.
    pub fn detach(&self) -> Self {
        Self {
            nodes: self.nodes.clone().detach(),
            edges: self.edges.clone().detach(),
            ..self.clone()
        }
    }

    /// Returns the disjoint union, including features.
    ///
    /// # Panics
    /// Panics if there are no batches, or if widths or devices differ.
    pub fn disjoint_union(batches: &[Self]) -> Self {
        assert!(!batches.is_empty(), "a union of no batches has no device");
        let topology = GraphTopology::disjoint_union(batches.iter().map(|b| b.topology.as_ref()));
        let index = Arc::new(Index::new(batches[0].device()));
        let nodes = stack_rows(batches.iter().map(Self::nodes).collect());
        let edges = stack_rows(batches.iter().map(Self::edges).collect());
        Self {
            topology: Arc::new(topology),
            index,
            nodes,
            edges,
        }
    }

    /// Returns each graph as a batch of its own.
    ///
    /// With autodiff, the backward pass of each part costs O(|V| + |E|) of the whole batch. Prefer
    /// to reduce over [`nodes_by_graph`](Self::nodes_by_graph) if possible.
    pub fn unbatch(&self) -> Vec<Self> {
        (0..self.topology.graph_count())
            .map(|graph| Self {
                topology: Arc::new(self.topology.graph(graph)),
                index: Arc::new(Index::new(self.device())),
                nodes: slice_rows(&self.nodes, self.topology.nodes_of(graph)),
                edges: slice_rows(&self.edges, self.topology.edges_of(graph)),
            })
            .collect()
    }

    /// Returns the same graphs with nodes in another order: node `k` of the result is node
    /// `order[k]` of this batch. Edges keep their order, and nodes stay in their graph.
    ///
    /// # Errors
    /// Same as [`GraphTopology::reordered`].
    pub fn reordered(&self, order: &[usize]) -> Result<Self, GraphError> {
        let topology = self.topology.reordered(order)?;
        let nodes = select_rows(self.nodes(), &indices(order, &self.device()));
        Self::new(topology, nodes, self.edges())
    }

    /// Returns the nodes as segments of their graphs: `|V|` rows, one segment for each graph.
    pub fn nodes_by_graph(&self) -> &Segments {
        self.index.nodes_by_graph.get_or_init(|| {
            let topology = &self.topology;
            Segments::new(
                &topology.graph_of_nodes(),
                topology.graph_count(),
                &self.index.device,
            )
        })
    }

    /// Returns the edges as segments of their graphs: `|E|` rows, one segment for each graph.
    pub fn edges_by_graph(&self) -> &Segments {
        self.index.edges_by_graph.get_or_init(|| {
            let topology = &self.topology;
            Segments::new(
                &topology.graph_of_edges(),
                topology.graph_count(),
                &self.index.device,
            )
        })
    }

    /// Returns, for each edge, the nodes at its two sides: the smaller ones, the larger ones;
    /// `[|E|]` each.
    pub fn edge_nodes(&self) -> &[Tensor<1, Int>; 2] {
        self.index.edge_nodes.get_or_init(|| {
            [0, 1].map(|side| {
                let edges = self.topology.edges().iter();
                let nodes: Vec<usize> = edges.map(|edge| edge[side]).collect();
                indices(&nodes, &self.index.device)
            })
        })
    }

    /// Returns the rows along which messages are passed: one for each end of an edge, node by node.
    pub fn messages(&self) -> &Messages {
        self.index
            .messages
            .get_or_init(|| Messages::new(&self.topology, &self.index.device))
    }
}

/// Both directions of every edge, sorted by the receiving node: `2|E|` rows in the order of
/// [`GraphTopology::ends`].
#[derive(Clone, Debug)]
pub struct Messages {
    /// The rows as segments of the receiving nodes.
    pub receivers: Segments,
    /// The sending node of each row.
    pub senders: Tensor<1, Int>,
    /// The edge of each row.
    pub edges: Tensor<1, Int>,
}

impl Messages {
    fn new(topology: &GraphTopology, device: &Device) -> Self {
        let ends = topology.ends();
        let column = |f: &dyn Fn(super::EdgeEnd) -> usize| -> Vec<usize> {
            ends.iter().map(|&end| f(end)).collect()
        };
        Self {
            receivers: Segments::new(
                &column(&|end| topology.head(end)),
                topology.node_count(),
                device,
            ),
            senders: indices(&column(&|end| topology.other(end)), device),
            edges: indices(&column(&|end| end.edge), device),
        }
    }
}

/// Index tensors of one structure on one device.
#[derive(Debug)]
struct Index {
    device: Device,
    nodes_by_graph: OnceLock<Segments>,
    edges_by_graph: OnceLock<Segments>,
    edge_nodes: OnceLock<[Tensor<1, Int>; 2]>,
    messages: OnceLock<Messages>,
}

impl Index {
    fn new(device: Device) -> Self {
        Self {
            // Indices have no gradient; plain tensors combine with both modes of a device.
            device: device.inner(),
            nodes_by_graph: OnceLock::new(),
            edges_by_graph: OnceLock::new(),
            edge_nodes: OnceLock::new(),
            messages: OnceLock::new(),
        }
    }
}

fn check_rows(what: &'static str, expected: usize, rows: &Tensor<2>) -> Result<(), GraphError> {
    match rows.dims()[0] {
        found if found == expected => Ok(()),
        found => Err(GraphError::Rows {
            what,
            expected,
            found,
        }),
    }
}

fn slice_rows(rows: &Tensor<2>, range: std::ops::Range<usize>) -> Tensor<2> {
    if range.is_empty() {
        let shape = [0, rows.dims()[1]];
        return Tensor::zeros(shape, (&rows.device(), rows.dtype()));
    }
    rows.clone().slice([range])
}

/// Concatenation along dimension 0 that skips tensors without elements.
fn stack_rows(parts: Vec<Tensor<2>>) -> Tensor<2> {
    let width = parts[0].dims()[1];
    let count: usize = parts.iter().map(|part| part.dims()[0]).sum();
    for part in &parts {
        let found = part.dims()[1];
        assert_eq!(found, width, "graphs with features of one width are needed");
    }
    let (device, dtype) = (parts[0].device(), parts[0].dtype());
    if count * width == 0 {
        return Tensor::zeros([count, width], (&device, dtype));
    }
    Tensor::cat(
        parts
            .into_iter()
            .filter(|part| part.dims()[0] > 0)
            .collect(),
        0,
    )
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "batch_tests.rs"]
mod tests;

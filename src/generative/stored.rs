use burn::tensor::{Device, Tensor, TensorData};

use super::{GraphFeatures, GraphSource, NodeFeatures, SampledGraph};
use crate::graph::{GraphBatch, GraphTopology, generate::PlacedGraph};

/// Graphs in compact form in memory: one byte per category of a node and kind of an edge, or four
/// per real number.
#[derive(Clone, Debug)]
pub struct StoredGraphs {
    features: GraphFeatures,
    graphs: Vec<Stored>,
}

#[derive(Clone, Debug)]
struct Stored {
    nodes: usize,
    edges: Vec<[u32; 2]>,
    /// One for each block of each node.
    categories: Vec<u8>,
    values: Vec<f32>,
    /// One for each edge, where edges have kinds.
    kinds: Vec<u8>,
}

impl StoredGraphs {
    /// Creates an empty set.
    pub fn new(features: GraphFeatures) -> Self {
        Self {
            features,
            graphs: Vec::new(),
        }
    }

    /// Creates a set of graphs whose node features are coordinates.
    pub fn of_placed<const D: usize>(graphs: &[PlacedGraph<D>]) -> Self {
        let stored = graphs.iter().map(|graph| Stored {
            nodes: graph.positions().len(),
            edges: edges(graph.topology().edges()),
            categories: Vec::new(),
            values: graph
                .positions()
                .iter()
                .flatten()
                .map(|&x| x as f32)
                .collect(),
            kinds: Vec::new(),
        });
        Self {
            features: GraphFeatures::continuous(D),
            graphs: stored.collect(),
        }
    }

    /// Returns the number of nodes of each graph.
    pub fn node_counts(&self) -> Vec<usize> {
        self.graphs.iter().map(|graph| graph.nodes).collect()
    }

    /// Adds a graph with the categories of each node and the kind of each edge.
    ///
    /// # Panics
    /// Panics if nodes have other blocks of categories, if a category or kind is out of range, or
    /// if the edges are not those of a simple graph.
    pub fn push_categorical<const BLOCKS: usize>(
        &mut self,
        nodes: &[[usize; BLOCKS]],
        edges: &[([usize; 2], usize)],
    ) {
        let NodeFeatures::Categorical(blocks) = &self.features.nodes else {
            panic!("these graphs have real node features, not categories");
        };
        assert_eq!(
            blocks.len(),
            BLOCKS,
            "a node needs one category of each block"
        );
        let kinds = self.features.edge_kinds;
        for (category, size) in nodes.iter().flat_map(|node| node.iter().zip(blocks)) {
            assert!(category < size, "category {category} is not one of {size}");
        }
        for (_, kind) in edges {
            assert!(*kind < kinds.max(1), "kind {kind} is not one of {kinds}");
        }
        let byte = |value: usize| match u8::try_from(value) {
            Ok(byte) => byte,
            Err(_) => panic!("category {value} is beyond 255"),
        };
        let pairs: Vec<[usize; 2]> = edges.iter().map(|(ends, _)| *ends).collect();
        if let Err(error) = GraphTopology::single(nodes.len(), pairs.clone()) {
            panic!("{error}");
        }
        self.graphs.push(Stored {
            nodes: nodes.len(),
            edges: self::edges(&pairs),
            categories: nodes.iter().flatten().map(|&value| byte(value)).collect(),
            values: Vec::new(),
            kinds: edges.iter().map(|&(_, kind)| byte(kind)).collect(),
        });
    }

    /// Adds a graph with real features at its nodes.
    ///
    /// # Panics
    /// Panics if nodes have another number of features than those of the other graphs.
    pub fn push_continuous(&mut self, topology: &GraphTopology, values: &[Vec<f32>]) {
        let NodeFeatures::Continuous(width) = self.features.nodes else {
            panic!("these graphs have node categories, not real features");
        };
        assert!(
            values.len() == topology.node_count() && values.iter().all(|row| row.len() == width),
            "a graph of {} nodes needs as many rows of {width} features",
            topology.node_count()
        );
        self.graphs.push(Stored {
            nodes: topology.node_count(),
            edges: edges(topology.edges()),
            categories: Vec::new(),
            values: values.concat(),
            kinds: Vec::new(),
        });
    }

    /// Returns a graph on the host.
    ///
    /// # Panics
    /// Panics if there is no such graph.
    pub fn graph(&self, index: usize) -> SampledGraph {
        let stored = &self.graphs[index];
        let pairs = stored.edges.iter();
        let pairs = pairs.map(|edge| edge.map(|node| node as usize)).collect();
        let topology = GraphTopology::single(stored.nodes, pairs)
            .unwrap_or_else(|error| unreachable!("graphs were checked when stored: {error}"));
        let rows = |width: usize| stored.values.chunks_exact(width.max(1)).map(<[_]>::to_vec);
        let (categories, values) = match &self.features.nodes {
            NodeFeatures::Categorical(blocks) => {
                let nodes = stored.categories.chunks_exact(blocks.len().max(1));
                let nodes = nodes.map(|node| node.iter().map(|&c| c.into()).collect());
                (nodes.collect(), Vec::new())
            }
            NodeFeatures::Continuous(width) => (Vec::new(), rows(*width).collect()),
        };
        SampledGraph {
            kinds: match self.features.edge_kinds {
                0 => vec![0; topology.edge_count()],
                _ => stored.kinds.iter().map(|&kind| kind.into()).collect(),
            },
            topology,
            categories,
            values,
        }
    }

    /// Returns the number of graphs.
    pub fn len(&self) -> usize {
        self.graphs.len()
    }

    /// Returns whether there is no graph.
    pub fn is_empty(&self) -> bool {
        self.graphs.is_empty()
    }

    /// Returns the kinds of features.
    pub fn features(&self) -> &GraphFeatures {
        &self.features
    }

    fn node_rows(&self, graphs: &[&Stored]) -> Vec<f32> {
        let NodeFeatures::Categorical(blocks) = &self.features.nodes else {
            return graphs
                .iter()
                .flat_map(|g| g.values.iter().copied())
                .collect();
        };
        let width = self.features.nodes.width();
        let nodes: usize = graphs.iter().map(|graph| graph.nodes).sum();
        let mut rows = vec![0.0; nodes * width];
        let categories = graphs.iter().flat_map(|graph| graph.categories.iter());
        let starts: Vec<usize> = blocks
            .iter()
            .scan(0, |start, &size| {
                *start += size;
                Some(*start - size)
            })
            .collect();
        for (place, &category) in categories.enumerate() {
            let (node, block) = (place / blocks.len(), place % blocks.len());
            rows[node * width + starts[block] + usize::from(category)] = 1.0;
        }
        rows
    }
}

fn edges(pairs: &[[usize; 2]]) -> Vec<[u32; 2]> {
    pairs
        .iter()
        .map(|pair| pair.map(|node| node as u32))
        .collect()
}

impl GraphSource for StoredGraphs {
    fn topology(&self, graph: usize) -> Option<GraphTopology> {
        Some(self.graph(graph).topology)
    }

    fn len(&self) -> usize {
        self.graphs.len()
    }

    fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch {
        let graphs: Vec<&Stored> = graphs.iter().map(|&graph| &self.graphs[graph]).collect();
        let counts: Vec<usize> = graphs.iter().map(|graph| graph.nodes).collect();
        let mut pairs = Vec::new();
        let mut start = 0;
        for graph in &graphs {
            let shifted = graph
                .edges
                .iter()
                .map(|edge| edge.map(|node| node as usize + start));
            pairs.extend(shifted);
            start += graph.nodes;
        }
        let topology = GraphTopology::new(&counts, pairs)
            .unwrap_or_else(|error| unreachable!("graphs were checked when stored: {error}"));
        let (nodes, edges) = (topology.node_count(), topology.edge_count());
        let width = self.features.nodes.width();
        let x = TensorData::new(self.node_rows(&graphs), [nodes, width]);
        let kinds = self.features.edge_kinds;
        let mut rows = vec![0.0f32; edges * kinds];
        if kinds > 0 {
            let found = graphs.iter().flat_map(|graph| &graph.kinds);
            for (edge, &kind) in found.enumerate() {
                rows[edge * kinds + usize::from(kind)] = 1.0;
            }
        }
        let x = Tensor::from_data(x, device);
        let w = match kinds {
            0 => Tensor::zeros([edges, 0], device),
            _ => Tensor::from_data(TensorData::new(rows, [edges, kinds]), device),
        };
        GraphBatch::new(topology, x, w)
            .unwrap_or_else(|error| unreachable!("one row for each node and edge: {error}"))
    }
}

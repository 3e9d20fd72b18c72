use std::{fmt, ops::Range};

use burn::tensor::TensorReadError;
use serde::{Deserialize, Serialize};

use super::distances::Distances;
use crate::{
    graph::{
        GraphBatch, GraphTopology,
        generate::PlacedGraph,
        statistics::{
            DensityConvention, average_clustering, average_degree, average_node_connectivity,
            edge_density,
        },
    },
    report::MeanStd,
};

/// A statistic to compare: one value per graph, per node for node features, or per pair of nodes
/// for distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraphStatistic {
    /// 2m/n², the mean of the adjacency matrix including its diagonal; see
    /// [`DensityConvention::WithDiagonal`].
    EdgeDensity,
    /// See [`average_clustering`].
    Clustering,
    /// See [`average_node_connectivity`].
    NodeConnectivity,
    /// The features of all nodes, one distribution for each feature.
    NodeFeatures,
    /// See [`average_degree`].
    AverageDegree,
    /// The number of nodes.
    Nodes,
    /// The number of edges.
    Edges,
    /// Distances of linked nodes, in the unit of the coordinates.
    EdgeLength,
    /// Distances of nodes of one graph that are not linked, in the unit of the coordinates.
    UnlinkedDistance,
    /// Distances of consecutive nodes in stored order, of graphs that are chains: bonds along the
    /// backbone of a protein.
    ChainStep,
}

impl GraphStatistic {
    /// All statistics; the first four are those of published tables, the last three
    /// [`DISTANCES`](Self::DISTANCES).
    pub const ALL: [Self; 10] = [
        Self::EdgeDensity,
        Self::Clustering,
        Self::NodeConnectivity,
        Self::NodeFeatures,
        Self::AverageDegree,
        Self::Nodes,
        Self::Edges,
        Self::EdgeLength,
        Self::UnlinkedDistance,
        Self::ChainStep,
    ];

    /// Statistics that relate edges to coordinates, unlike all published ones: graphs whose edges
    /// do not depend on distance can match the published eight scores.
    pub const DISTANCES: [Self; 3] = [Self::EdgeLength, Self::UnlinkedDistance, Self::ChainStep];
}

impl fmt::Display for GraphStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::EdgeDensity => "edge density",
            Self::Clustering => "clustering",
            Self::NodeConnectivity => "node connectivity",
            Self::NodeFeatures => "node features",
            Self::AverageDegree => "average degree",
            Self::Nodes => "nodes",
            Self::Edges => "edges",
            Self::EdgeLength => "edge length",
            Self::UnlinkedDistance => "unlinked distance",
            Self::ChainStep => "chain step",
        })
    }
}

/// The statistics of a set of graphs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GraphStatisticsSample {
    edge_density: Vec<f64>,
    clustering: Vec<f64>,
    node_connectivity: Vec<f64>,
    average_degree: Vec<f64>,
    nodes: Vec<f64>,
    edges: Vec<f64>,
    /// For each feature, its values at all nodes, graph by graph.
    features: Vec<Vec<f64>>,
    /// Distances of graphs with coordinates.
    #[serde(default)]
    distances: Distances,
}

impl GraphStatisticsSample {
    /// Computes the statistics of graphs with coordinates in the plane or in space; coordinates are
    /// the node features. Distances of linked and of unlinked nodes are included, those along
    /// chains are not.
    ///
    /// Complexity: that of [`average_node_connectivity`], which dominates; graphs are processed in
    /// parallel on Rayon's threads. Memory: one number per pair of nodes of a graph.
    pub fn of_placed<const D: usize>(graphs: &[PlacedGraph<D>]) -> Self {
        Self::with_distances(graphs, false)
    }

    /// Same as [`of_placed`](Self::of_placed), for graphs whose nodes form a chain in stored order,
    /// linked or not. Includes [`GraphStatistic::ChainStep`].
    pub fn of_chains<const D: usize>(graphs: &[PlacedGraph<D>]) -> Self {
        Self::with_distances(graphs, true)
    }

    fn with_distances<const D: usize>(graphs: &[PlacedGraph<D>], chains: bool) -> Self {
        let batch = GraphTopology::disjoint_union(graphs.iter().map(PlacedGraph::topology));
        let coordinate = |axis: usize| {
            let positions = graphs.iter().flat_map(PlacedGraph::positions);
            positions.map(|position| position[axis]).collect()
        };
        Self {
            distances: Distances::of(graphs, chains),
            ..Self::new(&batch, (0..D).map(coordinate).collect())
        }
    }

    /// Computes the statistics of a batch, with the features of its nodes.
    ///
    /// # Errors
    /// Returns an error if the features cannot be read from the device.
    pub fn of_batch(graphs: &GraphBatch) -> Result<Self, TensorReadError> {
        let width = graphs.node_width();
        let data = graphs.nodes().try_into_data()?.convert::<f64>();
        let values: Vec<f64> = data.iter::<f64>().collect();
        let feature = |at: usize| values.iter().copied().skip(at).step_by(width).collect();
        Ok(Self::new(
            graphs.topology(),
            (0..width).map(feature).collect(),
        ))
    }

    /// Computes the statistics of graphs without node features.
    pub fn of_topology(graphs: &GraphTopology) -> Self {
        Self::new(graphs, Vec::new())
    }

    fn new(graphs: &GraphTopology, features: Vec<Vec<f64>>) -> Self {
        Self {
            edge_density: edge_density(graphs, DensityConvention::WithDiagonal),
            clustering: average_clustering(graphs),
            node_connectivity: average_node_connectivity(graphs),
            average_degree: average_degree(graphs),
            nodes: graphs.node_counts().map(|count| count as f64).collect(),
            edges: graphs.edge_counts().map(|count| count as f64).collect(),
            features,
            distances: Distances::default(),
        }
    }

    /// Returns the number of graphs.
    pub fn graph_count(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the number of features of a node.
    pub fn feature_count(&self) -> usize {
        self.features.len()
    }

    /// Returns the distributions of a statistic: one, or one per feature; none for distances
    /// without coordinates.
    pub fn distributions(&self, statistic: GraphStatistic) -> &[Vec<f64>] {
        let one = std::slice::from_ref;
        match statistic {
            GraphStatistic::EdgeDensity => one(&self.edge_density),
            GraphStatistic::Clustering => one(&self.clustering),
            GraphStatistic::NodeConnectivity => one(&self.node_connectivity),
            GraphStatistic::NodeFeatures => &self.features,
            GraphStatistic::AverageDegree => one(&self.average_degree),
            GraphStatistic::Nodes => one(&self.nodes),
            GraphStatistic::Edges => one(&self.edges),
            GraphStatistic::EdgeLength => self.distances.linked(),
            GraphStatistic::UnlinkedDistance => self.distances.unlinked(),
            GraphStatistic::ChainStep => self.distances.steps(),
        }
    }

    /// Returns the mean and standard deviation of all values of a statistic; `None` if there are
    /// none.
    pub fn moments(&self, statistic: GraphStatistic) -> Option<MeanStd> {
        match self.distributions(statistic) {
            [values] => MeanStd::of(values),
            many => MeanStd::of(&many.concat()),
        }
    }

    /// Returns the mean of a statistic over graphs, or over nodes and features; 0 if there are no
    /// values.
    pub fn mean(&self, statistic: GraphStatistic) -> f64 {
        let values = || self.distributions(statistic).iter().flatten();
        values().sum::<f64>() / values().count().max(1) as f64
    }

    /// Returns the sample of some of the graphs.
    ///
    /// # Panics
    /// Panics if the range ends after the last graph, or before it starts.
    pub fn range(&self, graphs: Range<usize>) -> Self {
        let part = |values: &[f64]| values[graphs.clone()].to_vec();
        let nodes = |counts: &[f64]| counts.iter().sum::<f64>() as usize;
        let start = nodes(&self.nodes[..graphs.start]);
        let end = start + nodes(&self.nodes[graphs.clone()]);
        let features = self.features.iter();
        let sizes = (&*self.nodes, &*self.edges);
        Self {
            edge_density: part(&self.edge_density),
            clustering: part(&self.clustering),
            node_connectivity: part(&self.node_connectivity),
            average_degree: part(&self.average_degree),
            nodes: part(&self.nodes),
            edges: part(&self.edges),
            features: features.map(|values| values[start..end].to_vec()).collect(),
            distances: self.distances.range(sizes, graphs),
        }
    }

    /// Adds the graphs of another sample, for graphs that are generated batch by batch.
    ///
    /// # Panics
    /// Panics if the numbers of node features differ, or if only one of the samples has distances
    /// or steps of chains. An empty sample fits all others.
    pub fn append(&mut self, other: Self) {
        if self.graph_count() == 0 {
            *self = other;
            return;
        }
        if other.graph_count() == 0 {
            return;
        }
        assert_eq!(
            self.feature_count(),
            other.feature_count(),
            "cannot join samples with different numbers of node features"
        );
        self.edge_density.extend(other.edge_density);
        self.clustering.extend(other.clustering);
        self.node_connectivity.extend(other.node_connectivity);
        self.average_degree.extend(other.average_degree);
        self.nodes.extend(other.nodes);
        self.edges.extend(other.edges);
        for (own, values) in self.features.iter_mut().zip(other.features) {
            own.extend(values);
        }
        self.distances.append(other.distances);
    }
}

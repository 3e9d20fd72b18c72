use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::LikelihoodTask;
use crate::{
    data::Provenance,
    evaluate::graphs::PublishedScores,
    generative::{
        SampledGraph,
        likelihood::{GraphKinds, TypedGraph, UnpoolingModelConfig, ValueBounds, sizes_of},
    },
    graph::{GraphTopology, generate::PlacedGraph},
    study::{GraphTask, gan::PlacedTask},
    train::{GraphJudge, SharedJudge},
};

/// Training data for a distribution over graphs with coordinates, in the plane or in space.
///
/// Samples are evaluated as in a [`PlacedTask`].
pub struct PlacedLikelihood<const D: usize = 2> {
    task: PlacedTask<D>,
    chains: bool,
    kinds: GraphKinds,
    bounds: ValueBounds,
    training: Arc<Vec<TypedGraph>>,
    held_out: Arc<Vec<TypedGraph>>,
}

impl<const D: usize> PlacedLikelihood<D> {
    /// Creates training data from graphs, and others that are held out.
    pub fn new(
        graphs: &[PlacedGraph<D>],
        held_out: &[PlacedGraph<D>],
        provenance: Provenance,
    ) -> Self {
        let task = PlacedTask::new(graphs, provenance);
        Self::with_kinds(task, graphs, held_out, false)
    }

    /// Creates training data from chains: graphs in which node t + 1 follows node t, such as
    /// protein fragments. The kind of a node is its position t in the chain, which the model draws.
    pub fn of_chains(
        graphs: &[PlacedGraph<D>],
        held_out: &[PlacedGraph<D>],
        provenance: Provenance,
    ) -> Self {
        let task = PlacedTask::of_chains(graphs, provenance);
        Self::with_kinds(task, graphs, held_out, true)
    }

    fn with_kinds(
        task: PlacedTask<D>,
        graphs: &[PlacedGraph<D>],
        held_out: &[PlacedGraph<D>],
        chains: bool,
    ) -> Self {
        let encode = |graphs: &[PlacedGraph<D>]| -> Vec<TypedGraph> {
            graphs.iter().map(|graph| typed(graph, chains)).collect()
        };
        let (training, held_out) = (encode(graphs), encode(held_out));
        let lengths = training.iter().map(|graph| graph.topology.node_count());
        Self {
            kinds: GraphKinds {
                nodes: if chains {
                    lengths.max().unwrap_or(1)
                } else {
                    1
                },
                ..GraphKinds::none()
            },
            bounds: ValueBounds::of(training.iter().chain(&held_out)),
            training: Arc::new(training),
            held_out: Arc::new(held_out),
            task,
            chains,
        }
    }

    /// Returns the task with the same graphs, for other models and for the comparison of samples.
    pub fn task(&self) -> &PlacedTask<D> {
        &self.task
    }

    /// Adds published scores, of a model on the same data.
    #[must_use]
    pub fn with_published(mut self, published: PublishedScores) -> Self {
        self.task = self.task.with_published(published);
        self
    }

    /// Returns a model configuration for these graphs, with networks of the default sizes.
    pub fn model(&self) -> UnpoolingModelConfig {
        let sizes = sizes_of(&self.training, 0);
        UnpoolingModelConfig::new(self.kinds.clone(), sizes).with_values(self.bounds.clone())
    }

    /// Returns a drawn graph with coordinates; nodes of chains are in the order of their positions.
    pub fn decode(&self, graph: &TypedGraph) -> SampledGraph {
        match self.chains {
            true => in_order(&graph.into()),
            false => graph.into(),
        }
    }

    /// Returns the share of graphs in which every position of the chain occurs once; 1 if nodes
    /// have no positions in a chain.
    pub fn share_of_chains(&self, graphs: &[TypedGraph]) -> f64 {
        let is_chain = |graph: &&TypedGraph| {
            let mut positions = graph.nodes.clone();
            positions.sort_unstable();
            !self.chains || positions.into_iter().eq(0..graph.nodes.len())
        };
        graphs.iter().filter(is_chain).count() as f64 / graphs.len().max(1) as f64
    }
}

impl PlacedLikelihood<3> {
    /// Treats graphs that differ by a rotation about the origin as equal: in training, each visit
    /// rotates a graph at random.
    #[must_use]
    pub fn rotated(mut self) -> Self {
        self.bounds = ValueBounds::rotated(self.training.iter().chain(&*self.held_out));
        self
    }
}

fn typed<const D: usize>(graph: &PlacedGraph<D>, chains: bool) -> TypedGraph {
    let topology = graph.topology().clone();
    let count = topology.node_count();
    let places = graph.positions().iter();
    TypedGraph {
        nodes: match chains {
            true => (0..count).collect(),
            false => vec![0; count],
        },
        values: places
            .map(|place| place.iter().map(|&x| x as f32).collect())
            .collect(),
        ..TypedGraph::untyped(topology)
    }
}

/// Returns the same graph, with nodes in the order of their first category.
fn in_order(graph: &SampledGraph) -> SampledGraph {
    let mut order: Vec<usize> = (0..graph.topology.node_count()).collect();
    order.sort_by_key(|&node| graph.categories[node][0]);
    let mut place = vec![0; order.len()];
    for (at, &node) in order.iter().enumerate() {
        place[node] = at;
    }
    let edges = graph.topology.edges().iter();
    let edges: Vec<[usize; 2]> = edges.map(|ends| ends.map(|node| place[node])).collect();
    SampledGraph {
        topology: GraphTopology::single(order.len(), edges)
            .unwrap_or_else(|error| unreachable!("the same graph: {error}")),
        categories: order
            .iter()
            .map(|&node| graph.categories[node].clone())
            .collect(),
        values: order
            .iter()
            .map(|&node| graph.values[node].clone())
            .collect(),
        kinds: graph.kinds.clone(),
    }
}

impl<const D: usize> LikelihoodTask for PlacedLikelihood<D> {
    fn provenance(&self) -> &Provenance {
        self.task.provenance()
    }

    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for graph in self.training.iter().chain(&*self.held_out) {
            hash.update((graph.topology.node_count() as u64).to_le_bytes());
            for &[i, j] in graph.topology.edges() {
                hash.update((i as u64).to_le_bytes());
                hash.update((j as u64).to_le_bytes());
            }
            for value in graph.values.iter().flatten() {
                hash.update(value.to_le_bytes());
            }
        }
        let bytes = hash.finalize();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn training(&self) -> Arc<Vec<TypedGraph>> {
        self.training.clone()
    }

    fn held_out(&self) -> Arc<Vec<TypedGraph>> {
        self.held_out.clone()
    }

    fn judge(&self, sample_size: usize) -> Option<SharedJudge> {
        let judge = GraphTask::judge(&self.task, sample_size);
        Some(match self.chains {
            true => SharedJudge(Arc::new(InOrder(judge))),
            false => judge,
        })
    }
}

/// Evaluates graphs with nodes in the order of the chain.
struct InOrder(SharedJudge);

impl GraphJudge for InOrder {
    fn sample_size(&self) -> usize {
        self.0.0.sample_size()
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        self.0.0.metrics()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let graphs: Vec<SampledGraph> = graphs.iter().map(in_order).collect();
        self.0.0.judge(&graphs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::generate::path;

    fn provenance() -> Provenance {
        Provenance {
            title: "paths".into(),
            synthetic: true,
            sha256: Vec::new(),
        }
    }

    /// A path along the x axis.
    fn placed(nodes: usize) -> PlacedGraph<3> {
        let places = (0..nodes).map(|node| [node as f64, 0.0, 0.0]);
        PlacedGraph::new(path(nodes), places.collect()).unwrap()
    }

    #[test]
    fn drawn_chains_are_put_in_order() {
        let graphs = [placed(4), placed(3)];
        let task = PlacedLikelihood::of_chains(&graphs, &graphs[..1], provenance());
        assert_eq!((task.kinds.nodes, task.bounds.width()), (4, 3));
        // The path 2 – 0 – 1 – 3, whose positions are 1, 2, 0, 3.
        let topology = GraphTopology::single(4, vec![[0, 2], [0, 1], [1, 3]]).unwrap();
        let drawn = TypedGraph {
            nodes: vec![1, 2, 0, 3],
            values: [1.0, 2.0, 0.0, 3.0].map(|x| vec![x, 0.0, 0.0]).to_vec(),
            ..TypedGraph::untyped(topology)
        };
        let decoded = task.decode(&drawn);
        assert_eq!(decoded.values, task.training[0].values);
        let mut edges = decoded.topology.edges().to_vec();
        edges.sort_unstable();
        assert_eq!(edges, path(4).edges());
        let repeated = TypedGraph {
            nodes: vec![1, 1, 0, 3],
            ..drawn.clone()
        };
        assert_eq!(task.share_of_chains(&[drawn, repeated]), 0.5);
    }

    #[test]
    fn bounds_of_rotated_graphs_hold_every_rotation() {
        let graphs = [placed(4)];
        let task = PlacedLikelihood::of_chains(&graphs, &[], provenance()).rotated();
        assert_eq!(
            task.bounds,
            ValueBounds {
                low: vec![-3.0; 3],
                high: vec![3.0; 3],
                rotated: true,
            }
        );
    }

    #[test]
    fn other_places_are_other_data() {
        let digest =
            |graph: PlacedGraph<3>| PlacedLikelihood::new(&[graph], &[], provenance()).digest();
        let mut places = placed(3).positions().to_vec();
        places[2][1] = 1e-3;
        let other = PlacedGraph::new(path(3), places).unwrap();
        assert_eq!(digest(placed(3)), digest(placed(3)));
        assert_ne!(digest(placed(3)), digest(other));
    }
}

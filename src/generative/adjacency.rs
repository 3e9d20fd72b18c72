use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    nn::{Initializer, Linear},
    tensor::{Device, Tensor, TensorData, activation::softmax},
};
use rand::Rng;

use super::{
    Categories, Generated, GenerativeError, GraphFeatures, GraphGenerator, GraphGeneratorConfig,
    LatentDistribution, NodeFeatures,
    generator::choose::{Chosen, choose_rows},
};
use crate::{
    graph::{GraphBatch, GraphTopology, indices, select_rows},
    nn::dense::{Dense, DenseStyle, apply, check_width, linear_initializer},
};

/// Number added to each probability before its logarithm is taken.
const SMOOTHING: f64 = 1e-7;

/// Configuration of an [`AdjacencyGenerator`].
#[derive(Config, Debug)]
pub struct AdjacencyConfig {
    /// Kinds of features of generated graphs.
    pub features: GraphFeatures,
    /// Number of nodes of the largest graph.
    pub max_nodes: usize,
    /// Width of the latent vector. Default: 128.
    #[config(default = 128)]
    pub latent: usize,
    /// Widths of the hidden layers. Default: three of 256.
    #[config(default = "vec![256, 256, 256]")]
    pub hidden: Vec<usize>,
    /// Distribution of the latent vectors. Default: uniform between −1 and 1.
    #[config(default = "LatentDistribution::Uniform")]
    pub distribution: LatentDistribution,
    /// Whether to keep only the largest connected component of the drawn graph. Default: `true`.
    #[config(default = true)]
    pub largest_part: bool,
    /// Temperature τ of the Gumbel-softmax. Default: 1.
    #[config(default = 1.0)]
    pub temperature: f64,
    /// Slope of the leaky ReLUs for negative values. Default: 0.01.
    #[config(default = 0.01)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl GraphGeneratorConfig for AdjacencyConfig {
    type Generator = AdjacencyGenerator;

    fn features(&self) -> &GraphFeatures {
        &self.features
    }

    fn try_init(&self, device: &Device) -> Result<AdjacencyGenerator, GenerativeError> {
        let named = [
            ("latent", self.latent),
            ("max_nodes", self.max_nodes),
            ("node features", self.features.nodes.width()),
        ];
        let widths = self.hidden.iter().map(|&width| ("hidden width", width));
        for (name, value) in named.into_iter().chain(widths) {
            if value == 0 {
                return Err(GenerativeError::setting(name, value, "at least 1"));
            }
        }
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            let expected = "a number above 0, such as 1";
            return Err(GenerativeError::setting(
                "temperature",
                self.temperature,
                expected,
            ));
        }
        let style = DenseStyle {
            batch_norm: false,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let mut inputs = self.latent;
        let mut hidden = Vec::new();
        for &width in &self.hidden {
            hidden.push(style.dense(inputs, width));
            inputs = width;
        }
        let (n, pairs) = (self.max_nodes, self.max_nodes * (self.max_nodes - 1) / 2);
        let kinds = self.features.edge_kinds.max(1) + 1;
        Ok(AdjacencyGenerator {
            hidden,
            exists: style.linear(inputs, 2 * n),
            nodes: style.linear(inputs, n * self.features.nodes.width()),
            // A graph of one node has no pairs, but a layer needs at least one output.
            pairs: style.linear(inputs, (pairs * kinds).max(1)),
            features: self.features.clone(),
            latent: self.latent,
            max_nodes: n,
            distribution: self.distribution,
            largest_part: self.largest_part,
            temperature: self.temperature,
        })
    }
}

/// A baseline that generates a whole adjacency matrix at once. A fully connected network maps the
/// latent vector to scores of the existence and features of `max_nodes` nodes, and of the kinds of
/// all their pairs, including no edge. All are drawn independently.
///
/// Graphs need not be connected; by default the largest component is kept. The cost is quadratic in
/// `max_nodes`.
///
/// Kinds of edges and categories of nodes have straight-through gradients; a pair without an edge
/// has none. [`Generated::structure_log_prob`] is the log-probability of the existence of nodes and
/// edges.
///
/// Reference: the Adj GAN of Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation"
/// (AISTATS 2023); Section 3.4.3 of the dissertation.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct AdjacencyGenerator {
    hidden: Vec<Dense>,
    exists: Linear,
    nodes: Linear,
    pairs: Linear,
    #[module(skip)]
    features: GraphFeatures,
    latent: usize,
    max_nodes: usize,
    #[module(skip)]
    distribution: LatentDistribution,
    largest_part: bool,
    temperature: f64,
}

impl AdjacencyGenerator {
    fn log_probs(scores: Tensor<2>) -> Tensor<2> {
        (softmax(scores, 1) + SMOOTHING).log()
    }

    fn draw(&self, scores: Tensor<2>, rng: &mut impl Rng) -> (Tensor<2>, Chosen) {
        let log_prob = Self::log_probs(scores);
        let chosen = choose_rows(log_prob.clone(), self.temperature, None, Some(rng));
        (log_prob, chosen)
    }
}

impl GraphGenerator for AdjacencyGenerator {
    fn features(&self) -> &GraphFeatures {
        &self.features
    }

    fn latent(&self, count: usize, device: &Device, rng: &mut impl Rng) -> Tensor<2> {
        self.distribution.sample(count, self.latent, device, rng)
    }

    /// Consumes one `f32` per alternative of each draw: existence of nodes, pairs, blocks of
    /// categories.
    fn generate(&self, latent: Tensor<2>, rng: &mut impl Rng) -> Generated {
        check_width(
            "AdjacencyGenerator",
            "latent",
            self.latent,
            latent.dims()[1],
        );
        let [count, _] = latent.dims();
        let hidden = self.hidden.iter().fold(latent, |h, layer| layer.forward(h));
        let n = self.max_nodes;
        let pairs = n * (n - 1) / 2;
        let kinds = self.features.edge_kinds.max(1);

        let exists = apply(&self.exists, hidden.clone()).reshape([count * n, 2]);
        let (exists_log, exists) = self.draw(exists, rng);
        let scores = apply(&self.pairs, hidden.clone());
        let scores = match pairs {
            0 => Tensor::zeros([0, kinds + 1], (&scores.device(), scores.dtype())),
            _ => scores.reshape([count * pairs, kinds + 1]),
        };
        let (pair_log, linked) = self.draw(scores, rng);

        let mut kept = Vec::new();
        let mut rows = Vec::new();
        let mut sizes = Vec::new();
        let mut edges = Vec::new();
        let mut scored_pairs = Vec::new();
        for graph in 0..count {
            let here: Vec<usize> = (0..n)
                .filter(|node| exists.places[graph * n + node] == 1)
                .collect();
            // A graph has at least one node.
            let here = if here.is_empty() { vec![0] } else { here };
            let mut links = Vec::new();
            let mut pair = graph * pairs;
            for i in 0..n {
                for j in i + 1..n {
                    if here.contains(&i) && here.contains(&j) {
                        scored_pairs.push((graph, pair));
                        if linked.places[pair] < kinds {
                            links.push(([i, j], pair));
                        }
                    }
                    pair += 1;
                }
            }
            let part = match self.largest_part {
                true => largest_part(&here, &links),
                false => here,
            };
            let place = |node: usize| part.iter().position(|&other| other == node);
            let offset = kept.len();
            for (ends, row) in links {
                if let [Some(a), Some(b)] = ends.map(place) {
                    edges.push([offset + a, offset + b]);
                    rows.push(row);
                }
            }
            sizes.push(part.len());
            kept.extend(part.into_iter().map(|node| graph * n + node));
        }
        let topology = GraphTopology::new(&sizes, edges)
            .unwrap_or_else(|error| unreachable!("pairs of nodes that exist: {error}"));
        let device = hidden.device();
        let kept_index = indices(&kept, &device);
        let width = self.features.nodes.width();
        let nodes = apply(&self.nodes, hidden).reshape([count * n, width]);
        let nodes = select_rows(nodes, &kept_index);
        let options = (&device, nodes.dtype());

        let graph_of: Vec<usize> = scored_pairs.iter().map(|&(graph, _)| graph).collect();
        let structure_log_prob = sums_of_rows((exists_log * exists.one_hot).sum_dim(1), count, n)
            + existing_pairs(&pair_log, &linked, &scored_pairs, &graph_of, [count, kinds]);

        let mut categories = Categories::default();
        let mut node_log_probs = Vec::new();
        let mut feature_log_prob = Tensor::<1>::zeros([kept.len()], options);
        let nodes = match &self.features.nodes {
            NodeFeatures::Continuous(_) => nodes,
            NodeFeatures::Categorical(blocks) => {
                let mut samples = Vec::new();
                let mut start = 0;
                for &size in blocks {
                    let block = nodes.clone().slice([0..kept.len(), start..start + size]);
                    let (log_prob, chosen) = self.draw(block, rng);
                    let drawn = (log_prob.clone() * chosen.one_hot).sum_dim(1);
                    feature_log_prob = feature_log_prob + drawn.flatten(0, 1);
                    samples.push(chosen.features);
                    categories.nodes.push(chosen.places);
                    node_log_probs.push(log_prob);
                    start += size;
                }
                Tensor::cat(samples, 1)
            }
        };
        let (edges, edge_log_probs) = match self.features.edge_kinds {
            0 => (Tensor::zeros([rows.len(), 0], options), None),
            kinds => {
                let row_index = indices(&rows, &device);
                categories.edges = rows.iter().map(|&row| linked.places[row]).collect();
                let features = select_rows(linked.features.clone(), &row_index);
                let log_probs = select_rows(pair_log, &row_index);
                (
                    features.slice([0..rows.len(), 0..kinds]),
                    Some(log_probs.slice([0..rows.len(), 0..kinds])),
                )
            }
        };
        let graphs = GraphBatch::new(topology, nodes, edges)
            .unwrap_or_else(|error| unreachable!("one row for each node and edge: {error}"));
        Generated {
            feature_log_prob: graphs.nodes_by_graph().sum(feature_log_prob).detach(),
            graphs,
            categories,
            chain: None,
            structure_log_prob,
            node_log_probs,
            edge_log_probs,
        }
    }
}

/// Returns, for each graph, the summed log-probabilities that pairs of existing nodes are linked or
/// not.
fn existing_pairs(
    log_prob: &Tensor<2>,
    linked: &Chosen,
    pairs: &[(usize, usize)],
    graph_of: &[usize],
    [count, kinds]: [usize; 2],
) -> Tensor<1> {
    let device = log_prob.device();
    if pairs.is_empty() {
        return Tensor::zeros([count], (&device, log_prob.dtype()));
    }
    let rows: Vec<usize> = pairs.iter().map(|&(_, pair)| pair).collect();
    let log_prob = select_rows(log_prob.clone(), &indices(&rows, &device));
    let absent = log_prob.slice([0..rows.len(), kinds..kinds + 1]);
    let absent: Tensor<1> = absent.flatten(0, 1);
    let linked: Vec<f32> = rows
        .iter()
        .map(|&row| if linked.places[row] < kinds { 1.0 } else { 0.0 })
        .collect();
    let linked = Tensor::<1>::from_data(
        TensorData::new(linked, [rows.len()]),
        (&device.clone().inner(), absent.dtype()),
    );
    let present = (-absent.clone().exp() + (1.0 + SMOOTHING)).log();
    let terms = present * linked.clone() + absent * (-linked + 1.0);
    crate::graph::Segments::new(graph_of, count, &device).sum(terms)
}

fn sums_of_rows(rows: Tensor<2>, count: usize, each: usize) -> Tensor<1> {
    rows.reshape([count, each]).sum_dim(1).flatten(0, 1)
}

/// The nodes of the largest connected component, the first of equal ones, in their order.
fn largest_part(nodes: &[usize], links: &[([usize; 2], usize)]) -> Vec<usize> {
    let place = |node: usize| nodes.iter().position(|&other| other == node).unwrap_or(0);
    let edges = links.iter().map(|(ends, _)| ends.map(place)).collect();
    let topology = GraphTopology::single(nodes.len(), edges)
        .unwrap_or_else(|error| unreachable!("pairs of these nodes: {error}"));
    let components = topology.components();
    let size = |component: usize| components.iter().filter(|&&c| c == component).count();
    let mut best = (0, 0);
    for &component in &components {
        let size = size(component);
        if size > best.1 {
            best = (component, size);
        }
    }
    let kept = nodes.iter().zip(&components);
    kept.filter(|(_, component)| **component == best.0)
        .map(|(&node, _)| node)
        .collect()
}

impl ModuleDisplay for AdjacencyGenerator {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("latent", &self.latent)
            .add("max_nodes", &self.max_nodes)
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::testing::randomize;

    fn made(config: &AdjacencyConfig, device: &Device) -> Generated {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let generator = randomize(config.try_init(device).unwrap(), 2.0, &mut rng);
        let latent = generator.latent(200, device, &mut rng);
        generator.generate(latent, &mut rng)
    }

    #[test]
    fn the_largest_part_is_connected_and_the_whole_is_not_always() {
        let device = Device::flex();
        for features in [
            GraphFeatures::categorical(vec![4, 3], 3),
            GraphFeatures::categorical(vec![2], 0),
            GraphFeatures::continuous(2),
        ] {
            let config = AdjacencyConfig::new(features, 6).with_hidden(vec![16]);
            let graphs = made(&config, &device).sampled();
            assert_eq!(graphs.len(), 200);
            assert!(graphs.iter().all(|graph| graph.topology.is_connected()));
            assert!(graphs.iter().any(|graph| graph.topology.node_count() > 3));
            let whole = made(&config.with_largest_part(false), &device).sampled();
            assert!(whole.iter().any(|graph| !graph.topology.is_connected()));
        }
    }

    /// Features have gradients in the maps of the latent vector, and the structure has a score.
    #[test]
    fn structure_and_features_are_trained() {
        let device = Device::flex().autodiff();
        let features = GraphFeatures::categorical(vec![3], 2);
        let config = AdjacencyConfig::new(features, 5).with_hidden(vec![8]);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let generator = randomize(config.try_init(&device).unwrap(), 1.0, &mut rng);
        let latent = generator.latent(20, &device, &mut rng);
        let made = || generator.generate(latent.clone(), &mut ChaCha8Rng::seed_from_u64(4));
        let moved = |grads: &burn::tensor::Gradients, weight: Tensor<2>| {
            weight
                .grad(grads)
                .is_some_and(|gradient| gradient.abs().max().into_scalar::<f32>() > 1e-6)
        };
        let weights = [&generator.nodes, &generator.pairs].map(|layer| layer.weight.val());
        let weigh = Tensor::<1>::from_floats([1.0, -2.0, 0.5], &device).unsqueeze::<2>();
        let grads = (made().graphs.nodes() * weigh).sum().backward();
        assert!(moved(&grads, weights[0].clone()));
        let weigh = Tensor::<1>::from_floats([1.0, -2.0], &device).unsqueeze::<2>();
        let grads = (made().graphs.edges() * weigh).sum().backward();
        assert!(moved(&grads, weights[1].clone()));
        let grads = made().structure_log_prob.sum().backward();
        assert!(moved(&grads, generator.exists.weight.val()));
        assert!(moved(&grads, weights[1].clone()));
    }
}

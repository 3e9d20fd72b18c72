//! Graph layers in a custom model, trained by Burn's `Learner` in under a minute.
//!
//! A hub is a node with four or more edges. With `MpnnLayer`, the model learns to classify whether
//! a graph has a hub; with `UnpoolingLayer`, it learns to generate graphs of twelve nodes without
//! hubs.

// A batcher cannot return errors, and none can occur here.
#![allow(clippy::expect_used)]

use burn::data::dataloader::{DataLoaderBuilder, batcher::Batcher};
use burn::data::dataset::InMemDataset;
use burn::nn::{Linear, LinearConfig, loss::CrossEntropyLossConfig};
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::{ClassificationOutput, InferenceStep, Learner, SupervisedTraining};
use burn::train::{TrainOutput, TrainStep};
use burn::{optim::AdamConfig, prelude::*, tensor::Distribution, tensor::activation::relu};
use fireweed::graph::{GraphBatch, GraphTopology, generate::random_connected};
use fireweed::nn::unpooling::{InitialGraph, InitialGraphConfig};
use fireweed::nn::unpooling::{UnpoolingLayer, UnpoolingLayerConfig};
use fireweed::nn::{GatedReadout, GatedReadoutConfig, MpnnLayer, MpnnLayerConfig};
use fireweed::train::PlainRenderer;
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Returns the number of hubs in each graph.
fn hubs(graphs: &GraphTopology) -> Vec<i64> {
    let is_hub = |node| i64::from(graphs.degree(node) >= 4);
    let count = |graph| graphs.nodes_of(graph).map(is_hub).sum();
    (0..graphs.graph_count()).map(count).collect()
}

#[derive(Clone, Debug)]
struct Batch {
    graphs: GraphBatch,
    has_hub: Tensor<1, Int>,
    seed: u64,
}

/// Draws a graph for every number.
struct RandomGraphs;

impl Batcher<u64, Batch> for RandomGraphs {
    fn batch(&self, numbers: Vec<u64>, device: &Device) -> Batch {
        let draw = |&number: &u64| random_connected(12, 1, &mut ChaCha8Rng::seed_from_u64(number));
        let graphs: Result<Vec<_>, _> = numbers.iter().map(draw).collect();
        let topology = GraphTopology::disjoint_union(&graphs.expect("there is room for an edge"));
        let has_hub: Vec<i64> = hubs(&topology).iter().map(|&hubs| hubs.min(1)).collect();
        let ones = Tensor::ones([topology.node_count(), 1], device);
        Batch {
            graphs: GraphBatch::without_edge_features(topology, ones).expect("a row for each node"),
            has_hub: Tensor::from_data(has_hub.as_slice(), device),
            seed: numbers[0],
        }
    }
}

#[derive(Module, Debug)]
struct Model {
    messages: [MpnnLayer; 2],
    readout: GatedReadout,
    classes: Linear,
    start: InitialGraph,
    unpooling: [UnpoolingLayer; 2],
}

impl Model {
    fn new(device: &Device) -> Self {
        let messages = |nodes| MpnnLayerConfig::new(nodes, 0, 32).init(device);
        let unpooling = |nodes| UnpoolingLayerConfig::new(nodes, 8).init(device);
        Self {
            messages: [messages(1), messages(32)],
            readout: GatedReadoutConfig::new(32, 32).init(device),
            classes: LinearConfig::new(32, 2).init(device),
            start: InitialGraphConfig::new(16, 32, 8).init(device),
            // Three nodes become six, six become twelve; children have 3/4 of the features.
            unpooling: [unpooling(32), unpooling(24)],
        }
    }

    fn classify(&self, batch: Batch) -> ClassificationOutput {
        let mut graphs = batch.graphs;
        for layer in &self.messages {
            let nodes = relu(layer.forward(&graphs));
            graphs = graphs.with_nodes(nodes);
        }
        let logits = self.classes.forward(self.readout.forward(&graphs));
        let loss = CrossEntropyLossConfig::new().init(&logits.device());
        let loss = loss.forward(logits.clone(), batch.has_hub.clone());
        ClassificationOutput::new(loss, logits, batch.has_hub)
    }

    /// Returns new graphs, and the log-probability of each.
    fn draw(&self, count: usize, device: &Device, seed: u64) -> (GraphBatch, Tensor<1>) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let latent = Tensor::random([count, 16], Distribution::Uniform(-1.0, 1.0), device);
        let start = self.start.forward(latent, &mut rng);
        let (mut graphs, mut log_prob) = (start.graphs, start.log_prob);
        for layer in &self.unpooling {
            let larger = layer.forward(&graphs, &mut rng);
            (graphs, log_prob) = (larger.graphs, log_prob + larger.log_prob);
        }
        (graphs, log_prob)
    }
}

impl TrainStep for Model {
    type Input = Batch;
    type Output = ClassificationOutput;
    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let (graphs, log_prob) = self.draw(64, &batch.has_hub.device(), batch.seed);
        let hubs = Tensor::<1>::from_data(hubs(graphs.topology()).as_slice(), &log_prob.device());
        // REINFORCE: graphs with more hubs than the average become less likely.
        let drawing = (log_prob * (hubs.clone() - hubs.mean())).mean();
        let output = self.classify(batch);
        TrainOutput::new(self, (output.loss.clone() + drawing).backward(), output)
    }
}

impl InferenceStep for Model {
    type Input = Batch;
    type Output = ClassificationOutput;
    fn step(&self, batch: Batch) -> ClassificationOutput {
        self.classify(batch)
    }
}

fn main() {
    let device = Device::flex();
    device.seed(0);
    let average = |model: &Model| {
        let (graphs, _) = model.draw(1000, &device, 0);
        hubs(graphs.topology()).iter().sum::<i64>() as f64 / 1000.0
    };
    let loader = |numbers: std::ops::Range<u64>| {
        let loader = DataLoaderBuilder::new(RandomGraphs).batch_size(64);
        loader
            .shuffle(0)
            .build(InMemDataset::new(numbers.collect()))
    };
    let model = Model::new(&device.clone().autodiff());
    let before = average(&model.clone().valid());
    let folder = std::env::temp_dir().join("embed_layers");
    let training = SupervisedTraining::new(folder, loader(0..6400), loader(6400..7400));
    let renderer = PlainRenderer::new(training.interrupter());
    let training = training.metrics((LossMetric::new(), AccuracyMetric::new()));
    let training = training.renderer(Box::new(renderer)).num_epochs(10);
    let trained = training.launch(Learner::new(model, AdamConfig::new().init(), 3e-3));
    let after = average(&trained.model);
    println!("hubs in a graph that is drawn: {before:.2} before, {after:.2} after training");
}

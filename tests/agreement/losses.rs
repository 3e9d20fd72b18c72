//! The first losses of every kind of training.

use std::sync::Arc;

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    optim::{GradientsParams, LearningRate, ModuleOptimizer},
    tensor::{Device, Int, Tensor, TensorData},
    train::TrainStep,
};
use fireweed::{
    data::{LabeledBatch, RegressionBatch},
    generative::{
        CriticConfig, GeneratorConfig, GraphFeatures, StageConfig, StoredGraphs,
        likelihood::{GraphKinds, NetworkConfig, TypedGraph, UnpoolingModelConfig, sizes_of},
        vae::{EncoderConfig, VaeConfig},
    },
    graph::{
        GraphTopology,
        generate::{Waxman, random_connected},
    },
    nn::unpooling::NodeSelection,
    overparam::{
        ClassifierNetwork, InputMap, OverparamCnnConfig, OverparamMlpConfig, OverparamRnnConfig,
        OverparamTransformerConfig, loss::ReweightedLossConfig,
    },
    testing::randomize,
    train::{
        Classifier, MlpRegressor, PlainAdam, PlainSgd,
        gan::{Gan, GanConfig, GanLoader},
        likelihood::{LikelihoodConfig, LikelihoodLoader, LikelihoodTrainer},
        vae::{VaeExamples, VaeLoader, VaeObjective, VaeTrainer, VaeTrainingConfig},
    },
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::common::other_devices;

/// Losses of the first steps of a training, and everything else that the steps measure.
pub(crate) type Losses = Vec<f64>;

/// A training, given the device.
type Training = fn(&Device) -> Losses;

/// Every kind of training, by name.
pub(crate) const TRAININGS: [(&str, Training); 9] = [
    ("fully connected, cross-entropy", classify_rows),
    ("convolutional", classify_images),
    ("recurrent", classify_sequences),
    ("transformer", classify_with_attention),
    ("regression, squared error", |device| regress(device, None)),
    ("regression, reweighted", |device| {
        regress(device, Some(20.0))
    }),
    ("GAN", adversarial),
    ("VAE", variational),
    ("maximum likelihood", likelihood),
];

const STEPS: usize = 3;

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(11)
}

fn mean(losses: Tensor<1>) -> f64 {
    losses.mean().into_scalar::<f32>().into()
}

/// Means of the losses of the first steps of gradient descent with step size `rate`.
fn supervised<M>(
    model: M,
    batch: M::Input,
    rate: f64,
    losses: impl Fn(M::Output) -> Tensor<1>,
) -> Losses
where
    M: Module + TrainStep,
    M::Input: Clone,
{
    let mut optimizer = ModuleOptimizer::from(PlainSgd);
    let mut model = randomize(model, 1.0, &mut rng());
    let mut found = Vec::new();
    for _ in 0..STEPS {
        let output = TrainStep::step(&model, batch.clone());
        found.push(mean(losses(output.item)));
        let grads: GradientsParams = output.grads;
        model = optimizer.step(LearningRate::from(rate), model, grads);
    }
    found
}

fn classify<N: ClassifierNetwork + Clone>(
    network: N,
    features: N::Input,
    classes: usize,
    device: &Device,
) -> Losses
where
    N::Input: Clone,
{
    let rows = 6;
    let labels: Vec<i64> = (0..rows).map(|row| row % classes as i64).collect();
    let targets = TensorData::new(labels, [rows as usize]);
    let batch = LabeledBatch {
        features,
        targets: Tensor::<1, Int>::from_data(targets, device),
    };
    supervised(Classifier::new(network), batch, 1.0, |output| output.loss)
}

fn rows(width: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = (0..6 * width).map(|i| (1.7 * i as f32).sin()).collect();
    Tensor::from_data(TensorData::new(values, [6, width]), device)
}

fn tokens(device: &Device) -> Tensor<2, Int> {
    let tokens: Vec<i64> = (0..30).map(|i| (i * i + 3) % 12).collect();
    Tensor::from_data(TensorData::new(tokens, [6, 5]), device)
}

fn classify_rows(device: &Device) -> Losses {
    let config = OverparamMlpConfig::new(20, 32, 3).with_input_map(InputMap::Raw);
    classify(config.init(device), rows(20, device), 3, device)
}

fn classify_images(device: &Device) -> Losses {
    let network = OverparamCnnConfig::new(3, [9, 10], 8, 3).init(device);
    classify(network, rows(270, device), 3, device)
}

fn classify_sequences(device: &Device) -> Losses {
    let network = OverparamRnnConfig::new(12, 16, 3).init(device);
    classify(network, tokens(device), 3, device)
}

fn classify_with_attention(device: &Device) -> Losses {
    let network = OverparamTransformerConfig::new(12, 16, 3).init(device);
    classify(network, tokens(device), 3, device)
}

fn regress(device: &Device, temperature: Option<f64>) -> Losses {
    let network = OverparamMlpConfig::new(20, 32, 2).init(device);
    let model = MlpRegressor::new(network);
    let model = match temperature {
        None => model,
        Some(temperature) => model.with_loss(ReweightedLossConfig::new(temperature).init()),
    };
    let batch = RegressionBatch {
        features: rows(20, device),
        targets: rows(2, device),
    };
    supervised(model, batch, 0.05, |output| output.loss)
}

/// The first step of each phase.
fn adversarial(device: &Device) -> Losses {
    let select = |random| NodeSelection::ByPosition { kept: 0, random };
    let stages = vec![
        StageConfig::new(select(2), 6, vec![12]),
        StageConfig::new(select(5), 12, vec![8]),
    ];
    let features = GraphFeatures::continuous(2);
    let generator = GeneratorConfig::new(features, 8, 12, vec![12], 4, stages);
    let critic = CriticConfig::new(2, 0)
        .with_widths(vec![8, 6])
        .with_readout(6)
        .with_hidden(vec![5]);
    let training = GanConfig::new()
        .with_batch_size(8)
        .with_max_repeats(2)
        .with_weight_deviation(0.2);
    let graphs = Waxman::new().dataset(5, 0..60, 1).unwrap();
    let source = Arc::new(StoredGraphs::of_placed(&graphs));
    let gan = Gan::try_init(&generator, &critic, &training, device, &mut rng()).unwrap();
    let steps = training.critic_steps + 2;
    let loader = GanLoader::new(source, &training, 1, 3, 1, device);
    let batches = loader.iter().take(steps).map(Result::unwrap);
    let outputs = batches.map(|batch| TrainStep::step(&gan, batch).item);
    let scalars = outputs.flat_map(|scalars| scalars.0);
    scalars.map(|(_, value)| value).collect()
}

/// Connected graphs of at most `most` nodes.
fn structures(count: usize, most: usize, rng: &mut ChaCha8Rng) -> Vec<GraphTopology> {
    let sizes = (0..count).map(|k| 3 + k % (most - 2));
    sizes
        .map(|nodes| random_connected(nodes, usize::from(nodes > 3), rng).unwrap())
        .collect()
}

fn variational(device: &Device) -> Losses {
    let mut rng = rng();
    let features = GraphFeatures::categorical(vec![3, 2], 2);
    let mut stored = StoredGraphs::new(features.clone());
    for graph in structures(24, 6, &mut rng) {
        let mut node = || [rng.random_range(0..3), rng.random_range(0..2)];
        let nodes: Vec<_> = (0..graph.node_count()).map(|_| node()).collect();
        let edges = graph.edges().iter();
        let edges: Vec<_> = edges.map(|&edge| (edge, rng.random_range(0..2))).collect();
        stored.push_categorical(&nodes, &edges);
    }
    let stage = StageConfig::new(NodeSelection::AllRandom, 6, vec![24]);
    let decoder = GeneratorConfig::new(features, 12, 24, vec![24], 8, vec![stage]);
    let encoder = EncoderConfig::new(5, 2)
        .with_widths(vec![16])
        .with_output(24);
    let model = VaeConfig::new(encoder, decoder);
    let examples = VaeExamples::new(Arc::new(stored), &[NodeSelection::AllRandom]);
    let config = VaeTrainingConfig::new(STEPS)
        .with_objective(VaeObjective::Replay)
        .with_batch_size(12);
    let mut trainer = VaeTrainer::try_init(&model, &config, device, &mut rng).unwrap();
    let mut optimizer = ModuleOptimizer::from(PlainAdam::new([0.9, 0.999], 1e-8));
    let loader = VaeLoader::new(Arc::new(examples), 12, [STEPS, STEPS], 3, 1, device);
    let mut losses = Vec::new();
    for step in loader.iter() {
        let output = TrainStep::step(&trainer, step.unwrap());
        losses.extend(output.item.0.iter().map(|(_, value)| *value));
        trainer = trainer.optimize(&mut optimizer, 1e-4.into(), output.grads);
    }
    losses
}

fn likelihood(device: &Device) -> Losses {
    let mut rng = rng();
    let graphs = structures(60, 9, &mut rng).into_iter().map(|topology| {
        let mut graph = TypedGraph::untyped(topology);
        for node in 0..graph.nodes.len() {
            graph.nodes[node] = graph.topology.degree(node).min(2);
        }
        graph
    });
    let graphs: Arc<Vec<TypedGraph>> = Arc::new(graphs.collect());
    let network = NetworkConfig {
        node_features: 12,
        edge_features: 8,
        layers: 2,
    };
    let kinds = GraphKinds {
        nodes: 3,
        edges: 2,
        marks: 1,
        capacities: None,
    };
    let model = UnpoolingModelConfig {
        structure: network.clone(),
        types: network,
        ..UnpoolingModelConfig::new(kinds, sizes_of(&graphs, 0))
    };
    let config = LikelihoodConfig::new(STEPS);
    let mut trainer = LikelihoodTrainer::try_init(&model, &config, device, &mut rng).unwrap();
    let mut optimizer = config.optimizer();
    let loader = LikelihoodLoader::new(graphs, &model, 16, [STEPS, STEPS], 5, 1);
    let mut losses = Vec::new();
    for step in loader.iter() {
        let output = TrainStep::step(&trainer, step.unwrap());
        losses.extend(output.item.0.iter().map(|(_, value)| *value));
        trainer = trainer.optimize(&mut optimizer, 1e-3.into(), output.grads);
    }
    losses
}

/// Losses of every training on flex, as recorded by `device_check record`.
fn recorded() -> Vec<(String, Losses)> {
    serde_json::from_str(include_str!("first_losses.json")).unwrap()
}

fn check(name: &str, place: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}, {place}");
    for (found, expected) in found.iter().zip(expected) {
        let close = (found - expected).abs() <= 1e-3 * (1.0 + expected.abs());
        assert!(close, "{name}, {place}: {found} and {expected}");
    }
}

/// The losses on flex are those that were recorded.
#[cfg_attr(test, test)]
pub(crate) fn first_losses_are_the_recorded_ones() {
    let recorded = recorded();
    assert_eq!(recorded.len(), TRAININGS.len());
    for ((name, training), (recorded_name, expected)) in TRAININGS.iter().zip(&recorded) {
        assert_eq!(name, recorded_name);
        let finite = expected.iter().all(|loss| loss.is_finite());
        assert!(finite && expected.iter().any(|loss| *loss != 0.0), "{name}");
        check(
            name,
            "flex",
            &training(&Device::flex().autodiff()),
            expected,
        );
    }
}

/// The losses on every other device are those that were recorded on flex.
#[cfg_attr(test, test)]
pub(crate) fn first_losses_agree() {
    let recorded = recorded();
    for (spec, device) in other_devices() {
        for ((name, training), (_, expected)) in TRAININGS.iter().zip(&recorded) {
            let found = training(&device.clone().autodiff());
            check(name, &spec.to_string(), &found, expected);
        }
    }
}

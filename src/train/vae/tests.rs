use std::sync::Arc;

use burn::{
    data::dataloader::DataLoader,
    optim::ModuleOptimizer,
    tensor::{Device, Tensor},
    train::{TrainOutput, TrainStep},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{
    matching::{Similarities, match_nodes},
    model::reconstructed,
    *,
};
use crate::{
    generative::{
        GeneratorConfig, GraphFeatures, SampledGraph, StageConfig, StoredGraphs,
        vae::{Covariance, EncoderConfig, LatentPrior, Posterior, VaeConfig},
    },
    graph::{GraphTopology, generate::random_connected},
    nn::unpooling::NodeSelection,
    train::PlainAdam,
};

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A few graphs of 4 to 6 nodes, with categories or coordinates.
fn graphs(categorical: bool, count: usize) -> Arc<StoredGraphs> {
    let mut rng = rng(5);
    let features = match categorical {
        true => GraphFeatures::categorical(vec![3, 2], 2),
        false => GraphFeatures::continuous(2),
    };
    let mut stored = StoredGraphs::new(features);
    for k in 0..count {
        let graph = random_connected(4 + k % 3, 1, &mut rng).unwrap();
        let nodes = graph.node_count();
        if categorical {
            let mut node = || [rng.random_range(0..3), rng.random_range(0..2)];
            let nodes: Vec<_> = (0..nodes).map(|_| node()).collect();
            let edges = graph.edges().iter();
            let edges: Vec<_> = edges.map(|&edge| (edge, rng.random_range(0..2))).collect();
            stored.push_categorical(&nodes, &edges);
        } else {
            let mut node = || vec![rng.random::<f32>(), rng.random::<f32>()];
            let values: Vec<_> = (0..nodes).map(|_| node()).collect();
            stored.push_continuous(&graph, &values);
        }
    }
    Arc::new(stored)
}

fn model(features: &GraphFeatures, of_encoder: bool) -> VaeConfig {
    let stage = StageConfig::new(NodeSelection::AllRandom, 6, vec![24]);
    let decoder = GeneratorConfig::new(features.clone(), 12, 24, vec![24], 8, vec![stage])
        .with_head_width(24);
    let encoder = EncoderConfig::new(features.nodes.width(), features.edge_kinds)
        .with_widths(vec![16, 16])
        .with_output(24);
    VaeConfig::new(encoder, decoder).with_prior_of_encoder(of_encoder)
}

/// Losses of each step.
fn train(
    config: &VaeTrainingConfig,
    model: &VaeConfig,
    examples: &Arc<VaeExamples>,
) -> (VaeTrainer, Vec<f64>) {
    let device = Device::flex().autodiff();
    let mut trainer = VaeTrainer::try_init(model, config, &device, &mut rng(1)).unwrap();
    let mut optimizer = ModuleOptimizer::from(PlainAdam::new([0.9, 0.999], 1e-8));
    let steps = [config.steps, config.steps];
    let size = config.batch_size;
    let loader = VaeLoader::new(examples.clone(), size, steps, 3, 1, &Device::flex());
    let mut losses = Vec::new();
    for step in loader.iter() {
        let TrainOutput { grads, item } = TrainStep::step(&trainer, step.unwrap());
        losses.push(item.get("Loss").unwrap());
        trainer = trainer.optimize(&mut optimizer, config.learning_rate.into(), grads);
    }
    assert_eq!(trainer.watch().found(), None);
    (trainer, losses)
}

/// Replay overfits a few graphs: the mean of a graph's code decodes to the graph.
#[test]
fn replay_reconstructs() {
    let graphs = graphs(true, 12);
    let model = model(graphs.features(), false);
    let examples = Arc::new(VaeExamples::new(graphs, &[NodeSelection::AllRandom]));
    assert_eq!((examples.len(), examples.left_out()), (12, 0));
    let config = VaeTrainingConfig::new(400)
        .with_batch_size(12)
        .with_learning_rate(3e-3)
        .with_kl_weight(1e-3)
        .with_average_decay(None);
    let (trainer, losses) = train(&config, &model, &examples);
    assert!(
        losses[399] < 0.35 * losses[0],
        "{} {}",
        losses[0],
        losses[399]
    );
    let device = Device::flex();
    let vae = trainer.sampler(&examples, &device);
    let share = reconstructed(&vae, &examples, &device);
    // Rounding differs between processors, and training amplifies it.
    assert!(share > 0.6, "{share}");
    // Samples of the fitted prior are connected graphs of the model's sizes.
    let sample = vae.sample(50, 20, &mut rng(3));
    assert_eq!(sample.len(), 50);
    assert!(sample.iter().all(|graph| graph.topology.is_connected()));
}

/// The published objectives train to finite losses, and their models sample.
#[test]
fn published_objectives_train() {
    for (categorical, objective) in [
        (true, VaeObjective::Matching),
        (false, VaeObjective::StoredOrder),
    ] {
        let graphs = graphs(categorical, 30);
        let model = model(graphs.features(), true);
        let examples = Arc::new(VaeExamples::new(graphs, &[NodeSelection::AllRandom]));
        let config = VaeTrainingConfig::new(60)
            .with_objective(objective)
            .with_batch_size(15)
            .with_kl_weight(0.01)
            .with_prior(Covariance::Diagonal)
            .with_average_decay(None);
        let (trainer, losses) = train(&config, &model, &examples);
        assert!(losses.iter().all(|loss| loss.is_finite()));
        let vae = trainer.sampler(&examples, &Device::flex());
        assert_eq!(vae.sample(10, 4, &mut rng(2)).len(), 10);
    }
}

#[test]
fn matching_finds_a_permutation() {
    let mut rng = rng(9);
    for _ in 0..20 {
        let nodes = 7;
        let graph = random_connected(nodes, 3, &mut rng).unwrap();
        let mut order: Vec<usize> = (0..nodes).collect();
        order.shuffle(&mut rng);
        // Node k of the copy is node `order[k]`.
        let copy = graph.reordered(&order).unwrap();
        let neighbors = |graph: &GraphTopology| -> Vec<Vec<(usize, usize)>> {
            let ends = |node| graph.ends_at(node).iter();
            (0..nodes)
                .map(|node| {
                    ends(node)
                        .map(|&end| (graph.other(end), end.edge))
                        .collect()
                })
                .collect()
        };
        // All nodes have different kinds, except two.
        let kind = |node: usize| node.min(nodes - 2);
        let similar: Vec<Vec<f64>> = (0..nodes)
            .map(|i| {
                let same = |&a: &usize| f64::from(u8::from(kind(a) == kind(i)));
                order.iter().map(same).collect()
            })
            .collect();
        let edges = vec![vec![1.0; copy.edge_count()]; graph.edge_count()];
        let matched = match_nodes(&Similarities {
            nodes: &similar,
            first: &neighbors(&graph),
            second: &neighbors(&copy),
            edges: &edges,
        });
        for (a, i) in matched.iter().enumerate() {
            assert_eq!(i.map(kind), Some(kind(order[a])));
        }
    }
}

#[test]
fn graphs_are_the_same_in_any_order() {
    let graph = |edges: &[[usize; 2]], categories: &[usize], kinds: &[usize]| SampledGraph {
        topology: GraphTopology::single(categories.len(), edges.to_vec()).unwrap(),
        categories: categories.iter().map(|&c| vec![c]).collect(),
        values: Vec::new(),
        kinds: kinds.to_vec(),
    };
    let a = graph(&[[0, 1], [1, 2]], &[0, 1, 2], &[0, 1]);
    assert!(same_graph(
        &a,
        &graph(&[[0, 2], [0, 1]], &[1, 2, 0], &[0, 1])
    ));
    assert!(!same_graph(
        &a,
        &graph(&[[0, 2], [0, 1]], &[1, 2, 0], &[1, 0])
    ));
    assert!(!same_graph(
        &a,
        &graph(&[[0, 1], [1, 2]], &[0, 2, 1], &[0, 1])
    ));
    assert!(!same_graph(
        &a,
        &graph(&[[0, 1], [1, 2], [0, 2]], &[0, 1, 2], &[0, 1, 0])
    ));
}

/// ½ Σ (exp s + μ² − 1 − s), against the integral.
#[test]
fn the_divergence_of_codes() {
    let device = Device::flex();
    let posterior = Posterior {
        mean: Tensor::from_floats([[0.5, -1.0], [0.0, 0.0]], &device),
        log_variance: Tensor::from_floats([[0.3, -0.7], [0.0, 0.0]], &device),
    };
    let integral = |mean: f64, s: f64| {
        let deviation = (0.5 * s).exp();
        let log = |x: f64, m: f64, d: f64| -0.5 * ((x - m) / d).powi(2) - d.ln();
        let terms = (-8000..8000).map(|k| {
            let x = mean + deviation * f64::from(k) / 1000.0;
            let q = log(x, mean, deviation);
            let density = q.exp() / (2.0 * std::f64::consts::PI).sqrt();
            density * (q - log(x, 0.0, 1.0)) * deviation / 1000.0
        });
        terms.sum::<f64>()
    };
    let found = posterior.divergence().into_data().convert::<f64>();
    let found: Vec<f64> = found.iter::<f64>().collect();
    let wanted = integral(0.5, 0.3) + integral(-1.0, -0.7);
    assert!((found[0] - wanted).abs() < 1e-5, "{found:?} {wanted}");
    assert!(found[1].abs() < 1e-7);
}

/// A fitted prior has the mean and covariance of its rows.
#[test]
fn a_prior_is_fitted() {
    let device = Device::flex();
    let mut rng = rng(2);
    let rows: Vec<f32> = (0..4000)
        .flat_map(|_| {
            let [a, b]: [f32; 2] = [rng.random(), rng.random()];
            [a, a + 0.5 * b]
        })
        .collect();
    let rows = Tensor::<1>::from_floats(rows.as_slice(), &device).reshape([4000, 2]);
    let moments = |rows: Tensor<2>| {
        let [count, _] = rows.dims();
        let mean = rows.clone().mean_dim(0);
        let centered = rows - mean.clone();
        let covariance = centered.clone().transpose().matmul(centered) / count as f64;
        let read = |tensor: Tensor<2>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        [read(mean), read(covariance)].concat()
    };
    for covariance in [Covariance::Full, Covariance::Diagonal] {
        let prior = LatentPrior::fit(rows.clone(), covariance, false);
        let mut wanted = moments(rows.clone());
        if covariance == Covariance::Diagonal {
            (wanted[3], wanted[4]) = (0.0, 0.0);
        }
        let found = moments(prior.sample(40_000, &mut rng));
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 0.01, "{found} {wanted}");
        }
    }
}

#[test]
fn settings_out_of_range_are_rejected() {
    let wrong = VaeTrainingConfig::new(10).with_kl_weight(f64::NAN);
    assert!(
        wrong
            .validate()
            .unwrap_err()
            .to_string()
            .starts_with("kl_weight = NaN")
    );
    let wrong = VaeTrainingConfig::new(0);
    assert!(
        wrong
            .validate()
            .unwrap_err()
            .to_string()
            .starts_with("steps = 0")
    );
}

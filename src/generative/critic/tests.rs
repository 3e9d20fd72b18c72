use burn::{
    module::Module,
    optim::{GradientsParams, SgdConfig},
    tensor::{DType, Device, Tensor},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    graph::{GraphBatch, GraphTopology, generate::random_connected},
    testing::{
        Output, check_batch_independence, check_gradients, check_permutation_equivariance,
        random_features, randomize,
    },
};

const NORMS: [CriticNorm; 3] = [CriticNorm::None, CriticNorm::Batch, CriticNorm::Layer];

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A small critic with all optional parts.
fn config(norm: CriticNorm, edges: usize) -> CriticConfig {
    CriticConfig::new(5, edges)
        .with_widths(vec![6, 4])
        .with_readout(5)
        .with_hidden(vec![7, 3])
        .with_norm(norm)
        .with_hidden_norm(true)
        .with_trivial(Some(
            TrivialFeatures::new().with_hidden(6).with_penalized(true),
        ))
}

fn critic(config: &CriticConfig, device: &Device) -> Critic {
    randomize(config.init(device), 1.0, &mut rng(4))
}

fn graphs(edges: usize, device: &Device) -> GraphBatch {
    let mut rng = rng(2);
    let parts: Vec<GraphTopology> = [(4, 2), (2, 0), (6, 3), (1, 0), (5, 1)]
        .into_iter()
        .map(|(nodes, extra)| random_connected(nodes, extra, &mut rng).unwrap())
        .collect();
    random_features(
        &GraphTopology::disjoint_union(&parts),
        5,
        edges,
        device,
        &mut rng,
    )
}

fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

/// The explicit input gradient against that of automatic differentiation: all norms, training and
/// inference, with and without dropout and edge features.
#[test]
fn the_gradient_is_that_of_automatic_differentiation() {
    let device = Device::flex().autodiff();
    for norm in NORMS {
        for (edges, dropout, training) in [
            (3, 0.0, true),
            (0, 0.0, true),
            (3, 0.3, true),
            (3, 0.0, false),
        ] {
            let config = config(norm, edges)
                .with_dropout(dropout)
                .with_hidden_dropout(true);
            let mut critic = critic(&config, &device);
            if !training {
                // Statistics of another batch, used but not updated.
                critic.forward(&graphs(edges, &device), None);
                critic = critic.freeze();
            }
            let graphs = graphs(edges, &device);
            let (x, w) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
            let graphs = graphs.with_nodes(x.clone()).with_edges(w.clone());
            let judged = critic.forward_with_gradient(&graphs, Some(&mut rng(5)));
            let scores = critic.forward(&graphs, Some(&mut rng(5)));
            assert_eq!(data(judged.scores), data(scores.clone()));
            let grads = scores.sum().backward();
            let pairs = [
                (judged.node_gradient, x.grad(&grads)),
                (judged.edge_gradient, w.grad(&grads)),
            ];
            for (found, expected) in pairs {
                let Some(expected) = expected else {
                    assert_eq!(edges, 0, "only absent features have no gradient");
                    continue;
                };
                assert!(
                    data(expected.clone())
                        .iter()
                        .any(|value| value.abs() > 1e-3)
                );
                for (found, expected) in data(found).iter().zip(data(expected)) {
                    assert!(
                        (found - expected).abs() < 1e-5,
                        "{norm:?}: {found}, {expected}"
                    );
                }
            }
        }
    }
}

/// The loss with the penalty, in double precision, for all parameters.
#[test]
fn gradients_of_the_penalty_match_finite_differences() {
    let device = Device::flex().autodiff();
    for norm in NORMS {
        for (edges, one_sided) in [(3, false), (0, true)] {
            let config = config(norm, edges).with_dropout(0.2).with_squash(Some(2.0));
            let critic = critic(&config, &device);
            let graphs = graphs(edges, &device).cast(DType::F64);
            let penalty = GradientPenalty::new()
                .with_target(0.3)
                .with_one_sided(one_sided);
            let report = check_gradients(&critic, 12, 2e-6, |critic| {
                let judged = critic.forward_with_gradient(&graphs, Some(&mut rng(5)));
                judged.scores.clone().mean() + penalty.forward(&graphs, &judged) * penalty.weight
            })
            .unwrap_or_else(|mismatch| panic!("{norm:?}: {mismatch}"));
            assert!(report.compared.len() > 15);
        }
    }
}

#[test]
fn the_penalty_matches_the_definition_and_changes_weights() {
    let device = Device::flex().autodiff();
    let critic = critic(&config(CriticNorm::Layer, 3), &device);
    let graphs = graphs(3, &device);
    let judged = critic.forward_with_gradient(&graphs, None);
    let (nodes, edges) = (
        data(judged.node_gradient.clone()),
        data(judged.edge_gradient.clone()),
    );
    let topology = graphs.topology();
    let norms: Vec<f64> = (0..topology.graph_count())
        .map(|graph| {
            let nodes = topology
                .nodes_of(graph)
                .flat_map(|n| &nodes[5 * n..5 * n + 5]);
            let edges = topology
                .edges_of(graph)
                .flat_map(|e| &edges[3 * e..3 * e + 3]);
            nodes.chain(edges).map(|g| g * g).sum::<f64>().sqrt()
        })
        .collect();
    for (found, expected) in data(GradientPenalty::norms(&graphs, &judged))
        .iter()
        .zip(&norms)
    {
        assert!((found - expected).abs() < 1e-5);
    }
    let expected = norms.iter().map(|n| (n - 1.0).powi(2)).sum::<f64>() / norms.len() as f64;
    let found = data(GradientPenalty::new().forward(&graphs, &judged))[0];
    assert!((found - expected).abs() < 1e-5);

    let step = |weight: f64| {
        let judged = critic.forward_with_gradient(&graphs, None);
        let loss = judged.scores.clone().mean()
            + GradientPenalty::new().forward(&graphs, &judged) * weight;
        let grads = GradientsParams::from_grads(loss.backward(), &critic);
        let mut optimizer: burn::optim::ModuleOptimizer = SgdConfig::new().init();
        let stepped = optimizer.step(0.1, critic.clone(), grads);
        data(stepped.body.convolutions[0].0.messages.val())
    };
    let (without, with) = (step(0.0), step(10.0));
    let change = without.iter().zip(&with).map(|(a, b)| (a - b).abs());
    assert!(change.fold(0.0, f64::max) > 1e-3);
}

/// Scores depend neither on the order of nodes nor on the other graphs of a batch.
#[test]
fn order_and_batches() {
    let device = Device::flex();
    for norm in NORMS {
        let critic = critic(&config(norm, 3), &device);
        let graphs = graphs(3, &device);
        let scores = |graphs: &GraphBatch| critic.forward(graphs, None).unsqueeze_dim(1);
        check_permutation_equivariance(&graphs, Output::Graphs, 1e-5, &mut rng(3), scores).unwrap();
        check_batch_independence(&graphs, 1e-5, scores).unwrap();
    }
}

#[test]
fn dropout_is_reproducible_with_its_seed() {
    let device = Device::flex().autodiff();
    let critic = critic(&config(CriticNorm::None, 3).with_dropout(0.5), &device);
    let graphs = graphs(3, &device);
    let scores = |seed| data(critic.forward(&graphs, Some(&mut rng(seed))));
    assert_eq!(scores(1), scores(1));
    assert_ne!(scores(1), scores(2));
    assert_ne!(scores(1), data(critic.forward(&graphs, None)));
}

#[test]
fn invalid_settings_are_rejected() {
    let device = Device::flex();
    let message = |config: CriticConfig| config.try_init(&device).unwrap_err().to_string();
    let valid = || config(CriticNorm::None, 3);
    assert!(message(valid().with_dropout(1.0)).contains("critic dropout = 1"));
    assert!(message(valid().with_squash(Some(0.0))).contains("squash = 0"));
    assert!(message(valid().with_widths(vec![4, 0])).contains("[4, 0]"));
    assert!(message(valid().with_squash(Some(f64::NAN))).contains("squash = NaN"));
}

/// The first network of the authors' QM9 critic, without its unused parts.
#[test]
fn the_published_size() {
    let critic = CriticConfig::new(10, 3)
        .with_norm(CriticNorm::Batch)
        .with_trivial(None)
        .init(&Device::flex());
    // Burn counts the running statistics of the two normalizations, 512.
    assert_eq!(critic.num_params(), 157_953 + 512);
}

#[test]
fn settings_with_the_former_name_of_a_field_are_read() {
    let json = serde_json::to_string(&TrivialFeatures::new().with_penalized(false)).unwrap();
    let former = json.replace("penalized", "penalised");
    assert_ne!(former, json);
    for json in [json, former] {
        let read: TrivialFeatures = serde_json::from_str(&json).unwrap();
        assert_eq!((read.hidden, read.penalized), (256, false));
    }
}

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Device, Tensor},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    generative::{GenerativeError, GraphFeatures, GraphGenerator, SampledGraph, initialize_normal},
    nn::unpooling::NodeSelection,
    testing::randomize,
};

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn select(kept: usize, random: usize) -> NodeSelection {
    NodeSelection::ByPosition { kept, random }
}

/// 3 → 4–5 → 6–9 nodes, as for molecules.
fn config(features: GraphFeatures) -> GeneratorConfig {
    let stages = vec![
        StageConfig::new(select(1, 1), 5, vec![12]),
        StageConfig::new(select(1, 1), 9, vec![8]),
    ];
    GeneratorConfig::new(features, 6, 16, vec![16], 8, stages)
        .with_initial_hidden(Some(20))
        .with_head_width(10)
}

fn molecules() -> GraphFeatures {
    GraphFeatures::categorical(vec![4, 3, 3], 3)
}

fn generator(config: &GeneratorConfig, device: &Device) -> Generator {
    randomize(config.init(device), 2.0, &mut rng(7))
}

fn sample(generator: &Generator, count: usize, seed: u64) -> Vec<SampledGraph> {
    made(generator, count, seed)
        .iter()
        .flat_map(Generated::sampled)
        .collect()
}

fn made(generator: &Generator, count: usize, seed: u64) -> Vec<Generated> {
    let mut all = Vec::new();
    let device = Device::flex();
    generator.generate_many(count, 64, &device, &mut rng(seed), |made| all.push(made));
    all
}

fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

#[test]
fn graphs_are_connected_and_categories_exact() {
    let device = Device::flex();
    for config in [
        config(molecules()),
        config(molecules())
            .with_batch_norm(false)
            .with_edges_see_samples(false),
        config(GraphFeatures::categorical(vec![2], 0)),
        config(GraphFeatures::continuous(2)).with_message_slope(0.0),
    ] {
        let batches = made(&generator(&config, &device), 200, 1);
        let mut sizes = [0; 10];
        for graph in batches.iter().flat_map(Generated::sampled) {
            assert!(graph.topology.is_connected());
            sizes[graph.topology.node_count()] += 1;
            assert_eq!(graph.kinds.len(), graph.topology.edge_count());
        }
        assert_eq!(sizes.iter().sum::<usize>(), 200);
        for made in &batches {
            let NodeFeatures::Categorical(blocks) = &config.features.nodes else {
                let read: Vec<f64> = made
                    .sampled()
                    .iter()
                    .flat_map(|g| g.values.concat())
                    .map(f64::from)
                    .collect();
                assert_eq!(read, data(made.graphs.nodes()));
                continue;
            };
            let one_hot = |sizes: &[usize], places: &[Vec<usize>]| -> Vec<f64> {
                let rows = places.first().map_or(0, Vec::len);
                let row = |row: usize| {
                    let blocks = sizes.iter().zip(places);
                    blocks.flat_map(move |(&size, places)| {
                        (0..size).map(move |k| f64::from(u8::from(k == places[row])))
                    })
                };
                (0..rows).flat_map(row).collect()
            };
            assert_eq!(
                data(made.graphs.nodes()),
                one_hot(blocks, &made.categories.nodes)
            );
            let kinds = [config.features.edge_kinds];
            let edges = std::slice::from_ref(&made.categories.edges);
            assert_eq!(data(made.graphs.edges()), one_hot(&kinds, edges));
        }
        assert_eq!(sizes[..6], [0; 6]);
        assert!(sizes[6..].iter().all(|&count| count > 0), "{sizes:?}");
    }
}

use crate::generative::NodeFeatures;

#[test]
fn a_seed_gives_the_same_result() {
    let generator = generator(&config(molecules()), &Device::flex());
    assert_eq!(sample(&generator, 20, 3), sample(&generator, 20, 3));
    assert_ne!(sample(&generator, 20, 3), sample(&generator, 20, 4));
}

/// Categories follow their probabilities: χ² of 20,000 draws.
#[test]
fn the_law_of_gumbel_draws() {
    let p = [0.5f64, 0.3, 0.15, 0.05];
    let device = Device::flex();
    let rows = 20_000;
    let log_p: Vec<f32> = p.iter().map(|p| p.ln() as f32).collect();
    let row = Tensor::<1>::from_floats(log_p.as_slice(), &device);
    let log_prob = row.unsqueeze::<2>().expand([rows, 4]);
    for temperature in [1.0, 0.3] {
        let chosen = choose::choose_rows(log_prob.clone(), temperature, None, Some(&mut rng(5)));
        assert_eq!(data(chosen.features), data(chosen.one_hot.clone()));
        let counts = data(chosen.one_hot.sum_dim(0));
        let chi2: f64 = counts
            .iter()
            .zip(p)
            .map(|(count, p)| (count - p * rows as f64).powi(2) / (p * rows as f64))
            .sum();
        // Three degrees of freedom: beyond 16.3 with probability 0.001.
        assert!(chi2 < 16.3, "{chi2} at {counts:?}");
    }
}

/// The gradient of a one-hot sample is that of the softmax behind it.
#[test]
fn straight_through_gradients() {
    let device = Device::flex().autodiff();
    let log_prob = Tensor::<2>::from_floats([[0.2, -1.0, 0.4]], &device).require_grad();
    let weights = Tensor::<2>::from_floats([[1.0, 3.0, -2.0]], &device);
    let chosen = choose::choose_rows(log_prob.clone(), 0.7, None, Some(&mut rng(1)));
    let grads = (chosen.features * weights).sum().backward();
    let found = data(log_prob.grad(&grads).unwrap());
    // Without noise there is nothing to compare with: a softmax's gradient sums to 0, and its size
    // is bounded by the spread of the weights over the temperature.
    assert!(found.iter().sum::<f64>().abs() < 1e-6);
    assert!(found.iter().any(|g| g.abs() > 1e-3));
}

/// With capacities, no atom has more bonds than allowed, unless it has more neighbors than any atom
/// can have.
#[test]
fn capacities_keep_valences() {
    let device = Device::flex();
    let capacity = |c: &[usize]| [[4, 3, 3], [3, 4, 2], [2, 3, 1], [1, 2, 0]][c[0]][c[1]];
    let masked = generator(&config(molecules()), &device)
        .with_capacities(Some(BondCapacities::new(&[4, 3], &[1, 2, 3], capacity)))
        .unwrap();
    let overfull = |graphs: &[SampledGraph]| {
        graphs
            .iter()
            .filter(|graph| {
                let topology = &graph.topology;
                (0..topology.node_count()).any(|node| {
                    let ends = topology.ends_at(node);
                    let bonds: usize = ends.iter().map(|end| graph.kinds[end.edge] + 1).sum();
                    bonds > capacity(&graph.categories[node]) && topology.degree(node) <= 4
                })
            })
            .count()
    };
    let without = generator(&config(molecules()), &device);
    assert!(
        overfull(&sample(&without, 200, 1)) > 50,
        "the mask has something to do"
    );
    assert_eq!(overfull(&sample(&masked, 400, 1)), 0);
}

/// The log-probability of masked categories: for a fixed structure, the probabilities of all
/// outcomes of nodes and edges sum to 1. Outcomes are counted instead of enumerated, and their
/// frequencies are compared with their probabilities.
#[test]
fn masked_log_probabilities_are_those_of_the_draws() {
    use crate::graph::{GraphBatch, GraphTopology};
    let device = Device::flex();
    let capacities = BondCapacities::new(&[2], &[1, 2], |c| [1, 2][c[0]]);
    let topology = GraphTopology::single(2, vec![[0, 1]]).unwrap();
    let count = 4000;
    let graphs = GraphTopology::disjoint_union(std::iter::repeat_n(&topology, count));
    let batch = GraphBatch::new(
        graphs,
        Tensor::zeros([2 * count, 1], &device),
        Tensor::zeros([count, 1], &device),
    )
    .unwrap();
    let legal = capacity::Legal::new(&capacities, batch.topology());
    let p = |rows: usize, p: [f32; 2]| {
        let row = Tensor::<1>::from_floats(p, &device).log();
        row.unsqueeze::<2>().expand([rows, 2])
    };
    let (nodes, node_log_prob) = legal.nodes(
        &batch,
        &[p(2 * count, [0.4, 0.6])],
        &mut choose::Source::Draw(&mut rng(1)),
    );
    let (edges, edge_log_prob) = legal.edges(
        &batch,
        &nodes,
        [&p(count, [0.7, 0.3]), &p(count, [0.7, 0.3])],
        &mut choose::Source::Draw(&mut rng(2)),
    );
    let log_prob = data(node_log_prob + edge_log_prob);
    let (nodes, edges) = (data(nodes.features), data(edges.features));
    let mut seen = std::collections::BTreeMap::new();
    for graph in 0..count {
        let outcome = (
            nodes[4 * graph] as u8,
            nodes[4 * graph + 2] as u8,
            edges[2 * graph] as u8,
        );
        let entry = seen
            .entry(outcome)
            .or_insert((0usize, log_prob[graph].exp()));
        entry.0 += 1;
        assert!((entry.1 - log_prob[graph].exp()).abs() < 1e-6);
    }
    // A double bond needs two atoms that can have two: 3 outcomes with a single bond alone, 2 for
    // the pair.
    assert_eq!(seen.len(), 5);
    let total: f64 = seen.values().map(|(_, p)| p).sum();
    assert!((total - 1.0).abs() < 1e-5, "{total}");
    for (count_of, p) in seen.values() {
        let (n, p) = (count as f64, *p);
        let error = (*count_of as f64 / n - p).abs();
        assert!(
            error < 4.0 * (p * (1.0 - p) / n).sqrt(),
            "{count_of} of {n} at {p}"
        );
    }
}

/// The structure's log-probability is one number per graph, and its gradient reaches the networks
/// that choose; the gradient of features reaches all other networks.
#[test]
fn gradients_reach_the_parts_they_should() {
    #[derive(Default)]
    struct WithGradient<'a> {
        grads: Option<&'a burn::tensor::Gradients>,
        path: Vec<String>,
        found: Vec<(String, bool)>,
    }
    impl ModuleVisitor for WithGradient<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.grads.and_then(|grads| param.val().grad(grads));
            let moved = gradient.is_some_and(|g| data(g).iter().any(|&g| g != 0.0));
            self.found.push((self.path.join("."), moved));
        }
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.into());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
    }
    let device = Device::flex().autodiff();
    let generator = generator(&config(molecules()), &device);
    let mut rng = rng(9);
    let latent = generator.latent(64, &device, &mut rng);
    let made = generator.sample(latent, &mut rng);
    assert_eq!(made.structure_log_prob.dims(), [64]);
    assert_eq!(made.feature_log_prob.dims(), [64]);
    assert!(data(made.log_prob()).iter().all(|&log_prob| log_prob < 0.0));
    // A tape can be used once, so each of the two losses has a pass of its own.
    let moved = |loss: &dyn Fn(Generated) -> Tensor<1>| {
        let mut rng = self::rng(9);
        let latent = generator.latent(64, &device, &mut rng);
        let loss = loss(generator.sample(latent, &mut rng));
        let grads = loss.backward();
        let mut visitor = WithGradient {
            grads: Some(&grads),
            ..WithGradient::default()
        };
        generator.visit(&mut visitor);
        visitor.found
    };
    let weigh = |rows: Tensor<2>| {
        let weights = Tensor::<1, burn::tensor::Int>::arange(0..rows.dims()[1] as i64, &device);
        (rows * weights.float().unsqueeze::<2>()).sum()
    };
    let by_features = moved(&|made| weigh(made.graphs.nodes()) + weigh(made.graphs.edges()));
    let by_structure = moved(&|made| made.structure_log_prob.sum());
    let of = |found: &[(String, bool)], part: &str| {
        let parts: Vec<bool> = found
            .iter()
            .filter(|(path, _)| path.contains(part))
            .map(|(_, moved)| *moved)
            .collect();
        assert!(!parts.is_empty(), "{part}");
        parts
    };
    for chooser in ["intra_link", "single", "additional", "node_head", "pairs"] {
        assert!(
            of(&by_features, chooser).iter().all(|moved| !moved),
            "{chooser}"
        );
        assert!(
            of(&by_structure, chooser).iter().any(|moved| *moved),
            "{chooser}"
        );
    }
    for maker in ["nodes.output", "edges.output"] {
        assert!(
            of(&by_features, maker).iter().any(|moved| *moved),
            "{maker}"
        );
    }
}

#[test]
fn invalid_settings_are_rejected() {
    let device = Device::flex();
    let message = |config: GeneratorConfig| config.try_init(&device).unwrap_err().to_string();
    assert!(message(config(molecules()).with_temperature(0.0)).contains("temperature = 0"));
    let mut narrow = config(molecules());
    narrow.initial_widths = vec![2];
    assert!(message(narrow).contains("unpooling layer 1: node_features = 2 is out of range"));
    let mut none = config(molecules());
    none.latent = 0;
    assert!(message(none).contains("latent = 0"));
}

/// Weights are normal and depend on the seed alone; those of normalization layers are around 1.
#[test]
fn initialization() {
    let device = Device::flex();
    let config = config(molecules());
    let draw = |seed| initialize_normal(config.init(&device), 0.02, &mut rng(seed));
    let weights =
        |generator: &Generator| data(generator.stages[0].refine.convolutions[0].0.messages.val());
    assert_eq!(weights(&draw(1)), weights(&draw(1)));
    assert_ne!(weights(&draw(1)), weights(&draw(2)));
    let drawn = draw(1);
    let values = weights(&drawn);
    let n = values.len() as f64;
    let variance = values.iter().map(|w| w * w).sum::<f64>() / n;
    assert!((variance.sqrt() / 0.02 - 1.0).abs() < 4.0 / (2.0 * n).sqrt());
    let norm = drawn.stages[0].refine.convolutions[0].1.as_ref().unwrap();
    let mean = data(norm.gamma.val()).iter().sum::<f64>() / 12.0;
    assert!((mean - 1.0).abs() < 0.03);
    assert!(data(norm.beta.val()).iter().all(|&beta| beta == 0.0));
    assert!(data(norm.running_var.value()).iter().all(|&v| v == 1.0));
}

/// The score of sampled kinds of edges treats the sampled nodes as constants: only the nodes' own
/// score reaches the network of their categories.
#[test]
fn scores_do_not_pass_through_samples() {
    let device = Device::flex().autodiff();
    let features = GraphFeatures::categorical(vec![2], 2);
    let config = GeneratorConfig::new(features, 3, 6, vec![6], 4, vec![])
        .with_batch_norm(false)
        .with_head_width(5);
    let generator = randomize(config.init(&device), 3.0, &mut rng(3)).with_scored_features(true);
    let weight = generator.nodes.output_weight();
    let latent = generator.latent(20, &device, &mut rng(1));
    let made = generator.sample(latent.clone(), &mut rng(2));
    let drawn = made.graphs.nodes().detach();
    let found = weight
        .val()
        .grad(&made.feature_log_prob.sum().backward())
        .unwrap();
    let initial = generator.initial.forward(latent, &mut rng(2));
    let graphs = generator.refine.forward(initial.graphs);
    let [_, output] = generator.nodes.forward(graphs.nodes());
    let own = (head::node_log_probs(output, &[2]).remove(0) * drawn).sum();
    let expected = weight.val().grad(&own.backward()).unwrap();
    assert!(data(expected.clone()).iter().any(|g| g.abs() > 1e-2));
    for (found, expected) in data(found).iter().zip(data(expected)) {
        assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
    }
}

/// The mean of ∇ log P over samples is 0, for structure and categories together, as a policy
/// gradient requires.
#[test]
fn the_score_has_mean_zero() {
    let device = Device::flex().autodiff();
    let features = GraphFeatures::categorical(vec![2], 2);
    let config = GeneratorConfig::new(features, 3, 6, vec![6], 4, vec![])
        .with_batch_norm(false)
        .with_head_width(5);
    let plain = randomize(config.init(&device), 3.0, &mut rng(3)).with_scored_features(true);
    let capacities = BondCapacities::new(&[2], &[1, 2], |c| [2, 3][c[0]]);
    let masked = plain.clone().with_capacities(Some(capacities)).unwrap();
    for generator in [plain, masked] {
        let mut rng = rng(11);
        let latent = generator.latent(1, &device, &mut rng);
        let batches = 60;
        let weights = [
            generator.nodes.output_weight(),
            generator.refine.convolutions[0].0.root.weight.clone(),
        ];
        let mut sums = weights
            .clone()
            .map(|weight| vec![(0.0, 0.0); weight.shape().num_elements()]);
        for _ in 0..batches {
            let made = generator.sample(latent.clone().repeat(&[100, 1]), &mut rng);
            let grads = made.log_prob().mean().backward();
            for (weight, sums) in weights.iter().zip(&mut sums) {
                let gradient = data(weight.val().grad(&grads).unwrap());
                for (sum, gradient) in sums.iter_mut().zip(gradient) {
                    *sum = (sum.0 + gradient, sum.1 + gradient * gradient);
                }
            }
        }
        let n = f64::from(batches);
        for (mean, square) in sums.iter().flatten().map(|sum| (sum.0 / n, sum.1 / n)) {
            let error = ((square - mean * mean).max(1e-16) / n).sqrt();
            assert!(mean.abs() < 4.5 * error, "{mean} ± {error}");
        }
    }
}

/// Replayed choices give the graphs and probabilities of the draws, and the score of a chain is
/// that of its layers.
#[test]
fn replay_equals_drawing() {
    let device = Device::flex();
    let capacity = |c: &[usize]| [[4, 3, 3], [3, 4, 2], [2, 3, 1], [1, 2, 1]][c[0]][c[1]];
    let capacities = BondCapacities::new(&[4, 3], &[1, 2, 3], capacity);
    let masked = generator(&config(molecules()), &device).with_capacities(Some(capacities));
    for generator in [
        generator(&config(molecules()), &device),
        generator(&config(molecules()).with_edges_see_samples(false), &device),
        generator(&config(GraphFeatures::continuous(3)), &device),
        masked.unwrap(),
    ] {
        let latent = generator.latent(12, &device, &mut rng(2));
        let drawn = generator.sample(latent.clone(), &mut rng(3));
        let chain = drawn.chain.as_ref().unwrap();
        let again = generator
            .replay(latent.clone(), chain, &drawn.categories)
            .unwrap();
        assert_eq!(again.sampled(), drawn.sampled());
        assert_eq!(again.chain, drawn.chain);
        for (found, wanted) in [
            (&again.structure_log_prob, &drawn.structure_log_prob),
            (&again.feature_log_prob, &drawn.feature_log_prob),
        ] {
            for (found, wanted) in data(found.clone()).iter().zip(data(wanted.clone())) {
                assert!((found - wanted).abs() < 1e-4, "{found} and {wanted}");
            }
        }
        let score = data(generator.score(latent.clone(), chain).unwrap());
        assert_eq!(score, data(drawn.structure_log_prob));
        // Layer by layer.
        let initial = generator.initial.replay(latent.clone(), &chain.initial);
        let mut sum = data(initial.log_prob);
        let mut graphs = generator.refine.forward(initial.graphs);
        for (stage, choices) in generator.stages.iter().zip(&chain.layers) {
            let added = data(stage.unpooling.score(&graphs, choices).unwrap());
            sum.iter_mut()
                .zip(added)
                .for_each(|(sum, added)| *sum += added);
            graphs = stage.refine(
                latent.clone(),
                &stage.unpooling.replay(&graphs, choices).unwrap(),
            );
        }
        for (found, wanted) in score.iter().zip(sum) {
            assert!((found - wanted).abs() < 1e-5, "{found} and {wanted}");
        }
    }
}

#[test]
fn impossible_choices_are_rejected() {
    let device = Device::flex();
    let generator = generator(&config(molecules()), &device);
    let latent = generator.latent(3, &device, &mut rng(2));
    let drawn = generator.sample(latent.clone(), &mut rng(3));
    let chain = drawn.chain.clone().unwrap();
    let fewer = generator.latent(2, &device, &mut rng(2));
    let error = generator.score(fewer, &chain).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a chain has 3 graphs, but 2 are required"
    );
    let mut short = chain.clone();
    short.layers.pop();
    assert!(matches!(
        generator.score(latent.clone(), &short),
        Err(GenerativeError::Count { what: "layers", .. })
    ));
    let mut foreign = chain.clone();
    foreign.layers[0].unpooled[0] = true;
    assert!(matches!(
        generator.score(latent.clone(), &foreign),
        Err(GenerativeError::Layer { layer: 1, .. })
    ));
    let mut categories = drawn.categories.clone();
    categories.nodes[1][0] = 3;
    let error = generator.replay(latent, &chain, &categories).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nodes: 3 is not one of the 3 categories, counted from 0"
    );
}

/// The mode depends on the latent vector alone, and no drawn graph of the same structure has more
/// probable categories.
#[test]
fn the_mode_takes_the_most_probable_choices() {
    let device = Device::flex();
    let generator = generator(&config(molecules()).with_edges_see_samples(false), &device);
    let latent = generator.latent(5, &device, &mut rng(2));
    let mode = generator.mode(latent.clone());
    assert_eq!(mode.sampled(), generator.mode(latent.clone()).sampled());
    let best = data(mode.feature_log_prob.clone());
    let chain = mode.chain.as_ref().unwrap();
    for seed in 0..20 {
        let mut categories = mode.categories.clone();
        use rand::RngExt;
        let mut rng = rng(seed);
        let node = rng.random_range(0..categories.nodes[0].len());
        categories.nodes[0][node] = rng.random_range(0..4);
        let edge = rng.random_range(0..categories.edges.len());
        categories.edges[edge] = rng.random_range(0..3);
        let other = generator
            .replay(latent.clone(), chain, &categories)
            .unwrap();
        for (found, best) in data(other.feature_log_prob).iter().zip(&best) {
            assert!(found <= &(best + 1e-5), "{found} above {best}");
        }
    }
}

use std::collections::HashMap;

use burn::tensor::Device;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{
    candidates::{Asked, LayerState, SkeletonRows},
    decorations::PartialTypes,
    examples::Chain,
    model::structure_inputs,
    *,
};
use crate::graph::{
    GraphTopology,
    generate::{complete, cycle, path, random_connected, star},
    unpooling::{Block, ChoicePhase, PartialChoices},
};

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn kinds() -> GraphKinds {
    GraphKinds {
        nodes: 3,
        edges: 2,
        marks: 2,
        capacities: Some(Capacities {
            nodes: vec![4, 3, 2],
            edges: vec![1, 2],
        }),
    }
}

/// Connected graphs of 1 to 9 nodes with kinds that respect the capacities.
fn graphs(count: usize, kinds: &GraphKinds) -> Vec<TypedGraph> {
    let mut rng = rng(1);
    let draw = |_| {
        let nodes = rng.random_range(1..=9usize);
        let extra = rng
            .random_range(0..3)
            .min(nodes * nodes.saturating_sub(1) / 2 + 1 - nodes);
        let topology = random_connected(nodes, extra, &mut rng).unwrap();
        let mut list = |count: usize, kinds: usize| -> Vec<usize> {
            (0..count)
                .map(|_| rng.random_range(0..kinds.max(1)))
                .collect()
        };
        TypedGraph {
            nodes: list(topology.node_count(), kinds.nodes),
            edges: list(topology.edge_count(), kinds.edges),
            marks: list(topology.node_count(), kinds.marks),
            values: Vec::new(),
            topology,
        }
    };
    (0..count).map(draw).collect()
}

fn small() -> NetworkConfig {
    NetworkConfig {
        node_features: 8,
        edge_features: 6,
        layers: 2,
    }
}

fn model(kinds: GraphKinds, sizes: SizeLaw, seed: u64) -> UnpoolingModel {
    let config = UnpoolingModelConfig {
        structure: small(),
        types: small(),
        values: small(),
        ..UnpoolingModelConfig::new(kinds, sizes)
    };
    UnpoolingModel::try_init(&config, &Device::flex(), &mut rng(seed)).unwrap()
}

/// All states that result from the open choices of a layer, with their probabilities. If orders are
/// averaged, each open variable can be first, otherwise only the first one.
fn outcomes(
    model: &UnpoolingModel,
    topology: &GraphTopology,
    target: usize,
    all_orders: bool,
) -> Vec<(PartialChoices, f64)> {
    let kept = 2 * topology.node_count() - target;
    let mut open = vec![(PartialChoices::open(topology, kept), 1.0)];
    let mut done = Vec::new();
    let inputs = structure_inputs(model.config());
    while !open.is_empty() {
        let mut batch = SkeletonRows::default();
        // For each row the state, the variable and its probability of being next.
        let mut asked: Vec<Vec<(usize, usize, f64)>> = vec![Vec::new(); 4];
        for (index, (state, probability)) in open.iter().enumerate() {
            let Some(phase) = state.phase() else {
                done.push((state.clone(), *probability));
                continue;
            };
            let mut variables = state.frontier(topology);
            if phase == ChoicePhase::Kept || !all_orders {
                variables.truncate(1);
            }
            let share = 1.0 / variables.len() as f64;
            asked[phase as usize].extend(variables.iter().map(|&v| (index, v, share)));
            let layer = LayerState {
                topology,
                choices: state,
                target,
                last: target,
            };
            let asked = Asked {
                variables: &variables,
                truth: None,
            };
            inputs.push(&mut batch, layer, asked);
        }
        let mut next: HashMap<String, (PartialChoices, f64)> = HashMap::new();
        for (phase, rows, law) in
            model
                .structure
                .forward(batch.inputs.clone(), &batch, &Device::flex())
        {
            for (&(index, variable, share), row) in asked[phase as usize].iter().zip(rows.read(law))
            {
                let (state, probability) = &open[index];
                for (value, law) in row.into_iter().enumerate() {
                    let law = f64::from(law).exp();
                    if law == 0.0 {
                        continue;
                    }
                    let mut after = state.clone();
                    match phase {
                        ChoicePhase::Kept => after.keep(topology, value),
                        ChoicePhase::IntraLinks => after.link(topology, variable, value == 1),
                        ChoicePhase::CommonEdges => {
                            let edge = topology.ends_at(variable)[value].edge;
                            after.share(topology, variable, edge);
                        }
                        ChoicePhase::Blocks => {
                            let block = Block::from_code(value as u8).unwrap();
                            after.connect(topology, variable, block);
                        }
                    }
                    let key = format!("{after:?}");
                    next.entry(key).or_insert((after, 0.0)).1 += probability * share * law;
                }
            }
        }
        open = next.into_values().collect();
    }
    done
}

#[test]
fn the_law_of_a_layer_sums_to_one() {
    let sizes = SizeLaw::new([(6, StartGraph::Path)]);
    for seed in 0..3 {
        let model = model(GraphKinds::none(), sizes.clone(), seed);
        let starts = [
            (path(2), 4),
            (path(2), 3),
            (path(3), 4),
            (path(3), 5),
            (path(3), 6),
            (complete(3), 4),
            (complete(3), 5),
        ];
        for (start, target) in starts {
            for all_orders in [false, true] {
                let outcomes = outcomes(&model, &start, target, all_orders);
                let total: f64 = outcomes.iter().map(|(_, probability)| probability).sum();
                assert!((total - 1.0).abs() < 1e-5, "{start:?} to {target}: {total}");
                for (state, _) in &outcomes {
                    let choices = state.finished().unwrap().to_choices(&start).unwrap();
                    let larger = choices.expand(&start).unwrap().topology;
                    assert!(larger.is_connected() && larger.node_count() == target);
                }
            }
        }
    }
}

/// Every block without a common edge has a probability above 0.
#[test]
fn all_blocks_of_two_unpooled_nodes_are_reached() {
    let model = model(GraphKinds::none(), SizeLaw::new([(4, StartGraph::Path)]), 0);
    let outcomes = outcomes(&model, &path(2), 4, false);
    let mut codes: Vec<u8> = outcomes
        .iter()
        .filter_map(|(state, _)| state.finished())
        .filter(|choices| choices.intra_link == [true, true])
        .map(|choices| choices.blocks[0].code())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, (1..=15).collect::<Vec<u8>>());
}

#[test]
fn frequencies_of_samples_are_those_of_the_law() {
    let sizes = SizeLaw::new([(4, StartGraph::Triangle)]);
    let model = model(GraphKinds::none(), sizes, 4);
    let start = complete(3);
    let expected: HashMap<String, f64> = outcomes(&model, &start, 4, true)
        .into_iter()
        .map(|(state, p)| (format!("{:?}", state.finished().unwrap()), p))
        .collect();
    let device = Device::flex();
    let count = 20_000;
    let samples = model.sample(count, &SamplingOptions::default(), &device, &mut rng(5));
    let mut found: HashMap<String, f64> = HashMap::new();
    for sample in &samples {
        // The choices of the only layer, from the recorded path.
        let mut state = PartialChoices::open(&start, 2);
        for choice in &sample.choices {
            let (variable, value) = (choice.variable, choice.value);
            match state.phase().unwrap() {
                ChoicePhase::Kept => state.keep(&start, variable),
                ChoicePhase::IntraLinks => state.link(&start, variable, value == 1),
                ChoicePhase::CommonEdges => state.share(&start, variable, value),
                ChoicePhase::Blocks => {
                    state.connect(&start, variable, Block::from_code(value as u8).unwrap());
                }
            }
        }
        *found
            .entry(format!("{:?}", state.finished().unwrap()))
            .or_default() += 1.0;
    }
    // Cells with few expected samples are merged.
    let (mut chi, mut cells, mut rest) = (0.0f64, 0.0f64, [0.0f64; 2]);
    for (key, p) in &expected {
        let (found, expected) = (found.remove(key).unwrap_or(0.0), p * count as f64);
        if expected < 5.0 {
            rest[0] += found;
            rest[1] += expected;
        } else {
            chi += (found - expected).powi(2) / expected;
            cells += 1.0;
        }
    }
    assert!(found.is_empty(), "outside the law: {found:?}");
    if rest[1] > 0.0 {
        chi += (rest[0] - rest[1]).powi(2) / rest[1].max(1.0);
    }
    // Five standard deviations of χ².
    assert!(
        chi < cells + 5.0 * (2.0 * cells).sqrt(),
        "χ² = {chi} of {cells} cells"
    );
}

#[test]
fn recorded_choices_replay_with_their_probability() {
    let kinds = kinds();
    let graphs = graphs(200, &kinds);
    let model = model(kinds.clone(), sizes_of(&graphs, 0), 2);
    let device = Device::flex();
    for masked in [false, true] {
        let options = SamplingOptions {
            batch: 32,
            masked,
            ..SamplingOptions::default()
        };
        let samples = model.sample(150, &options, &device, &mut rng(3));
        assert_eq!(samples.len(), 150);
        for sample in &samples {
            sample.graph.check(&kinds).unwrap();
        }
        let replayed = model.replay(&samples, &device);
        for (sample, replayed) in samples.iter().zip(replayed) {
            assert!(replayed.is_finite());
            if masked {
                assert!(
                    replayed <= sample.log_prob + 1e-4,
                    "a mask only adds probability"
                );
            } else {
                assert!(
                    (replayed - sample.log_prob).abs() < 1e-3,
                    "{replayed} {}",
                    sample.log_prob
                );
            }
        }
    }
}

#[test]
fn masked_samples_keep_within_capacities() {
    let kinds = kinds();
    let graphs = graphs(200, &kinds);
    let model = model(kinds.clone(), sizes_of(&graphs, 0), 7);
    let capacities = kinds.capacities.clone().unwrap();
    for (choices_per_round, certainty) in [(1, 1.0), (2, 1.0), (1, 0.6), (1, 0.0)] {
        let options = SamplingOptions {
            masked: true,
            choices_per_round,
            certainty,
            ..SamplingOptions::default()
        };
        let samples = model.sample(1000, &options, &Device::flex(), &mut rng(8));
        for SampledPath { graph, .. } in samples {
            graph.check(&kinds).unwrap();
            for (node, &kind) in graph.nodes.iter().enumerate() {
                let ends = graph.topology.ends_at(node).iter();
                let bonds: usize = ends
                    .map(|end| capacities.edges[graph.edges[end.edge]])
                    .sum();
                assert!(bonds <= capacities.nodes[kind], "{options:?} {graph:?}");
            }
        }
    }
}

/// With a certainty of 0 the bonds of a graph are drawn in one round. So each has the distribution
/// that it has while all are open, and replaying them one at a time gives another probability.
#[test]
fn choices_of_one_round_are_drawn_from_one_law() {
    let kinds = kinds();
    let graphs = graphs(200, &kinds);
    let model = model(kinds.clone(), sizes_of(&graphs, 0), 7);
    let device = Device::flex();
    let draw = |certainty| {
        let options = SamplingOptions {
            certainty,
            ..SamplingOptions::default()
        };
        model.sample(50, &options, &device, &mut rng(4))
    };
    let gap = |certainty| {
        let samples = draw(certainty);
        let replayed = model.replay(&samples, &device);
        let gaps = samples.iter().zip(replayed);
        gaps.map(|(sample, replayed)| (sample.log_prob - replayed).abs())
            .fold(0.0, f64::max)
    };
    assert!(gap(1.0) < 1e-3);
    assert!(gap(0.0) > 1e-2);
}

/// Compares the estimate of −log probability with that of whole chains in whole orders.
#[test]
fn nll_is_unbiased() {
    let kinds = kinds();
    let graphs = graphs(60, &kinds);
    let model = model(kinds, sizes_of(&graphs, 0), 9);
    let device = Device::flex();
    let graph = graphs
        .iter()
        .find(|g| g.topology.node_count() == 7)
        .unwrap();
    // Kinds belong to the nodes of the generated graph, whose order differs; here all kinds are
    // equal.
    let graph = &TypedGraph::untyped(graph.topology.clone());
    let repeated = vec![graph.clone(); 3000];
    let estimate = model.nll(&repeated, &device, &mut rng(10)).unwrap();
    let mut rng = rng(11);
    let paths: Vec<SampledPath> = (0..1500).map(|_| random_path(graph, &mut rng)).collect();
    let exact: Vec<f64> = model
        .replay(&paths, &device)
        .into_iter()
        .zip(&paths)
        .map(|(log_prob, path)| {
            let start = StartGraph::of(&path.start).unwrap();
            model.config().sizes.log_prob(7, start) - log_prob
        })
        .collect();
    let count = exact.len() as f64;
    let mean = exact.iter().sum::<f64>() / count;
    let variance = exact.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt().hypot(estimate.standard_error);
    let difference = estimate.total() - mean;
    assert!(
        difference.abs() < 4.0 * error,
        "{} and {mean} ± {error}",
        estimate.total()
    );
}

/// A random chain of a graph in random order, as choices to replay.
fn random_path(graph: &TypedGraph, rng: &mut ChaCha8Rng) -> SampledPath {
    let chain = Chain::draw(&graph.topology, rng);
    let mut choices = Vec::new();
    for layer in &chain.layers {
        let topology = &layer.topology;
        let all = &layer.choices;
        let kept = all.unpooled.iter().filter(|&&split| !split).count();
        let mut state = PartialChoices::open(topology, kept);
        while let Some(phase) = state.phase() {
            let mut open = state.frontier(topology);
            if phase == ChoicePhase::Kept {
                open.retain(|&node| !all.unpooled[node]);
            }
            let variable = open[rng.random_range(0..open.len())];
            let value = match phase {
                ChoicePhase::Kept => 1,
                ChoicePhase::IntraLinks => usize::from(all.intra_link[variable]),
                ChoicePhase::CommonEdges => all.common_edge[variable].unwrap(),
                ChoicePhase::Blocks => all.blocks[variable].code().into(),
            };
            choices.push(PathChoice { variable, value });
            state.reveal(topology, variable, all);
        }
    }
    let kinds = kinds();
    let mut types = PartialTypes::open(&graph.topology, &kinds);
    while let Some(phase) = types.phase() {
        let next = types.open_variables(phase);
        let variable = next[rng.random_range(0..next.len())];
        types.list_mut(phase)[variable] = Some(0);
        choices.push(PathChoice { variable, value: 0 });
    }
    let start = match chain.layers.first() {
        Some(layer) => layer.topology.clone(),
        None => graph.topology.clone(),
    };
    SampledPath {
        graph: graph.clone(),
        start,
        choices,
        log_prob: 0.0,
    }
}

#[test]
fn graphs_of_every_size_have_finite_probability() {
    let kinds = GraphKinds::none();
    let graphs: Vec<TypedGraph> = (1..=12)
        .map(path)
        .chain([complete(6), star(7), cycle(9).unwrap()])
        .map(TypedGraph::untyped)
        .collect();
    let model = model(kinds, sizes_of(&graphs, 0), 1);
    let device = Device::flex();
    let nll = model.nll(&graphs, &device, &mut rng(0)).unwrap();
    assert!(nll.total().is_finite() && nll.total() > 0.0 && nll.types == [0.0; 3]);
    let larger = [TypedGraph::untyped(path(13))];
    let error = model.nll(&larger, &device, &mut rng(0)).unwrap_err();
    assert!(
        error.to_string().contains("13 nodes is too large"),
        "{error}"
    );
    let parts = GraphTopology::single(2, vec![]).unwrap();
    assert!(model.check(&[TypedGraph::untyped(parts)]).is_err());
    let samples = model.sample(100, &SamplingOptions::default(), &device, &mut rng(2));
    assert!(
        samples
            .iter()
            .all(|sample| sample.graph.topology.is_connected())
    );
}

/// A drawn graph depends on the seed and its number, and not on the number of graphs drawn
/// together.
#[test]
fn samples_are_stable() {
    let graphs = graphs(50, &kinds());
    let model = model(kinds(), sizes_of(&graphs, 0), 2);
    let draw = |count, batch| {
        let options = SamplingOptions {
            batch,
            ..SamplingOptions::default()
        };
        let drawn = model.sample(count, &options, &Device::flex(), &mut rng(6));
        drawn.into_iter().map(|s| s.graph).collect::<Vec<_>>()
    };
    let whole = draw(40, 64);
    assert_eq!(draw(40, 7), whole);
    assert_eq!(draw(20, 64), whole[..20]);
}

/// Graphs of up to nine nodes with coordinates in the plane.
fn placed(count: usize, kinds: &GraphKinds) -> (Vec<TypedGraph>, ValueBounds) {
    let mut graphs = graphs(count, kinds);
    let mut rng = rng(20);
    for graph in &mut graphs {
        graph.values = (0..graph.topology.node_count())
            .map(|_| vec![rng.random_range(-2.0..3.0), rng.random_range(0.0..10.0)])
            .collect();
    }
    let bounds = ValueBounds::of(&graphs);
    (graphs, bounds)
}

fn placing_model(kinds: &GraphKinds, seed: u64) -> (Vec<TypedGraph>, UnpoolingModel) {
    let (graphs, bounds) = placed(200, kinds);
    let config = UnpoolingModelConfig {
        structure: small(),
        types: small(),
        values: small(),
        ..UnpoolingModelConfig::new(kinds.clone(), sizes_of(&graphs, 0))
    };
    let config = config.with_values(bounds);
    let model = UnpoolingModel::try_init(&config, &Device::flex(), &mut rng(seed)).unwrap();
    (graphs, model)
}

#[test]
fn recorded_places_replay_with_their_density() {
    for kinds in [GraphKinds::none(), kinds()] {
        let (_, model) = placing_model(&kinds, 4);
        let device = Device::flex();
        let options = SamplingOptions {
            batch: 32,
            ..SamplingOptions::default()
        };
        let samples = model.sample(100, &options, &device, &mut rng(5));
        let graphs: Vec<TypedGraph> = samples.iter().map(|path| path.graph.clone()).collect();
        model.check(&graphs).unwrap();
        let replayed = model.replay(&samples, &device);
        for (sample, replayed) in samples.iter().zip(replayed) {
            let difference = (replayed - sample.log_prob).abs();
            assert!(difference < 1e-3, "{replayed} {}", sample.log_prob);
        }
    }
}

/// The density of the coordinates of a graph with two nodes integrates to 1.
#[test]
fn densities_of_places_integrate_to_one() {
    let (_, model) = placing_model(&GraphKinds::none(), 6);
    let device = Device::flex();
    let bounds = model.config().bounds.clone().unwrap();
    const STEPS: usize = 9;
    let at = |axis: usize, step: usize| {
        bounds.unscaled(axis, 2.0 * (step as f64 + 0.5) / STEPS as f64 - 1.0)
    };
    let topology = path(2);
    let start = -model.config().sizes.log_prob(2, StartGraph::Edge);
    let cell: f64 = (0..2)
        .map(|axis| f64::from(bounds.high[axis] - bounds.low[axis]) / STEPS as f64)
        .product();
    let grid = 0..STEPS.pow(4);
    let paths: Vec<SampledPath> = grid
        .map(|index| {
            let digit = |k: u32| index / STEPS.pow(k) % STEPS;
            let mut graph = TypedGraph::untyped(topology.clone());
            graph.values = (0..2u32)
                .map(|node| {
                    (0..2)
                        .map(|axis| at(axis, digit(2 * node + axis as u32)))
                        .collect()
                })
                .collect();
            SampledPath {
                graph,
                start: topology.clone(),
                choices: [0, 1]
                    .map(|variable| PathChoice { variable, value: 0 })
                    .to_vec(),
                log_prob: 0.0,
            }
        })
        .collect();
    let total: f64 = model
        .replay(&paths, &device)
        .into_iter()
        .map(|log_prob| (log_prob + start).exp() * cell * cell)
        .sum();
    assert!((total - 1.0).abs() < 2e-2, "{total}");
}

/// Compares the estimate of −log density of coordinates with that of whole orders.
#[test]
fn nll_of_places_is_unbiased() {
    let (graphs, model) = placing_model(&GraphKinds::none(), 7);
    let device = Device::flex();
    let graph = graphs
        .iter()
        .find(|g| g.topology.node_count() == 3)
        .unwrap();
    let estimate = model
        .nll(&vec![graph.clone(); 3000], &device, &mut rng(8))
        .unwrap();
    let start = StartGraph::of(&graph.topology).unwrap();
    // All orders in which each node is joined to an earlier one, by their probability.
    let mut orders = vec![(Vec::<usize>::new(), 1.0)];
    for _ in 0..3 {
        orders = orders
            .into_iter()
            .flat_map(|(order, share)| {
                let is_open = |node: &usize| !order.contains(node);
                let joined = |node: &usize| {
                    let ends = graph.topology.ends_at(*node).iter();
                    ends.into_iter()
                        .any(|&end| order.contains(&graph.topology.other(end)))
                };
                let open: Vec<usize> = (0..3).filter(is_open).collect();
                let near: Vec<usize> = open.iter().copied().filter(joined).collect();
                let next = if near.is_empty() { open } else { near };
                let share = share / next.len() as f64;
                next.into_iter()
                    .map(|node| ([order.clone(), vec![node]].concat(), share))
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    let paths: Vec<SampledPath> = orders
        .iter()
        .map(|(order, _)| SampledPath {
            graph: graph.clone(),
            start: graph.topology.clone(),
            choices: order
                .iter()
                .map(|&variable| PathChoice { variable, value: 0 })
                .collect(),
            log_prob: 0.0,
        })
        .collect();
    let exact: f64 = model
        .replay(&paths, &device)
        .into_iter()
        .zip(&orders)
        .map(|(log_prob, (_, share))| share * (model.config().sizes.log_prob(3, start) - log_prob))
        .sum();
    let difference = estimate.total() - exact;
    assert!(
        difference.abs() < 4.0 * estimate.standard_error,
        "{} ± {} and {exact}",
        estimate.total(),
        estimate.standard_error
    );
}

#[test]
fn places_out_of_bounds_are_rejected() {
    let (graphs, model) = placing_model(&GraphKinds::none(), 7);
    let mut graph = graphs[0].clone();
    graph.values[0][1] = 10.5;
    let error = model.check(&[graph.clone()]).unwrap_err().to_string();
    assert!(error.contains("node 0 has the real features"), "{error}");
    graph.values.clear();
    let error = model.check(&[graph]).unwrap_err().to_string();
    assert!(error.contains("0 rows of real features"), "{error}");
    let mut config = model.config().clone();
    config.bounds.as_mut().unwrap().rotated = true;
    let error = config.validate().unwrap_err().to_string();
    assert!(error.contains("three coordinates"), "{error}");
}

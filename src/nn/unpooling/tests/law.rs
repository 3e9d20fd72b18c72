//! The exact distribution of the output, by enumerating all choices of small graphs.

use std::collections::BTreeMap;

use super::*;
use crate::graph::{
    generate::{complete, path},
    unpooling::{Plan, UnpoolingChoices},
};
use crate::nn::unpooling::draw::{Chooser, HostProbabilities, draw_structure};

/// Visits every path through a tree of choices.
#[derive(Default)]
struct Odometer {
    /// The branch taken at each choice, and the number of branches.
    path: Vec<[usize; 2]>,
    position: usize,
}

impl Chooser for Odometer {
    fn choose(&mut self, probabilities: &[f64]) -> usize {
        if self.position == self.path.len() {
            self.path.push([0, probabilities.len()]);
        }
        self.position += 1;
        let [branch, branches] = self.path[self.position - 1];
        assert_eq!(branches, probabilities.len());
        branch
    }
}

impl Odometer {
    /// Moves to the next path; returns `false` after the last.
    fn advance(&mut self) -> bool {
        self.position = 0;
        while let Some([branch, branches]) = self.path.pop() {
            if branch + 1 < branches {
                self.path.push([branch + 1, branches]);
                return true;
            }
        }
        false
    }
}

/// All choices that the layer can make for one graph.
fn all_choices(
    layer: &UnpoolingLayer,
    graph: &GraphBatch,
    roles: &[NodeRole],
) -> Vec<UnpoolingChoices> {
    let topology = graph.topology();
    let mut all = Vec::new();
    for mask in 0..1usize << roles.len() {
        let unpooled: Vec<bool> = (0..roles.len()).map(|node| mask >> node & 1 == 1).collect();
        let possible = roles
            .iter()
            .zip(&unpooled)
            .all(|(role, &unpooled)| match role {
                NodeRole::Kept => !unpooled,
                NodeRole::Unpooled => unpooled,
                NodeRole::Random => true,
            });
        if !possible {
            continue;
        }
        let plan = Plan::new(topology, &unpooled);
        let networks = &layer.networks;
        let children = networks.child_features(&graph.nodes(), &plan);
        let probabilities = (!plan.nodes.is_empty()).then(|| {
            networks.structure_probabilities(graph, &children, &plan, layer.additional_edge)
        });
        let probabilities = probabilities.as_ref().map(HostProbabilities::read);
        let probabilities = probabilities.unwrap_or_default();
        let mut odometer = Odometer::default();
        loop {
            let unpooled = unpooled.clone();
            all.push(draw_structure(
                topology,
                unpooled,
                &plan,
                &probabilities,
                &mut odometer,
            ));
            if !odometer.advance() {
                break;
            }
        }
    }
    all
}

/// The log-probability of each of the choices, as the layer scores them.
fn scores(
    layer: &UnpoolingLayer,
    graph: &GraphBatch,
    roles: &[NodeRole],
    choices: &[UnpoolingChoices],
) -> Vec<f64> {
    let mut scores = Vec::new();
    for some in choices.chunks(1000) {
        let batch = copies(graph, some.len());
        let roles = roles.repeat(some.len());
        let parts = some
            .iter()
            .map(|choices| (graph.topology().as_ref(), choices));
        let choices = UnpoolingChoices::concat(parts).unwrap();
        let log_prob = layer.score_with_roles(&batch, &roles, &choices).unwrap();
        scores.extend(read(log_prob));
    }
    scores
}

/// A labeled output graph: the number of its nodes, and its edges in order.
type Outcome = (usize, Vec<[usize; 2]>);

fn outcome(topology: &GraphTopology) -> Outcome {
    let mut edges = topology.edges().to_vec();
    edges.sort_unstable();
    (topology.node_count(), edges)
}

struct Law {
    outcomes: BTreeMap<Outcome, f64>,
    /// −E[log P] of the choices.
    path_entropy: f64,
    total: f64,
}

fn law(layer: &UnpoolingLayer, graph: &GraphBatch, roles: &[NodeRole]) -> Law {
    let choices = all_choices(layer, graph, roles);
    let scores = scores(layer, graph, roles, &choices);
    let mut law = Law {
        outcomes: BTreeMap::new(),
        path_entropy: 0.0,
        total: 0.0,
    };
    for (choices, score) in choices.iter().zip(scores) {
        let topology = choices.expand(graph.topology()).unwrap().topology;
        *law.outcomes.entry(outcome(&topology)).or_default() += score.exp();
        law.path_entropy -= score * score.exp();
        law.total += score.exp();
    }
    law
}

fn layer(factor: f32, preference: bool, additional_edge: bool) -> UnpoolingLayer {
    let config = UnpoolingLayerConfig::new(8, 3)
        .with_preference(preference)
        .with_additional_edge(additional_edge);
    scaled(config.init(&Device::flex()), factor)
}

use NodeRole::{Kept as K, Random as R, Unpooled as U};

struct Row {
    graph: GraphTopology,
    roles: Vec<NodeRole>,
    outcomes: usize,
    mean_edges: f64,
    largest: f64,
    smallest: f64,
    edges: Vec<(usize, f64)>,
    entropy: f64,
}

/// The layer under uniform probabilities, computed by hand.
fn table() -> Vec<Row> {
    vec![
        Row {
            graph: path(2),
            roles: vec![K, U],
            outcomes: 4,
            mean_edges: 13.0 / 6.0,
            largest: 1.0 / 2.0,
            smallest: 1.0 / 6.0,
            edges: vec![(2, 5.0 / 6.0), (3, 1.0 / 6.0)],
            entropy: 1.24245,
        },
        Row {
            graph: path(2),
            roles: vec![U, U],
            outcomes: 30,
            mean_edges: 73.0 / 18.0,
            largest: 1.0 / 4.0,
            smallest: 1.0 / 72.0,
            edges: vec![
                (3, 2.0 / 9.0),
                (4, 19.0 / 36.0),
                (5, 2.0 / 9.0),
                (6, 1.0 / 36.0),
            ],
            entropy: 2.94700,
        },
        Row {
            graph: path(3),
            roles: vec![K, U, K],
            outcomes: 14,
            mean_edges: 7.0 / 2.0,
            largest: 1.0 / 6.0,
            smallest: 1.0 / 18.0,
            edges: vec![(3, 5.0 / 9.0), (4, 7.0 / 18.0), (5, 1.0 / 18.0)],
            entropy: 2.57211,
        },
        Row {
            graph: complete(3),
            roles: vec![K, U, U],
            outcomes: 356,
            mean_edges: 53.0 / 8.0,
            largest: 1.0 / 36.0,
            smallest: 1.0 / 864.0,
            edges: vec![
                (5, 91.0 / 648.0),
                (6, 73.0 / 216.0),
                (7, 26.0 / 81.0),
                (8, 13.0 / 81.0),
                (9, 1.0 / 27.0),
                (10, 1.0 / 324.0),
            ],
            entropy: 5.63993,
        },
    ]
}

#[test]
fn exact_numbers_under_uniform_parameters() {
    for preference in [false, true] {
        let layer = layer(0.0, preference, true);
        for row in table() {
            let graph = features(&row.graph, [8, 3], 1, &Device::flex());
            let law = law(&layer, &graph, &row.roles);
            let close = |found: f64, expected: f64, what: &str| {
                let text = format!("{what} of {:?}: {found}, not {expected}", row.roles);
                assert!((found - expected).abs() < 1e-5, "{text}");
            };
            close(law.total, 1.0, "total");
            assert_eq!(law.outcomes.len(), row.outcomes);
            let mut edges = BTreeMap::new();
            let (mut mean, mut entropy) = (0.0, 0.0);
            for ((_, set), p) in &law.outcomes {
                *edges.entry(set.len()).or_insert(0.0) += p;
                mean += p * set.len() as f64;
                entropy -= p * p.ln();
            }
            close(mean, row.mean_edges, "edges");
            let extreme =
                |f: fn(f64, f64) -> f64| law.outcomes.values().copied().reduce(f).unwrap();
            close(extreme(f64::max), row.largest, "largest");
            close(extreme(f64::min), row.smallest, "smallest");
            close(entropy, row.entropy, "entropy");
            assert_eq!(edges.len(), row.edges.len());
            for (count, p) in &row.edges {
                close(edges[count], *p, "edge count");
            }
            close(law.path_entropy, path_entropy(&row), "path entropy");
        }
    }
}

/// The path entropy in closed form, with a child drawn only where an edge is added.
fn path_entropy(row: &Row) -> f64 {
    let degree = |node: usize| row.graph.degree(node) as f64;
    let f = |node: usize| 1.0 / (2.0 * degree(node));
    let beta = |node: usize| f(node) + (1.0 - f(node)) / 3.0;
    let unpooled = |node: usize| row.roles[node] == U;
    let nodes = (0..row.roles.len())
        .filter(|&node| unpooled(node))
        .map(|i| 2f64.ln() + degree(i).ln() / 2.0 + degree(i) * (1.0 - f(i)) * 3f64.ln());
    let doubles = row
        .graph
        .edges()
        .iter()
        .filter(|edge| edge.iter().all(|&node| unpooled(node)));
    let doubles = doubles.map(|&[i, j]| {
        let (a, b) = (beta(i), beta(j));
        2f64.ln() * ((1.0 - a * b) + (a * (1.0 - b) + b * (1.0 - a)) / 2.0)
    });
    nodes.sum::<f64>() + doubles.sum::<f64>()
}

/// E[edges] = 2 + p_c · p_both for an edge with one end kept, for all parameters.
#[test]
fn expected_edges_in_closed_form() {
    let graph = features(&path(2), [8, 3], 4, &Device::flex());
    let layer = layer(3.0, true, true);
    let plan = Plan::new(graph.topology(), &[false, true]);
    let networks = &layer.networks;
    let children = networks.child_features(&graph.nodes(), &plan);
    let p = networks.structure_probabilities(&graph, &children, &plan, true);
    let p_c = read(p.intra_link.flatten(0, 1))[0];
    let p_both = read(p.ends.unwrap().inherit.flatten(0, 1))[2];
    let law = law(&layer, &graph, &[K, U]);
    let edges = law.outcomes.iter();
    let mean: f64 = edges.map(|((_, edges), p)| p * edges.len() as f64).sum();
    let expected = 2.0 + p_c * p_both;
    assert!((mean - expected).abs() < 1e-5, "{mean} and {expected}");
    assert!((p_c - 0.5).abs() > 0.01 && (p_both - 1.0 / 3.0).abs() > 0.01);
}

#[test]
fn probabilities_sum_to_one_for_any_weights() {
    for factor in [1.0, 4.0] {
        for (preference, additional) in [(true, true), (false, true), (true, false)] {
            let layer = layer(factor, preference, additional);
            for (topology, roles) in [
                (path(2), vec![R, R]),
                (path(2), vec![U, U]),
                (path(3), vec![R, U, R]),
                (path(3), vec![U, R, K]),
                (complete(3), vec![R, R, K]),
                (complete(3), vec![U, K, U]),
                (complete(3), vec![U, U, U]),
                (path(1), vec![R]),
                (
                    GraphTopology::single(3, vec![[0, 2]]).unwrap(),
                    vec![R, U, U],
                ),
            ] {
                let graph = features(&topology, [8, 3], 2, &Device::flex());
                let law = law(&layer, &graph, &roles);
                assert!((law.total - 1.0).abs() < 1e-5, "{roles:?}: {}", law.total);
                let components = topology.component_counts();
                for (nodes, edges) in law.outcomes.keys() {
                    let output = GraphTopology::single(*nodes, edges.clone()).unwrap();
                    assert_eq!(output.component_counts(), components);
                }
            }
        }
    }
}

/// Compares frequencies of outcomes with the exact distribution, by χ².
#[test]
fn sampling_follows_the_exact_law() {
    let cases = [
        (path(2), vec![K, U]),
        (path(2), vec![U, U]),
        (path(2), vec![R, R]),
        (path(3), vec![K, U, K]),
        (complete(3), vec![K, U, U]),
        (path(3), vec![R, U, R]),
    ];
    for factor in [0.0, 2.0] {
        let layer = layer(factor, true, true);
        for (case, (topology, roles)) in cases.iter().enumerate() {
            let graph = features(topology, [8, 3], 3, &Device::flex());
            let law = law(&layer, &graph, roles);
            let (batches, size) = (20, 1000);
            let mut rng = ChaCha8Rng::seed_from_u64(case as u64);
            let mut counts: BTreeMap<Outcome, f64> = BTreeMap::new();
            let batch = copies(&graph, size);
            for _ in 0..batches {
                let output = layer.forward_with_roles(&batch, &roles.repeat(size), &mut rng);
                for graph in output.graphs.topology().graphs() {
                    *counts.entry(outcome(&graph)).or_default() += 1.0;
                }
            }
            let draws = (batches * size) as f64;
            assert!(
                counts
                    .keys()
                    .all(|outcome| law.outcomes.contains_key(outcome))
            );
            // Outcomes that are expected fewer than five times are one class.
            let (mut chi2, mut classes, mut rare) = (0.0, 0, [0.0, 0.0]);
            for (outcome, p) in &law.outcomes {
                let (found, expected) = (counts.get(outcome).copied().unwrap_or(0.0), p * draws);
                if expected < 5.0 {
                    rare = [rare[0] + found, rare[1] + expected];
                } else {
                    chi2 += (found - expected).powi(2) / expected;
                    classes += 1;
                }
            }
            if rare[1] >= 5.0 {
                chi2 += (rare[0] - rare[1]).powi(2) / rare[1];
                classes += 1;
            }
            let degrees = f64::from(classes - 1);
            // Exceeded in at most one of 100,000 runs, for all degrees of freedom.
            assert!(
                chi2 < degrees + 4.0 * (2.0 * degrees).sqrt() + 20.0,
                "factor {factor}, case {case}: χ² {chi2} with {degrees} degrees of freedom"
            );
        }
    }
}

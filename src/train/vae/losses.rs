//! The terms of the objectives, for a batch of graphs.

use burn::tensor::{Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

use super::{
    VaeObjective, VaeStep, VaeTrainingConfig,
    matching::{Similarities, match_nodes},
};
use crate::generative::{Generated, SampledGraph, vae::Vae};

/// Smallest probability whose logarithm is taken, as in PyTorch's binary cross-entropy.
const LEAST: f32 = 1e-20;

/// Loss terms of a step.
pub(super) struct Terms {
    /// The loss without the divergence of codes, `[1]`.
    pub(super) loss: Tensor<1>,
    /// Reported metrics, `[1]` each.
    pub(super) reported: Vec<(&'static str, Tensor<1>)>,
    /// Mean of the value that is minimized by policy gradient, for its baseline.
    pub(super) adjacency: Option<f64>,
}

/// −log probability of the choices and categories of the encoded graphs, and of their real
/// features; mean of the batch, in nats.
pub(super) fn replay(vae: &Vae, codes: Tensor<2>, step: &VaeStep) -> Terms {
    let made = vae
        .decoder
        .replay(codes, &step.chain, &step.target.categories)
        .unwrap_or_else(|error| panic!("the loader's choices must fit the decoder: {error}"));
    let structure = -made.structure_log_prob.mean();
    let mut features = -made.feature_log_prob.clone();
    if let (Some(values), Some(log_deviation)) = (&step.target.values, vae.log_deviation()) {
        let scaled = (made.graphs.nodes() - values.clone()) / log_deviation.clone().exp();
        let terms = scaled.square() * 0.5 + log_deviation + 0.5 * (2.0 * std::f64::consts::PI).ln();
        let rows: Tensor<1> = terms.sum_dim(1).flatten(0, 1);
        features = features + made.graphs.nodes_by_graph().sum(rows);
    }
    let features = features.mean();
    Terms {
        reported: vec![
            ("Structure loss", structure.clone().detach()),
            ("Feature loss", features.clone().detach()),
        ],
        loss: structure + features,
        adjacency: None,
    }
}

/// The published objectives: the decoder draws graphs, which are compared with the encoded ones.
pub(super) fn drawn(
    vae: &Vae,
    codes: Tensor<2>,
    step: &VaeStep,
    config: &VaeTrainingConfig,
    baseline: Option<f64>,
    rng: &mut ChaCha8Rng,
) -> Terms {
    let made = vae.decoder.sample(codes, rng);
    let generated = made.sampled();
    let compared = match config.objective {
        VaeObjective::StoredOrder => in_stored_order(&made, &generated, step, config),
        _ => matched(&made, &generated, step),
    };
    let (log_prob, errors) = (made.structure_log_prob, compared.errors);
    let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
    let baseline = match config.objective {
        VaeObjective::StoredOrder => mean,
        _ => baseline.unwrap_or(mean),
    };
    let options = (&log_prob.device().inner(), log_prob.dtype());
    let weights: Vec<f32> = errors.iter().map(|&e| (e - baseline) as f32).collect();
    let weights = Tensor::<1>::from_data(TensorData::new(weights, [errors.len()]), options);
    let structure = (log_prob * weights).mean() * config.structure_weight;
    let error = Tensor::<1>::from_data(TensorData::new(vec![mean as f32], [1]), options);
    Terms {
        reported: vec![
            ("Structure loss", error),
            ("Feature loss", compared.features.clone().detach()),
        ],
        loss: compared.features + structure,
        adjacency: Some(mean),
    }
}

struct Compared {
    /// For each graph, the value that is minimized by policy gradient.
    errors: Vec<f64>,
    /// The value that is minimized by its gradient, `[1]`.
    features: Tensor<1>,
}

/// Compares node t with node t.
fn in_stored_order(
    made: &Generated,
    generated: &[SampledGraph],
    step: &VaeStep,
    config: &VaeTrainingConfig,
) -> Compared {
    let topology = made.graphs.topology();
    let width = made.graphs.node_width();
    let mut targets = Vec::with_capacity(topology.node_count() * width);
    // 1/n at nodes that both graphs have, so that the sum over a graph is its mean.
    let mut shares = Vec::with_capacity(topology.node_count());
    let mut structure = Vec::with_capacity(generated.len());
    for (drawn, given) in generated.iter().zip(&step.graphs) {
        let [n, m] = [drawn, given].map(|graph| graph.topology.node_count());
        let both = n.min(m);
        for node in 0..n {
            match given.values.get(node) {
                Some(row) => targets.extend(row),
                None => targets.extend(std::iter::repeat_n(0.0, width)),
            }
            shares.push(if node < both {
                1.0 / both.max(1) as f32
            } else {
                0.0
            });
        }
        let edges = |graph: &SampledGraph| -> std::collections::HashSet<[usize; 2]> {
            graph.topology.edges().iter().copied().collect()
        };
        let (a, b) = (edges(drawn), edges(given));
        // Both directions of an edge, as entries of an adjacency matrix.
        let wrong = 2.0 * a.symmetric_difference(&b).count() as f64 / m as f64;
        let degree = |graph: &SampledGraph, node: usize| match node < graph.topology.node_count() {
            true => graph.topology.degree(node) as f64,
            false => 0.0,
        };
        let degrees: f64 = (0..n.max(m))
            .map(|node| (degree(drawn, node) - degree(given, node)).abs())
            .sum();
        structure.push(
            config.edge_weight * wrong
                + (n as f64 - m as f64).abs()
                + degrees / m as f64
                + 2.0 * (a.len() as f64 - b.len() as f64).abs() / m as f64,
        );
    }
    let nodes = made.graphs.nodes();
    let options = (&nodes.device().inner(), nodes.dtype());
    let rows = topology.node_count();
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [rows, width]), options);
    let shares = Tensor::<1>::from_data(TensorData::new(shares, [rows]), options);
    let squares: Tensor<1> = (nodes - targets).square().sum_dim(1).flatten(0, 1);
    let of_graphs = made.graphs.nodes_by_graph().sum(squares * shares) * config.node_weight;
    let read = of_graphs.clone().into_data().convert::<f64>();
    let errors = structure.iter().zip(read.iter::<f64>()).map(|(s, f)| s + f);
    Compared {
        errors: errors.collect(),
        features: of_graphs.mean(),
    }
}

/// Compares graphs after matching their nodes.
fn matched(made: &Generated, generated: &[SampledGraph], step: &VaeStep) -> Compared {
    let most = generated
        .iter()
        .chain(&step.graphs)
        .map(|graph| graph.topology.node_count())
        .max()
        .unwrap_or(1);
    let probabilities: Vec<Tensor<2>> = made
        .node_log_probs
        .iter()
        .map(|p| p.clone().exp())
        .collect();
    let nodes = Tensor::cat(probabilities, 1);
    let edges = made.edge_log_probs.as_ref().map(|p| p.clone().exp());
    let node_rows = rows(&nodes);
    let edge_rows = edges.as_ref().map(rows).unwrap_or_default();
    let topology = made.graphs.topology();
    let blocks: Vec<usize> = made.node_log_probs.iter().map(|p| p.dims()[1]).collect();

    let pairs: Vec<Matched> = (0..generated.len())
        .into_par_iter()
        .map(|index| {
            let node_rows = &node_rows[topology.nodes_of(index)];
            let edge_rows = &edge_rows[match edge_rows.is_empty() {
                true => 0..0,
                false => topology.edges_of(index),
            }];
            compare(
                &generated[index],
                &step.graphs[index],
                node_rows,
                edge_rows,
                &blocks,
                most,
            )
        })
        .collect();
    let entropy = |probabilities: Tensor<2>, targets: Vec<f32>, shares: Vec<f32>| -> Tensor<1> {
        let [rows, width] = probabilities.dims();
        let options = (&probabilities.device().inner(), probabilities.dtype());
        let targets = Tensor::<2>::from_data(TensorData::new(targets, [rows, width]), options);
        let shares = Tensor::<2>::from_data(TensorData::new(shares, [rows, 1]), options);
        let yes = targets.clone() * probabilities.clone().clamp_min(LEAST).log();
        let no = (-targets + 1.0) * (-probabilities + 1.0).clamp_min(LEAST).log();
        ((yes + no).neg() * shares).sum() / generated.len().max(1) as f64
    };
    let mut features = entropy(
        nodes,
        pairs
            .iter()
            .flat_map(|pair| pair.node_targets.iter().copied())
            .collect(),
        pairs
            .iter()
            .flat_map(|pair| pair.node_shares.iter().copied())
            .collect(),
    );
    if let Some(edges) = edges {
        features = features
            + entropy(
                edges,
                pairs
                    .iter()
                    .flat_map(|pair| pair.edge_targets.iter().copied())
                    .collect(),
                pairs
                    .iter()
                    .flat_map(|pair| pair.edge_shares.iter().copied())
                    .collect(),
            );
    }
    Compared {
        errors: pairs.iter().map(|pair| pair.adjacency).collect(),
        features,
    }
}

/// A generated graph and the encoded one, whose nodes are matched.
struct Matched {
    adjacency: f64,
    /// One-hot rows of the matched nodes, zeros where there is none, and the factor of each row.
    node_targets: Vec<f32>,
    node_shares: Vec<f32>,
    edge_targets: Vec<f32>,
    edge_shares: Vec<f32>,
}

fn compare(
    generated: &SampledGraph,
    given: &SampledGraph,
    node_rows: &[Vec<f64>],
    edge_rows: &[Vec<f64>],
    blocks: &[usize],
    most: usize,
) -> Matched {
    let starts: Vec<usize> = blocks
        .iter()
        .scan(0, |start, &size| {
            *start += size;
            Some(*start - size)
        })
        .collect();
    let columns = |node: usize| -> Vec<usize> {
        let blocks = given.categories[node].iter().zip(&starts);
        blocks.map(|(&category, start)| start + category).collect()
    };
    let node_similarity: Vec<Vec<f64>> = (0..given.topology.node_count())
        .map(|i| {
            let columns = columns(i);
            let similar = |row: &Vec<f64>| columns.iter().map(|&column| row[column]).sum();
            node_rows.iter().map(similar).collect()
        })
        .collect();
    let edge_similarity: Vec<Vec<f64>> = given
        .kinds
        .iter()
        .map(|&kind| match edge_rows.is_empty() {
            true => vec![1.0; generated.topology.edge_count()],
            false => edge_rows.iter().map(|row| row[kind]).collect(),
        })
        .collect();
    let [first, second] = [given, generated].map(|graph| {
        let nodes = 0..graph.topology.node_count();
        let ends = nodes.map(|node| {
            let ends = graph.topology.ends_at(node).iter();
            let ends = ends.map(|&end| (graph.topology.other(end), end.edge));
            ends.collect::<Vec<_>>()
        });
        ends.collect::<Vec<_>>()
    });
    let matched = match_nodes(&Similarities {
        nodes: &node_similarity,
        first: &first,
        second: &second,
        edges: &edge_similarity,
    });
    let edge_of = |i: usize, j: usize| first[i].iter().find(|&&(other, _)| other == j);
    // Entries of the upper triangle, nodes on the diagonal, that are 1 in one graph only.
    let kept = matched.iter().flatten().count();
    let mut wrong = matched.len() - kept + given.topology.node_count() - kept;
    let mut common = 0;
    let mut edge_targets = vec![0.0; edge_rows.iter().map(Vec::len).sum()];
    let width = edge_rows.first().map_or(0, Vec::len);
    let mut present = vec![false; generated.topology.edge_count()];
    for (edge, &[a, b]) in generated.topology.edges().iter().enumerate() {
        let pair = matched[a].zip(matched[b]);
        let Some(&(_, found)) = pair.and_then(|(i, j)| edge_of(i, j)) else {
            wrong += 1;
            continue;
        };
        common += 1;
        present[edge] = true;
        if width > 0 {
            edge_targets[edge * width + given.kinds[found]] = 1.0;
        }
    }
    wrong += given.topology.edge_count() - common;
    let entries = most * (most + 1) / 2;
    let mut node_targets = vec![0.0; node_rows.iter().map(Vec::len).sum()];
    let node_width = blocks.iter().sum::<usize>();
    for (a, node) in matched.iter().enumerate() {
        for column in node.map(columns).unwrap_or_default() {
            node_targets[a * node_width + column] = 1.0;
        }
    }
    let node_share = 1.0 / (most * node_width).max(1) as f32;
    let edge_share = 1.0 / (common * width).max(1) as f32;
    Matched {
        adjacency: 4.0 * wrong as f64 / entries as f64,
        node_targets,
        node_shares: vec![node_share; node_rows.len()],
        edge_targets,
        edge_shares: match edge_rows.is_empty() {
            true => Vec::new(),
            false => present
                .iter()
                .map(|&present| if present { edge_share } else { 0.0 })
                .collect(),
        },
    }
}

fn rows(values: &Tensor<2>) -> Vec<Vec<f64>> {
    let [_, width] = values.dims();
    let data = values.clone().into_data().convert::<f64>();
    let values: Vec<f64> = data.iter::<f64>().collect();
    values
        .chunks_exact(width.max(1))
        .map(<[_]>::to_vec)
        .collect()
}

use std::collections::VecDeque;

use nalgebra::DMatrix;

use super::{eigen, principal_plane};
use crate::graph::GraphTopology;

/// Maximum number of rounds.
const ROUNDS: usize = 300;
/// Iteration stops when no node moves by more than this, in edge lengths.
const STILL: f64 = 1e-4;
/// Larger graphs start from a circle, since eigenvectors would dominate the running time.
const MOST_FOR_EIGENVECTORS: usize = 300;
/// Size of the initial shift that separates coinciding nodes. It is small, since a bend of a
/// straight path fades slowly.
const APART: f64 = 0.003;
/// The golden angle, which gives many points in distinct directions.
const GOLDEN: f64 = 2.399_963_229_728_653;

/// Returns positions of the nodes of one graph, with edges of length about 1.
///
/// ```text
/// minimizes  Σ_{i<j} (‖p_i − p_j‖ − d_ij)² / d_ij²,   d_ij the number of edges from i to j
/// ```
///
/// The algorithm moves one node after the other to its best position, starting from classical
/// scaling. Components are placed one edge length farther apart than the two farthest connected
/// nodes. The mean is at the origin, and the widest direction is horizontal.
///
/// Complexity: O(n² · rounds), at most 300 rounds, and O(n³) once for up to 300 nodes.
///
/// Reference: E. Gansner, Y. Koren, S. North, Graph drawing by stress majorization, 2004.
///
/// # Panics
/// Panics if the topology does not hold one graph.
///
/// ```
/// use fireweed::graph::{generate::path, layout::stress_layout};
///
/// let places = stress_layout(&path(3));
/// assert!((places[2][0] - places[0][0] - 2.0).abs() < 1e-3);
/// ```
pub fn stress_layout(graph: &GraphTopology) -> Vec<[f64; 2]> {
    if let Err(error) = graph.check_single() {
        panic!("{error}");
    }
    let distances = distances(graph);
    let nodes = graph.node_count();
    let mut places = start(&distances);
    for _ in 0..ROUNDS {
        let mut farthest: f64 = 0.0;
        for node in 0..nodes {
            let best = best_place(node, &places, &distances[node]);
            let moved = (best[0] - places[node][0]).hypot(best[1] - places[node][1]);
            farthest = farthest.max(moved);
            places[node] = best;
        }
        if farthest < STILL {
            break;
        }
    }
    principal_plane(&places).places
}

/// The position of one node that minimizes the majorizing function of the stress.
fn best_place(node: usize, places: &[[f64; 2]], distances: &[f64]) -> [f64; 2] {
    let own = places[node];
    let (mut sum, mut weights) = ([0.0; 2], 0.0);
    for (other, (place, distance)) in places.iter().zip(distances).enumerate() {
        if other == node {
            continue;
        }
        let weight = distance.powi(-2);
        let away = [own[0] - place[0], own[1] - place[1]];
        let length = away[0].hypot(away[1]).max(1e-9);
        for axis in 0..2 {
            sum[axis] += weight * (place[axis] + distance * away[axis] / length);
        }
        weights += weight;
    }
    match weights > 0.0 {
        true => sum.map(|sum| sum / weights),
        false => own,
    }
}

/// Numbers of edges between all pairs of nodes.
fn distances(graph: &GraphTopology) -> Vec<Vec<f64>> {
    let nodes = graph.node_count();
    let rows = (0..nodes).map(|start| {
        let mut row = vec![f64::INFINITY; nodes];
        row[start] = 0.0;
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for neighbor in graph.neighbors(node) {
                if row[neighbor].is_infinite() {
                    row[neighbor] = row[node] + 1.0;
                    queue.push_back(neighbor);
                }
            }
        }
        row
    });
    let mut rows: Vec<Vec<f64>> = rows.collect();
    let all = rows.iter().flatten().copied();
    let largest = all.filter(|x| x.is_finite()).fold(0.0, f64::max);
    for value in rows.iter_mut().flatten() {
        *value = value.min(largest + 1.0);
    }
    rows
}

/// Classical scaling, or a circle; with a small shift of each node.
fn start(distances: &[Vec<f64>]) -> Vec<[f64; 2]> {
    let nodes = distances.len();
    let shift = |node: usize| {
        let angle = node as f64 * GOLDEN;
        [APART * angle.cos(), APART * angle.sin()]
    };
    if nodes > MOST_FOR_EIGENVECTORS {
        let radius = (nodes as f64).sqrt();
        let place = |node: usize| {
            let angle = std::f64::consts::TAU * node as f64 / nodes as f64;
            [radius * angle.cos(), radius * angle.sin()]
        };
        return (0..nodes).map(place).collect();
    }
    let squares = DMatrix::from_fn(nodes, nodes, |i, j| distances[i][j].powi(2));
    let count = nodes.max(1) as f64;
    let means: Vec<f64> = squares.row_iter().map(|row| row.sum() / count).collect();
    let mean = means.iter().sum::<f64>() / count;
    let products = DMatrix::from_fn(nodes, nodes, |i, j| {
        -0.5 * (squares[(i, j)] - means[i] - means[j] + mean)
    });
    let axes = eigen(products);
    let coordinate = |axis: usize, node: usize| match axes.get(axis) {
        Some((value, vector)) => value.max(0.0).sqrt() * vector[node],
        None => 0.0,
    };
    let places = (0..nodes).map(|node| {
        let [x, y] = shift(node);
        [coordinate(0, node) + x, coordinate(1, node) + y]
    });
    places.collect()
}

//! Comparison with networkx; `tests/data/graph_statistics.json` records its version and how the
//! file was made.

use serde::Deserialize;

use super::*;
use crate::graph::{
    GraphTopology,
    generate::{PlacedGraph, Waxman},
};

#[derive(Deserialize)]
struct Golden {
    waxman: GoldenWaxman,
    graphs: Vec<GoldenGraph>,
}

#[derive(Deserialize)]
struct GoldenGraph {
    name: String,
    nodes: usize,
    edges: Vec<[usize; 2]>,
    density: f64,
    density_with_diagonal: f64,
    average_degree: f64,
    average_clustering: f64,
    average_node_connectivity: f64,
    degree_histogram: Vec<usize>,
}

#[derive(Deserialize)]
struct GoldenWaxman {
    nodes: usize,
    q: f64,
    s: f64,
    least_nodes: usize,
    draws: usize,
    kept: usize,
    statistics: Moments,
}

#[derive(Deserialize)]
struct Moments {
    nodes: Moment,
    edges: Moment,
    density_with_diagonal: Moment,
    average_clustering: Moment,
    average_node_connectivity: Moment,
}

#[derive(Deserialize)]
struct Moment {
    mean: f64,
    deviation: f64,
    graphs: usize,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/data/graph_statistics.json")).unwrap()
}

#[test]
fn agrees_with_networkx_in_one_batch() {
    let golden = golden().graphs;
    assert!(golden.len() >= 60);
    let graphs: Vec<GraphTopology> = golden
        .iter()
        .map(|graph| GraphTopology::single(graph.nodes, graph.edges.clone()).unwrap())
        .collect();
    let batch = GraphTopology::disjoint_union(&graphs);
    let check = |what: &str, found: Vec<f64>, expected: fn(&GoldenGraph) -> f64| {
        assert_eq!(found.len(), golden.len());
        for (graph, found) in golden.iter().zip(found) {
            let expected = expected(graph);
            let name = &graph.name;
            // Sums of up to 25 numbers in another order.
            let near = (found - expected).abs() <= 1e-14 * expected.abs();
            assert!(near, "{what} of {name}: {found}, networkx {expected}");
        }
    };
    let simple = edge_density(&batch, DensityConvention::Simple);
    check("density", simple, |graph| graph.density);
    let with_diagonal = edge_density(&batch, DensityConvention::WithDiagonal);
    check("density", with_diagonal, |graph| {
        graph.density_with_diagonal
    });
    check("degree", average_degree(&batch), |graph| {
        graph.average_degree
    });
    check("clustering", average_clustering(&batch), |graph| {
        graph.average_clustering
    });
    let connectivity = average_node_connectivity(&batch);
    check("connectivity", connectivity, |graph| {
        graph.average_node_connectivity
    });
    for (graph, found) in golden.iter().zip(degree_histogram(&batch)) {
        assert_eq!(found, graph.degree_histogram, "{}", graph.name);
    }
}

/// Compares the distribution of every statistic with that of networkx's generator.
#[test]
fn waxman_graphs_have_the_moments_of_networkx() {
    let golden = golden().waxman;
    let waxman = Waxman::new();
    assert_eq!(
        (waxman.nodes, waxman.q, waxman.s),
        (golden.nodes, golden.q, golden.s)
    );
    let attempts = 20_000;
    let graphs = waxman.dataset(golden.least_nodes, 0..attempts, 1).unwrap();
    let batch = GraphTopology::disjoint_union(graphs.iter().map(PlacedGraph::topology));

    // Five standard errors of the difference, here and below.
    let share = golden.kept as f64 / golden.draws as f64;
    let variance = share * (1.0 - share);
    let allowed = 5.0 * (variance / attempts as f64 + variance / golden.draws as f64).sqrt();
    let found = graphs.len() as f64 / attempts as f64;
    assert!(
        (found - share).abs() < allowed,
        "kept {found}, networkx {share}"
    );

    let check = |what: &str, found: Vec<f64>, golden: &Moment| {
        let average = mean(found.iter().sum(), found.len());
        let central = |power| {
            let powers = found.iter().map(|value| (value - average).powi(power));
            mean(powers.sum(), found.len())
        };
        let deviation = central(2).sqrt();
        let kurtosis = central(4) / central(2).powi(2);
        // Of the difference of two means, in deviations; and of the ratio of two deviations.
        let error = (1.0 / found.len() as f64 + 1.0 / golden.graphs as f64).sqrt();
        let ratio_error = error * ((kurtosis - 1.0) / 4.0).sqrt();
        let off = (average - golden.mean) / (golden.deviation * error);
        assert!(off.abs() < 5.0, "{what}: mean {average}, {off} errors off");
        let off = (deviation / golden.deviation - 1.0) / ratio_error;
        assert!(
            off.abs() < 5.0,
            "{what}: deviation {deviation}, {off} errors off"
        );
    };
    let as_f64 = |counts: &mut dyn Iterator<Item = usize>| counts.map(|n| n as f64).collect();
    let moments = &golden.statistics;
    check("nodes", as_f64(&mut batch.node_counts()), &moments.nodes);
    check("edges", as_f64(&mut batch.edge_counts()), &moments.edges);
    let density = edge_density(&batch, DensityConvention::WithDiagonal);
    check("density", density, &moments.density_with_diagonal);
    check(
        "clustering",
        average_clustering(&batch),
        &moments.average_clustering,
    );
    let connectivity = average_node_connectivity(&batch);
    check(
        "connectivity",
        connectivity,
        &moments.average_node_connectivity,
    );
}

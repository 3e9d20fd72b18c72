use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::graph::generate::PlacedGraph;

/// Distances of pairs of nodes, graph by graph; each list is empty or has one distribution.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Distances {
    linked: Vec<Vec<f64>>,
    unlinked: Vec<Vec<f64>>,
    steps: Vec<Vec<f64>>,
}

impl Distances {
    /// Computes the distances of linked and of unlinked nodes, and for chains also of consecutive
    /// ones.
    pub(super) fn of<const D: usize>(graphs: &[PlacedGraph<D>], chains: bool) -> Self {
        let (mut linked, mut unlinked, mut steps) = (Vec::new(), Vec::new(), Vec::new());
        for graph in graphs {
            let topology = graph.topology();
            let nodes = topology.node_count();
            let lengths = topology.edges().iter();
            linked.extend(lengths.map(|&[i, j]| graph.distance(i, j)));
            let mut neighbor = vec![false; nodes];
            for i in 0..nodes {
                topology.neighbors(i).for_each(|j| neighbor[j] = true);
                let apart = (i + 1..nodes).filter(|&j| !neighbor[j]);
                unlinked.extend(apart.map(|j| graph.distance(i, j)));
                topology.neighbors(i).for_each(|j| neighbor[j] = false);
            }
            if chains {
                steps.extend((1..nodes).map(|i| graph.distance(i - 1, i)));
            }
        }
        Self {
            linked: vec![linked],
            unlinked: vec![unlinked],
            steps: if chains { vec![steps] } else { Vec::new() },
        }
    }

    pub(super) fn linked(&self) -> &[Vec<f64>] {
        &self.linked
    }

    pub(super) fn unlinked(&self) -> &[Vec<f64>] {
        &self.unlinked
    }

    pub(super) fn steps(&self) -> &[Vec<f64>] {
        &self.steps
    }

    /// Returns the distances of some of the graphs, given the numbers of nodes and edges of all of
    /// them.
    pub(super) fn range(&self, (nodes, edges): (&[f64], &[f64]), graphs: Range<usize>) -> Self {
        let part = |lists: &[Vec<f64>], count: fn(f64, f64) -> f64| -> Vec<Vec<f64>> {
            let counts = || nodes.iter().zip(edges).map(|(&n, &m)| count(n, m) as usize);
            let start: usize = counts().take(graphs.start).sum();
            let length: usize = counts().take(graphs.end).skip(graphs.start).sum();
            let values = lists.iter();
            let values = values.map(|values| values[start..start + length].to_vec());
            values.collect()
        };
        Self {
            linked: part(&self.linked, |_, edges| edges),
            unlinked: part(&self.unlinked, |nodes, edges| {
                nodes * (nodes - 1.0) / 2.0 - edges
            }),
            steps: part(&self.steps, |nodes, _| (nodes - 1.0).max(0.0)),
        }
    }

    /// Adds the distances of further graphs.
    ///
    /// # Panics
    /// Panics if only one of the two has distances, or steps of chains.
    pub(super) fn append(&mut self, other: Self) {
        let lists = [
            (&mut self.linked, other.linked),
            (&mut self.unlinked, other.unlinked),
            (&mut self.steps, other.steps),
        ];
        for (own, other) in lists {
            assert_eq!(
                own.len(),
                other.len(),
                "cannot join samples with and without distances"
            );
            for (own, values) in own.iter_mut().zip(other) {
                own.extend(values);
            }
        }
    }
}

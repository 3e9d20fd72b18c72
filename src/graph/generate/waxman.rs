use std::ops::Range;

use burn::config::Config;
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{GraphError, PlacedGraph, simple};
use crate::SettingError;

/// How the probability of an edge decreases with the distance d of its nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaxmanForm {
    /// `P = q · exp(−d / (s · L))`, where L is the largest distance between two nodes of that
    /// graph.
    ///
    /// The form of networkx's `waxman_graph`, with `beta` = q and `alpha` = s. Published sizes of
    /// Waxman graphs refer to it.
    #[default]
    #[serde(alias = "Normalised")]
    Normalized,
    /// `P = q · exp(−s · d)`, as the model is often stated.
    Literal,
}

/// Waxman random graphs: nodes are uniform in the unit square, and close nodes are likelier to be
/// joined.
///
/// ```text
/// P(i ~ j) = q · exp(−d_ij / (s · L))     WaxmanForm::Normalized
/// P(i ~ j) = q · exp(−s · d_ij)           WaxmanForm::Literal
/// ```
///
/// A larger s makes long edges likelier in the first form and rarer in the second. With twelve
/// nodes and the defaults, graphs have 11 edges on average in the first form and 37 in the second.
/// In the first form one in eight is connected, so [`dataset`](Self::dataset) takes components.
///
/// Reference: B. M. Waxman, Routing of multipoint connections, 1988.
///
/// ```
/// use fireweed::graph::{GraphTopology, generate::{PlacedGraph, Waxman}};
///
/// let graphs = Waxman::new().dataset(5, 0..100, 1)?;
/// let batch = GraphTopology::disjoint_union(graphs.iter().map(PlacedGraph::topology));
/// assert!(batch.is_connected());
/// assert_eq!(graphs[0].positions().len(), graphs[0].topology().node_count());
/// # Ok::<(), fireweed::graph::GraphError>(())
/// ```
#[derive(Config, Copy, Debug, PartialEq)]
pub struct Waxman {
    /// Number of nodes, at least 1. Default: 12.
    #[config(default = "12")]
    pub nodes: usize,
    /// Probability q of an edge between nodes at distance 0, in (0, 1]. Default: 0.65.
    #[config(default = "0.65")]
    pub q: f64,
    /// Decay s with the distance, finite and above 0. Default: 0.3.
    #[config(default = "0.3")]
    pub s: f64,
    /// How the probability decreases with the distance. Default: [`WaxmanForm::Normalized`].
    #[config(default = "WaxmanForm::Normalized")]
    pub form: WaxmanForm,
}

impl Waxman {
    /// Draws one graph, connected or not.
    ///
    /// Consumes two `f64` for each node, its coordinates, node by node; then one for each pair of
    /// nodes, in lexicographic order. Complexity: O(nodes²).
    ///
    /// # Errors
    /// Returns [`GraphError`] for a setting out of its range.
    pub fn sample(&self, rng: &mut impl Rng) -> Result<PlacedGraph, GraphError> {
        self.check()?;
        Ok(self.draw(rng))
    }

    /// Draws one graph and returns its largest component, or `None` if it has fewer than
    /// `least_nodes` nodes.
    ///
    /// Consumes the draws of [`sample`](Self::sample).
    ///
    /// # Errors
    /// Returns [`GraphError`] for a setting out of its range.
    pub fn sample_connected(
        &self,
        least_nodes: usize,
        rng: &mut impl Rng,
    ) -> Result<Option<PlacedGraph>, GraphError> {
        self.check()?;
        Ok(self.draw_connected(least_nodes, rng))
    }

    /// Draws connected graphs as a data set: the largest components of the attempts that have at
    /// least `least_nodes` nodes, in the order of the attempts.
    ///
    /// Attempt k draws from stream k of the `ChaCha8Rng` of `seed`, so graphs do not depend on the
    /// number of threads. Ranges that do not overlap give independent data, for example `0..20_000`
    /// for training and `20_000..30_000` for evaluation. With the defaults and `least_nodes` = 5,
    /// 94 % of the attempts are kept, with 9.2 nodes and 10.3 edges on average.
    ///
    /// Complexity: O(nodes²) per attempt; attempts run in parallel on Rayon's threads.
    ///
    /// # Errors
    /// Returns [`GraphError`] for a setting out of its range.
    pub fn dataset(
        &self,
        least_nodes: usize,
        attempts: Range<u64>,
        seed: u64,
    ) -> Result<Vec<PlacedGraph>, GraphError> {
        self.check()?;
        let graphs = attempts.into_par_iter().map(|attempt| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(attempt);
            self.draw_connected(least_nodes, &mut rng)
        });
        // Rayon's `collect` keeps the order.
        Ok(graphs.flatten_iter().collect())
    }

    fn check(&self) -> Result<(), GraphError> {
        GraphError::check_nodes("a Waxman graph", self.nodes, 1)?;
        if !(self.q > 0.0 && self.q <= 1.0) {
            let expected = "above 0 and at most 1, for example 0.65";
            return Err(SettingError::new("q", self.q, expected).into());
        }
        if !(self.s > 0.0 && self.s.is_finite()) {
            let expected = "a finite number above 0, for example 0.3";
            return Err(SettingError::new("s", self.s, expected).into());
        }
        Ok(())
    }

    fn draw(&self, rng: &mut impl Rng) -> PlacedGraph {
        let positions: Vec<[f64; 2]> = (0..self.nodes)
            .map(|_| [rng.random(), rng.random()])
            .collect();
        let pairs = || (0..self.nodes).flat_map(|i| (i + 1..self.nodes).map(move |j| [i, j]));
        let distance = |[i, j]: [usize; 2]| {
            let ([x, y], [u, v]): ([f64; 2], [f64; 2]) = (positions[i], positions[j]);
            (x - u).hypot(y - v)
        };
        let largest = pairs().map(distance).fold(0.0, f64::max);
        let decay = |distance: f64| match self.form {
            // If all nodes coincide, their distance is 0 in both forms.
            WaxmanForm::Normalized => distance / largest.max(f64::MIN_POSITIVE) / self.s,
            WaxmanForm::Literal => self.s * distance,
        };
        let edges = pairs()
            .filter(|&pair| rng.random::<f64>() < self.q * (-decay(distance(pair))).exp())
            .collect();
        PlacedGraph::placed(simple(&[self.nodes], edges), positions)
    }

    fn draw_connected(&self, least_nodes: usize, rng: &mut impl Rng) -> Option<PlacedGraph> {
        let largest = self.draw(rng).largest_component();
        (largest.positions().len() >= least_nodes).then_some(largest)
    }
}

#[cfg(test)]
#[path = "waxman_tests.rs"]
mod tests;

//! Comparison of generated graphs with real ones, by the distributions of their statistics.
//!
//! ```
//! use fireweed::{
//!     evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample},
//!     graph::generate::Waxman,
//! };
//!
//! let waxman = Waxman::new();
//! let sample = |attempts| Ok::<_, Box<dyn std::error::Error>>(
//!     GraphStatisticsSample::of_placed(&waxman.dataset(5, attempts, 1)?)
//! );
//! let source = sample(0..1000)?;
//! let fresh = sample(1000..2000)?;
//! // Too many edges: the distances are far above the noise floor.
//! let generated = GraphStatisticsSample::of_placed(&waxman.with_q(0.9).dataset(5, 0..300, 2)?);
//!
//! let report = GraphReport::compare(&source, &generated, Some(&fresh))?;
//! let degree = report.score(GraphStatistic::AverageDegree).unwrap();
//! assert!(degree.divergences.wasserstein > 3.0 * degree.floor.unwrap().wasserstein);
//! println!("{}", report.to_table());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The published statistics do not depend on coordinates. For graphs with coordinates, samples also
//! have [`GraphStatistic::DISTANCES`], which detect edges that ignore distance:
//!
//! ```
//! use fireweed::{
//!     evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample},
//!     graph::generate::{PlacedGraph, Waxman},
//! };
//!
//! let graphs = Waxman::new().dataset(5, 0..2000, 1)?;
//! let source = GraphStatisticsSample::of_placed(&graphs[..1000]);
//! let fresh = GraphStatisticsSample::of_placed(&graphs[1000..]);
//! // The same structures, with the coordinates of another node each.
//! let mixed = graphs[..1000].iter().map(|graph| {
//!     let mut places = graph.positions().to_vec();
//!     places.rotate_left(1);
//!     PlacedGraph::new(graph.topology().clone(), places)
//! });
//! let mixed = GraphStatisticsSample::of_placed(&mixed.collect::<Result<Vec<_>, _>>()?);
//!
//! let report = GraphReport::compare(&source, &mixed, Some(&fresh))?;
//! let density = report.score(GraphStatistic::EdgeDensity).unwrap();
//! assert_eq!(density.divergences.wasserstein, 0.0);
//! let length = report.score(GraphStatistic::EdgeLength).unwrap();
//! assert!(length.divergences.wasserstein > 5.0 * length.floor.unwrap().wasserstein);
//! println!("{}", report.to_distance_table().unwrap());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod distances;
mod drawing;
mod figure;
mod published;
mod report;
mod sample;

pub use drawing::picture_of_graphs;
pub use figure::figure_of_samples;
pub use published::PublishedScores;
pub use report::{Divergences, GraphReport, GraphScore};
pub use sample::{GraphStatistic, GraphStatisticsSample};

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

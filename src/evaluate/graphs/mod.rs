//! Generated graphs against real ones, by the distributions of their statistics.
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
//! // Too many edges: the report shows it far above the noise floor.
//! let generated = GraphStatisticsSample::of_placed(&waxman.with_q(0.9).dataset(5, 0..300, 2)?);
//!
//! let report = GraphReport::compare(&source, &generated, Some(&fresh))?;
//! let degree = report.score(GraphStatistic::AverageDegree).unwrap();
//! assert!(degree.divergences.wasserstein > 3.0 * degree.floor.unwrap().wasserstein);
//! println!("{}", report.to_table());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod figure;
mod published;
mod report;
mod sample;

pub use published::{PublishedScores, UL_GAN_ON_WAXMAN};
pub use report::{Divergences, GraphReport, GraphReportError, GraphScore};
pub use sample::{GraphStatistic, GraphStatisticsSample};

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests;

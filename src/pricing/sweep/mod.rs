//! Sweeps: many sessions over many markets and learners, on one machine or on a cluster. They can
//! be interrupted and resumed with the same results.
//!
//! ```text
//! SweepConfig -> Sweep (numbered points) -> run of each shard -> collect -> CSV, Parquet, summary
//! ```
//!
//! The random numbers of session k of a point depend only on the seed of the study, the settings of
//! the point and k. Results are therefore independent of threads, shards, interruptions and other
//! points.

mod axis;
mod collected;
mod config;
mod design;
mod error;
mod export;
mod file;
mod folder;
mod grids;
mod parameters;
mod point;
mod prepared;
mod progress;
mod record;
mod run;
mod seed;
mod shard;
mod shard_file;
mod summary;
mod tasks;

#[cfg(test)]
mod environment_tests;
#[cfg(test)]
mod tests;

pub use axis::{Axis, Parameter};
pub use collected::Collected;
#[cfg(test)]
use collected::collect;
pub use config::SweepConfig;
pub use design::{Curve, Design, Sweep};
pub use error::SweepError;
pub use grids::{GridBenchmarks, SweepGrid};
pub use point::SweepPoint;
pub use progress::Progress;
pub use record::SessionRecord;
pub use run::RunReport;
#[cfg(test)]
use run::run;
pub use shard::Shard;
pub use summary::PointSummary;

//! Whole experiments, each in a folder of its own that can be resumed.
//!
//! Which slope α trains fastest? An [`AlphaStudy`] trains one network per α and repeat, all on the same images, those of one
//! repeat with the same data order and weight draws, and writes one folder: settings, curves,
//! tables, checkpoints. [`advice`] says which to use on one's own data. [`gan`] trains generators of
//! graphs.

pub mod advice;
mod alpha_study;
mod config;
mod error;
mod folder;
pub mod gan;
mod output;
mod results;

pub use alpha_study::{AlphaStudy, StudyEvent};
pub use config::AlphaStudyConfig;
pub use error::StudyError;
pub use output::write_results;
pub use results::{AlphaResult, AlphaStudyResults, RunResult};

//! Adversarial training of a generator in a folder that can be resumed.

mod config;
mod graphs;
mod growth;
#[cfg(feature = "molecules")]
mod molecules;
mod output;
mod placed;
mod presets;
mod study;
mod weights;

pub use config::GanStudyConfig;
pub use graphs::StoredGraphs;
#[cfg(feature = "molecules")]
pub use molecules::MoleculeTask;
pub use placed::{PlacedResults, PlacedTask};
pub use presets::Preset;
pub use study::{GanEnd, GanStudy, GanTask};
pub use weights::{load_generator, save_generator};

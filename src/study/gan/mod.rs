//! Adversarial training of a generator, in a resumable folder.

mod config;
#[cfg(feature = "molecules")]
mod molecules;
mod output;
mod placed;
mod presets;
mod published;
mod study;
mod weights;

pub use config::GanStudyConfig;
#[cfg(feature = "molecules")]
pub use molecules::MoleculeTask;
pub use placed::{PlacedResults, PlacedTask};
pub use presets::Preset;
pub use published::UL_GAN_ON_WAXMAN;
pub use study::GanStudy;
pub use weights::{load_generator, load_generator_of, save_generator};

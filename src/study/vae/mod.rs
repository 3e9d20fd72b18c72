//! Training of variational autoencoders of graphs, in a resumable folder.

mod presets;
mod study;

pub use presets::VaePreset;
pub use study::{VaeStudy, VaeStudyConfig};

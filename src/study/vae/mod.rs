//! Training of variational autoencoders of graphs in a folder that can be resumed.

mod presets;
mod study;

pub use presets::VaePreset;
pub use study::{VaeStudy, VaeStudyConfig};

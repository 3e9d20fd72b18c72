//! What all studies of generative models share: a folder, a record of data and settings, a training
//! that can be resumed.

mod identity;
mod study;

pub(super) use identity::Identity;
pub(super) use study::Training;
pub use study::{ModelSettings, ModelStudy, StudyEnd};

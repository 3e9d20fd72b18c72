//! Common parts of all studies of generative models: a folder, a record of data and settings, and a
//! resumable training.

mod identity;
mod study;

pub(super) use identity::Identity;
pub(super) use study::Training;
pub use study::{ModelSettings, ModelStudy, StudyEnd};

//! [Advice](crate::overparam::advisor) on user-supplied data, written to a folder: texts, tables,
//! pictures, and a short training that checks the prediction.

mod choice;
mod data;
mod figure;
mod folder;
mod rehearsal;

pub use choice::MapChoice;
pub use data::AdviceData;
pub use folder::AdviceFolder;
pub use rehearsal::{Rehearsal, RehearsalPoint, rehearse};

//! [Advice](crate::overparam::advisor) on a user's data in a folder: texts, tables, pictures, and a
//! short training that shows how far the prediction holds.

mod choice;
mod data;
mod figure;
mod folder;
mod rehearsal;

pub use choice::MapChoice;
pub use data::AdviceData;
pub use folder::AdviceFolder;
pub use rehearsal::{Rehearsal, RehearsalPoint, rehearse};

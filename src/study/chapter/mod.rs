//! The experiments of the dissertation on leaky ReLUs, and a report on what comes out.
//!
//! An [`Experiment`] has one study or several, its [`parts`]. A [`ChapterStudy`] trains them in one
//! folder, and [`write_report`] sets what was found beside the published numbers and the closed
//! form at infinite width.

mod cost;
mod experiment;
mod finding;
mod part;
mod preset;
mod published;
mod rates;
mod report;
mod scan;
mod study;
mod subject;

pub use experiment::Experiment;
pub use part::{Part, Variant};
pub use preset::{Size, Steps, own_part, parts, parts_at};
pub use published::{PublishedRow, published};
pub use report::{Report, write_report};
pub use study::{ChapterData, ChapterEvent, ChapterResults, ChapterRun, ChapterStudy, PartResult};
pub use subject::{ImageNetworks, Learning, Subject, TextNetworks, TextReading};

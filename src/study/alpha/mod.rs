//! Slopes compared on one problem: one network for each, trained on the same samples.

mod case;
mod config;
mod figure;
mod output;
mod ranking;
mod results;
mod search;
mod step;
mod study;

pub use case::Case;
pub use config::AlphaStudyConfig;
use figure::{figure, search_figure};
pub use output::write_results;
pub use ranking::Ranking;
pub use results::{AlphaStudyResults, CaseResult, RunResult};
pub(in crate::study) use search::TYPICAL_STEPS;
pub use search::{StepSearch, TriedStep};
pub use step::StepRule;
pub use study::{AlphaStudy, StudyEvent};

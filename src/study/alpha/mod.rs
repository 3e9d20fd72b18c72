//! Slopes compared on one task: one network for each, trained on the same samples.

mod case;
mod closed_form;
mod config;
mod data;
mod figure;
mod output;
mod ranking;
mod results;
mod samples;
mod step;
mod study;
mod task;
mod training;

pub use case::Case;
pub use closed_form::Prediction;
pub use config::AlphaStudyConfig;
pub use data::StudyData;
pub use figure::figure;
pub use output::write_results;
pub use ranking::Ranking;
pub use results::{AlphaStudyResults, CaseResult, RunResult};
pub use step::StepRule;
pub use study::{AlphaStudy, StudyEvent};
pub use task::{ImageNetwork, RegressionLossKind, RegressionTable, Task, TextNetwork};

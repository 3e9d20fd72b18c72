//! Whole experiments, each in a folder of its own that can be resumed.
//!
//! Which slope α trains fastest? An [`AlphaStudy`] trains one network per α and repeat, all on the
//! same samples, those of one repeat with the same data order and weight draws, and writes one
//! folder: settings, curves, tables, checkpoints. [`chapter`] has the experiments on leaky ReLUs of
//! the dissertation, [`advice`] says which slope to use on one's own data. [`gan`] trains
//! generators of graphs.

pub mod advice;
pub mod alpha;
pub mod chapter;
mod curves;
mod error;
mod folder;
pub mod gan;
pub mod likelihood;
mod model;
#[cfg(feature = "molecules")]
mod molecule_results;
mod output;
mod problem;
mod task;
pub mod vae;

pub use alpha::{
    AlphaStudy, AlphaStudyConfig, AlphaStudyResults, Case, CaseResult, Ranking, RunResult,
    StepRule, StepSearch, StudyEvent, TriedStep, write_results,
};
pub use error::StudyError;
pub use model::{ModelSettings, ModelStudy, StudyEnd};
#[cfg(feature = "molecules")]
pub use molecule_results::MoleculeResults;
pub use problem::{
    ClassBatch, CnnFamily, DrawnProblem, FunctionProblem, ImageInputs, ImageProblem, Inputs,
    MlpFamily, NetworkFamily, Prediction, PreparedInputs, Problem, ProblemDescription,
    RegressionLossKind, RnnFamily, SampleRngs, TableProblem, TextInputs, TextProblem, Training,
    TransformerFamily,
};
pub use task::GraphTask;

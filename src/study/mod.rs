//! Whole experiments, each in a folder of its own that can be resumed.
//!
//! | study | question |
//! |---|---|
//! | [`AlphaStudy`] | Which slope α trains fastest on a [`Problem`]? |
//! | [`chapter`] | The experiments of the dissertation on leaky ReLUs, and those on your own data |
//! | [`advice`] | Which slope, step and length of training suit a table? |
//! | [`gan`], [`vae`], [`likelihood`] | Training of generators of graphs |
//!
//! An [`AlphaStudy`] trains one network per slope and repeat on the same samples; the networks of one
//! repeat have the same order of data and the same weight draws. It writes settings, curves, tables
//! and checkpoints. [`ModelStudy`] is the common form of the studies that train a generator on a
//! [`GraphTask`].
//!
//! ```no_run
//! use fireweed::{
//!     data::{CaliforniaHousing, DataPlaces, Source},
//!     overparam::{InputMap, theory::Optimizer},
//!     study::{AlphaStudy, AlphaStudyConfig, StepRule, TableProblem, write_results},
//!     train::{EpochDisplay, StopHandle},
//! };
//!
//! let table = CaliforniaHousing::default().load(&DataPlaces::default(), &mut |_| {})?;
//! let problem = TableProblem {
//!     table,
//!     input_map: InputMap::RawWithConstant,
//!     loss: Default::default(),
//! };
//! let config = AlphaStudyConfig {
//!     samples: 200,
//!     test_samples: 1000,
//!     widths: vec![256],
//!     optimizer: Optimizer::Gd,
//!     steps_per_epoch: 10,
//!     step: StepRule::ShareOfStable { share: 0.7 },
//!     ..AlphaStudyConfig::images()
//! };
//! let study = AlphaStudy::create("runs/housing".as_ref(), config, &problem)?;
//! let results = study.run(&problem, &StopHandle::new(), EpochDisplay::Lines, &mut |_| {})?;
//! println!("{}", write_results(&study, &results)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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

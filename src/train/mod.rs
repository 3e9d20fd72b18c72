//! Training in Burn's `Learner` and `SupervisedTraining`.
//!
//! | item | purpose |
//! |---|---|
//! | [`Run`], [`StopHandle`], [`History`] | one resumable training, its stop request and its metrics |
//! | [`Patience`], [`BestEpoch`] | early stopping, and the checkpoint of the best epoch |
//! | [`EpochDataLoader`], [`FullBatchLoader`], [`EvaluationLoader`] | data loaders |
//! | [`Classifier`], [`MlpRegressor`] | networks with a summed loss |
//! | [`PlainAdam`], [`PlainSgd`] | optimizers in one memory pass |
//! | [`gan`], [`likelihood`], [`vae`] | training of the models in [`generative`](crate::generative) |
//! | [`GraphReward`], [`GraphJudge`] | your own rewards and evaluations of generated graphs |
//!
//! A [`Run`] that is stopped and resumed gives the same result as an uninterrupted one, bit for bit
//! on one CPU device. The order of data depends on the epoch only, the history agrees with the
//! checkpoints, and early stopping uses the whole history. Without Burn's dashboard, it prints one
//! line per epoch.
//!
//! ```
//! use fireweed::train::{Run, StopHandle};
//!
//! let stop = StopHandle::new();
//! let run = Run::new("runs/first", 20).with_stop_handle(stop.clone());
//! stop.stop(); // For example from a signal handler.
//! assert!(stop.is_stopped());
//! # drop(run);
//! ```

mod adam;
mod average;
mod checkpoint;
mod classifier;
mod early_stopping;
mod epoch_display;
mod epoch_end;
mod epoch_loader;
mod epoch_steps;
mod error;
mod evaluation;
mod finite;
mod full_batch_loader;
pub mod gan;
mod history;
mod history_logger;
mod judge;
pub mod likelihood;
mod mlp_regressor;
mod passes;
mod plain_renderer;
mod run;
mod scalars;
mod sgd;
mod stop;
pub(crate) mod streams;
pub mod vae;
mod watch;

pub use adam::PlainAdam;
pub(crate) use average::update_average;
pub use checkpoint::{BestEpoch, CHECKPOINT_DIR, latest_checkpoint};
pub use classifier::Classifier;
pub use early_stopping::Patience;
pub use epoch_display::EpochDisplay;
pub use epoch_end::{EpochEnd, EpochEndLoader};
pub use epoch_loader::EpochDataLoader;
pub use error::RunError;
pub use evaluation::{
    EvaluationBatch, EvaluationLoader, EvaluationOutput, EvaluationSplit, OnSplit,
};
pub use full_batch_loader::FullBatchLoader;
pub use history::{EpochMetrics, HISTORY_FILE, History};
pub(crate) use history_logger::HistoryLogger;
pub use judge::{GraphJudge, GraphReward, SharedJudge, SharedReward};
pub use mlp_regressor::{MlpRegressor, RegressionLoss};
pub use plain_renderer::PlainRenderer;
pub use run::{Run, RunEnd, RunOutcome};
pub use scalars::{ScalarMetric, Scalars};
pub use sgd::PlainSgd;
pub use stop::StopHandle;
pub use streams::final_sampling;
pub use watch::{NonFinite, NonFiniteWatch};

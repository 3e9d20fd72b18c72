//! What plugs into Burn's `Learner` and `SupervisedTraining`.
//!
//! [`Run`] is one training: it adds to Burn's loop what makes stopping and resuming equal to not
//! stopping, bit for bit on one CPU device (data order by epoch, a history that agrees with the
//! checkpoints, early stopping that remembers), and one line of text per epoch where Burn's
//! dashboard is not wanted.

mod adam;
mod average;
mod checkpoint;
mod classifier;
mod early_stopping;
mod epoch_display;
mod epoch_end;
mod epoch_loader;
mod epoch_steps;
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
pub use average::update_average;
pub use checkpoint::{BestEpoch, CHECKPOINT_DIR, latest_checkpoint};
pub use classifier::Classifier;
pub use early_stopping::Patience;
pub use epoch_display::EpochDisplay;
pub use epoch_end::{EpochEnd, EpochEndLoader};
pub use epoch_loader::EpochDataLoader;
pub use evaluation::{
    EvaluationBatch, EvaluationLoader, EvaluationOutput, EvaluationSplit, OnSplit, SplitInput,
};
pub use full_batch_loader::FullBatchLoader;
pub use history::{EpochMetrics, HISTORY_FILE, History, HistoryError};
pub use history_logger::HistoryLogger;
pub use judge::{GraphJudge, GraphReward, SharedJudge, SharedReward};
pub use mlp_regressor::{MlpRegressor, RegressionLoss};
pub use plain_renderer::PlainRenderer;
pub use run::{Run, RunEnd, RunError, RunOutcome};
pub use scalars::{ScalarMetric, Scalars};
pub use sgd::PlainSgd;
pub use stop::StopHandle;
pub use streams::final_sampling;
pub use watch::{NonFinite, NonFiniteWatch};

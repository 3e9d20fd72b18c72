use serde::{Deserialize, Serialize};

use super::{Budget, Calibration, MapTrial, Merged, Separation, judge};
use crate::overparam::{InputMap, OverparamError, infinite_width::Reach};

/// Recommended slope, step and number of epochs, with reasons. `Display` shows a summary and a
/// table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// The budget of the training.
    pub budget: Budget,
    /// How rows enter the network.
    pub input_map: InputMap,
    /// Properties of the data, measured or given.
    pub data: DataSummary,
    /// The slope to use.
    pub alpha: f64,
    /// Other slopes that are predicted to perform equally well on these data.
    #[serde(default)]
    pub tied: Vec<f64>,
    /// Epochs to the target at infinite width, for training on all rows. `None` if the target is
    /// never reached or there are no data.
    #[serde(default)]
    pub predicted_epochs: Option<u64>,
    /// Epochs to the target in a run; `None` without a run.
    #[serde(default)]
    pub run: Option<RunEpochs>,
    /// Expected range of epochs to the target: those of a run, or else the prediction at infinite
    /// width times measured factors for finite width. `None` if the target is never reached or there
    /// are no data.
    #[serde(default)]
    pub expected_epochs: Option<[u64; 2]>,
    /// Input maps that were compared to choose one, the default first; empty if the map was given.
    #[serde(default)]
    pub maps: Vec<MapTrial>,
    /// Reasons for the advice.
    pub reasons: Vec<String>,
    /// Arguments against the advice.
    pub against: Vec<String>,
    /// The step η to use, for a loss that is a **sum** over the samples of a step; for a mean,
    /// multiply it by the samples per step. With data it is half of the largest step that is stable
    /// for all slopes on all rows, coinciding rows included; without data, the theorem's step with a
    /// constant of 1.
    pub step: f64,
    /// Whether the step, and all that depends on it, is computed from data instead of from the
    /// theorem.
    pub from_data: bool,
    /// When to stop.
    pub stop: String,
    /// One entry per slope, in the order given.
    pub slopes: Vec<SlopeAdvice>,
    /// One predicted curve per slope, in the same order; `None` without data.
    pub curves: Vec<PredictedCurve>,
    /// Share of the initial loss that counts as the target, in [0, 1].
    pub target: f64,
    /// Limitations of this advice.
    pub notes: Vec<String>,
}

impl Advice {
    /// Expects the epochs that a run with the recommended settings needed, converted to training on
    /// all rows if it trained on those of the closed form alone.
    #[must_use]
    pub fn measured(mut self, run: RunEpochs) -> Self {
        let slope = self.slopes.iter().find(|slope| slope.alpha == self.alpha);
        let predicted = slope.and_then(|slope| slope.predicted);
        if let (Some(all), Some(Reach::After { steps })) = (
            self.predicted_epochs,
            predicted.map(|predicted| predicted.epochs_to_target),
        ) {
            self.expected_epochs = judge::from_run(run, [steps, all]);
        }
        self.run = Some(run);
        self
    }

    /// Adds the theorem's rates, with the constant estimated from a run.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the run gives no rate, or one that is too large for another
    /// slope.
    pub fn calibrated(mut self, run: Calibration) -> Result<Self, OverparamError> {
        for slope in &mut self.slopes {
            slope.calibrated = Some(run.advice(slope.alpha, self.target)?);
        }
        Ok(self)
    }
}

/// Number of epochs that a run with the recommended settings needed to the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEpochs {
    /// Number of epochs of the run.
    pub length: f64,
    /// Number of epochs to the target, extrapolated if the run ended before; `None` if the loss did
    /// not fall at its end.
    pub to_target: Option<f64>,
}

/// Properties of the data of an [`Advice`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Number n of samples that are distinct inputs to the network.
    pub samples: usize,
    /// Number p of coordinates of an input, before the input map.
    pub coordinates: usize,
    /// Number d of coordinates of an output.
    pub outputs: usize,
    /// Separation δ after the input map.
    pub separation: f64,
    /// How δ was measured; `None` if it was given.
    pub measured: Option<Separation>,
    /// File lines of the two closest rows; `None` if the rows do not come from a file.
    pub lines: Option<[u64; 2]>,
    /// Rows that were the same input to the network and were merged; `None` if there were none.
    pub merged: Option<Merged>,
    /// Numbers of rows in the closed form and of held-out rows; `None` without data.
    #[serde(alias = "analysed")]
    pub analyzed: Option<[usize; 2]>,
    /// Whether the mapped rows lie in one orthant, as pixels do; `None` without data.
    pub one_orthant: Option<bool>,
}

/// Results for one slope.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlopeAdvice {
    /// α.
    pub alpha: f64,
    /// g(α).
    pub squared_gap: f64,
    /// The closed form on the data; `None` without data.
    pub predicted: Option<Predicted>,
    /// The theorem with constants of 1; only for comparing slopes.
    pub theorem: TheoremAdvice,
    /// The theorem's rate calibrated by a run; `None` without a run.
    pub calibrated: Option<CalibratedAdvice>,
}

/// Predictions of the closed form at infinite width, at the recommended step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// Step below which training with this slope converges, for the sum loss.
    pub largest_stable_step: f64,
    /// Mean training loss before training.
    pub initial_loss: f64,
    /// Mean training loss at the end of the budget.
    pub final_loss: f64,
    /// Average relative decrease of the loss per epoch, over the last nine tenths of the budget;
    /// `None` if the loss does not fall.
    pub decrease: Option<f64>,
    /// Epochs until the target share of the initial loss is left, rounded up.
    pub epochs_to_target: Reach,
    /// The loss on held-out rows; `None` if there are too few rows.
    pub held_out: Option<HeldOut>,
}

/// Predicted curve of one slope, from epoch 0 to the end of the budget, at the recommended step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedCurve {
    /// α.
    pub alpha: f64,
    /// Some dozens of points, denser at early epochs.
    pub points: Vec<PredictedPoint>,
}

/// One point of a [`PredictedCurve`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedPoint {
    /// Number of passes over the data.
    pub epoch: u64,
    /// Mean training loss.
    pub loss: f64,
    /// Mean loss on held-out rows; `None` if there are too few rows.
    pub held_out: Option<f64>,
}

/// Predicted loss on held-out rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Epoch of the smallest loss, up to ten times the budget.
    pub best_epoch: f64,
    /// Mean loss at that epoch.
    pub best_loss: f64,
    /// Mean loss at the end of the budget.
    pub final_loss: f64,
}

/// Bounds of Theorems 2.1 and 2.2 at their largest step, with all constants 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TheoremAdvice {
    /// The theorem's step.
    pub step: f64,
    /// `1 − γ` per step.
    pub decrease: f64,
    /// `1 − γ` divided by that of ReLU; equal to g(α).
    pub relative_to_relu: f64,
    /// Epochs until the target share of the bound on the initial loss.
    pub epochs_to_target: f64,
    /// Width required by the theorem.
    pub required_width: f64,
}

/// The theorem's rate with its constant estimated from a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibratedAdvice {
    /// `1 − γ` per epoch.
    pub decrease: f64,
    /// Epochs until the target share of the loss is left.
    pub epochs_to_target: f64,
}

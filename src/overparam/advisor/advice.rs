use serde::{Deserialize, Serialize};

use super::{AdviceError, Budget, Calibration, MapTrial, Merged, Separation};
use crate::overparam::{InputMap, infinite_width::Reach};

/// Which slope to use, with which step, for how long, and why; `Display` shows a table and sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// What the advice is for.
    pub budget: Budget,
    /// How rows enter the network.
    pub input_map: InputMap,
    /// What was found in the data, or was given.
    pub data: DataSummary,
    /// The slope to use.
    pub alpha: f64,
    /// Other slopes that are predicted to do as well on these data.
    #[serde(default)]
    pub tied: Vec<f64>,
    /// Epochs to the target, from and to: the prediction at infinite width times what networks of
    /// finite width were measured to take. None where the target is never reached, and without data.
    #[serde(default)]
    pub expected_epochs: Option<[u64; 2]>,
    /// Input maps that were compared before one was chosen, the usual one first; none where it was given.
    #[serde(default)]
    pub maps: Vec<MapTrial>,
    /// Why.
    pub reasons: Vec<String>,
    /// What speaks against it.
    pub against: Vec<String>,
    /// The step η to use, for a loss that is a **sum** over the samples of a step; for a mean, this
    /// times the samples per step. At a half of the largest stable step of all slopes; without data,
    /// the theorem's, at a constant of 1.
    pub step: f64,
    /// Whether the step, and all that depends on it, comes from the data and not only from the theorem.
    pub from_data: bool,
    /// When to stop.
    pub stop: String,
    /// One entry per slope, as they were asked for.
    pub slopes: Vec<SlopeAdvice>,
    /// One predicted curve per slope, in the same order; none without data.
    pub curves: Vec<PredictedCurve>,
    /// The share of the loss that counts as reached.
    pub target: f64,
    /// Limits of this advice.
    pub notes: Vec<String>,
}

impl Advice {
    /// Adds the theorem's rates, with their constant from a run.
    ///
    /// # Errors
    /// [`AdviceError`] where the run gives no rate, or one that is too large for another slope.
    pub fn calibrated(mut self, run: Calibration) -> Result<Self, AdviceError> {
        for slope in &mut self.slopes {
            slope.calibrated = Some(run.advice(slope.alpha, self.target)?);
        }
        Ok(self)
    }
}

/// The data behind an [`Advice`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Number n of samples, as inputs to the network all different.
    pub samples: usize,
    /// Coordinates p of an input, before the input map.
    pub coordinates: usize,
    /// Coordinates d of an output.
    pub outputs: usize,
    /// Separation δ after the input map.
    pub separation: f64,
    /// How δ was measured; none where it was given.
    pub measured: Option<Separation>,
    /// The lines of a file that hold the two closest rows; none where rows come from no file.
    pub lines: Option<[u64; 2]>,
    /// Rows that were one input to the network and count once; none where there were none.
    pub merged: Option<Merged>,
    /// Rows in the closed form, and rows held out of it; none without data.
    pub analysed: Option<[usize; 2]>,
    /// Whether the mapped rows lie in one orthant, as pixels do; none without data.
    pub one_orthant: Option<bool>,
}

/// What is said of one slope.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlopeAdvice {
    /// α.
    pub alpha: f64,
    /// g(α).
    pub squared_gap: f64,
    /// The closed form on the data; none without data.
    pub predicted: Option<Predicted>,
    /// The theorem, at constants of 1: to compare slopes, never absolute.
    pub theorem: TheoremAdvice,
    /// The theorem's rate calibrated by a run; none without a run.
    pub calibrated: Option<CalibratedAdvice>,
}

/// The closed form at infinite width, at the advised step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// The step below which training with this slope converges, for the sum loss.
    pub largest_stable_step: f64,
    /// Mean training loss before training.
    pub initial_loss: f64,
    /// Mean training loss at the end of the budget.
    pub final_loss: f64,
    /// The share of the loss that an epoch takes, on average over the last nine tenths of the
    /// budget; none where the loss does not fall.
    pub decrease: Option<f64>,
    /// Epochs until the target share of the initial loss is left, rounded up.
    pub epochs_to_target: Reach,
    /// The loss on held-out rows; none where there are too few rows.
    pub held_out: Option<HeldOut>,
}

/// The closed form of one slope, from epoch 0 to the end of the budget, at the advised step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedCurve {
    /// α.
    pub alpha: f64,
    /// Some dozens of points, the denser the earlier.
    pub points: Vec<PredictedPoint>,
}

/// One point of a [`PredictedCurve`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedPoint {
    /// Passes over the data.
    pub epoch: u64,
    /// Mean training loss.
    pub loss: f64,
    /// Mean loss on held-out rows; none where there are too few rows.
    pub held_out: Option<f64>,
}

/// The predicted loss on rows that the closed form did not train on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// The epoch of the smallest loss, up to ten times the budget.
    pub best_epoch: f64,
    /// Mean loss then.
    pub best_loss: f64,
    /// Mean loss at the end of the budget.
    pub final_loss: f64,
}

/// Theorems 2.1 and 2.2 at their largest step, with all constants 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TheoremAdvice {
    /// The theorem's step.
    pub step: f64,
    /// `1 − γ` per step.
    pub decrease: f64,
    /// `1 − γ` over that of ReLU, which is g(α).
    pub relative_to_relu: f64,
    /// Epochs to the target share of the bound on the initial loss.
    pub epochs_to_target: f64,
    /// The width that the theorem asks for.
    pub required_width: f64,
}

/// The theorem's rate with its constant from a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibratedAdvice {
    /// `1 − γ` per epoch.
    pub decrease: f64,
    /// Epochs until the target share of the loss is left.
    pub epochs_to_target: f64,
}

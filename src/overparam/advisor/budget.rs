use serde::{Deserialize, Serialize};

use super::CalibratedAdvice;
use crate::overparam::OverparamError;
use crate::overparam::theory::{CalibratedRate, Optimizer, Rate};

/// Budget of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Width m of the hidden layers.
    pub width: usize,
    /// Number L of trained layers.
    pub depth: usize,
    /// Number of passes over the data.
    pub epochs: u64,
    /// Gradient descent, or SGD with a batch size.
    #[serde(alias = "optimiser")]
    pub optimizer: Optimizer,
}

/// Properties of the data if the data themselves are not available.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Number n of samples.
    pub samples: usize,
    /// Number p of coordinates of an input.
    pub coordinates: usize,
    /// Number d of coordinates of an output.
    pub outputs: usize,
    /// Separation δ: the smallest distance of two inputs, as they enter the network.
    pub separation: f64,
}

/// A measured training that determines the constant of the theorem's rate.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; equation 2.17 of the dissertation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Slope of the run.
    pub alpha: f64,
    /// An epoch after the first fall of the loss, and the training loss then.
    pub first: (u64, f64),
    /// A later epoch, and its training loss.
    pub last: (u64, f64),
    /// The factor C₀ of the dissertation, usually 1.
    pub shrink: f64,
}

impl Calibration {
    /// Creates a run from a curve of epochs and losses. Uses its last point and the first one at a
    /// tenth of the last epoch or later, like the dissertation's 100 and 1000.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the curve has fewer than two such points, or they give no rate.
    pub fn from_curve(alpha: f64, curve: &[(u64, f64)]) -> Result<Self, OverparamError> {
        let found = curve.len();
        let (what, least) = ("points of the measured curve", 2);
        let last = *curve
            .last()
            .filter(|_| found >= least)
            .ok_or(OverparamError::too_few(what, found, least))?;
        let late = curve
            .iter()
            .find(|(epoch, _)| *epoch >= last.0.div_ceil(10));
        let calibration = Self {
            alpha,
            first: late.copied().unwrap_or(last),
            last,
            shrink: 1.0,
        };
        calibration.rate()?;
        Ok(calibration)
    }

    /// Returns the theorem's rate of a slope, and the epochs until the target share of the loss is
    /// left.
    pub(super) fn advice(
        &self,
        alpha: f64,
        target: f64,
    ) -> Result<CalibratedAdvice, OverparamError> {
        let rate = self.rate()?.rate(alpha)?;
        Ok(CalibratedAdvice {
            decrease: rate.decrease(),
            epochs_to_target: rate.steps_to_divide_by(1.0 / target),
        })
    }

    /// Returns the theorem's rate per epoch, with its constant from this run.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the loss of the run does not fall, or its slope has no gap.
    pub fn rate(&self) -> Result<CalibratedRate, OverparamError> {
        let observed = Rate::observed(self.first, self.last)?;
        CalibratedRate::from_run(self.alpha, observed, self.shrink)
    }
}

impl Budget {
    pub(super) fn check(&self) -> Result<(), OverparamError> {
        let counts = [
            ("width", self.width as u64, 2),
            ("depth", self.depth as u64, 1),
            ("epochs", self.epochs, 1),
        ];
        match counts.iter().find(|(_, found, least)| found < least) {
            Some(&(what, found, least)) => {
                Err(OverparamError::too_few(what, found, least as usize))
            }
            None => Ok(()),
        }
    }

    /// Returns the number of samples per step.
    pub fn samples_per_step(&self, samples: usize) -> usize {
        match self.optimizer {
            Optimizer::Gd => samples,
            Optimizer::Sgd { batch } => batch.min(samples),
        }
    }
}

use serde::{Deserialize, Serialize};

use super::{Rate, positive, squared_gap};
use crate::overparam::OverparamError;

/// The theorem's rate with its constant taken from a run.
///
/// ```text
/// γ(α) = 1 − C g(α),   C = C₀ (1 − γ̂(α₀)) / g(α₀)
/// ```
///
/// γ̂ is [observed](Rate::observed) at the slope α₀; the dissertation takes α₀ = 0, where g is 1,
/// and C₀ = 1 for its synthetic data, 0.5 for housing data. C is specific to one data set, network
/// and step.
///
/// The formula exaggerates the differences. In runs, α = −1 decreased the loss 1.25 to 1.6 times as
/// fast as α = 0 instead of 2 times. For α = 0.5 the factor was about 0.4 instead of 0.2.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; equation 2.17 and figure 2.2 of the dissertation.
///
/// ```
/// use fireweed::overparam::theory::{CalibratedRate, Rate};
///
/// let relu = Rate::from_decrease(0.00143)?;
/// let calibrated = CalibratedRate::from_run(0.0, relu, 1.0)?;
/// let steps = calibrated.rate(-1.0)?.steps_to_divide_by(100.0);
/// assert_eq!(steps.round(), 1608.0);
/// # Ok::<(), fireweed::overparam::OverparamError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibratedRate {
    constant: f64,
}

impl CalibratedRate {
    /// Creates the rate from that of a run with slope `alpha`, and the factor C₀.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if α is not finite or has no gap, or C₀ or the decrease is not
    /// positive.
    pub fn from_run(alpha: f64, observed: Rate, shrink: f64) -> Result<Self, OverparamError> {
        if !alpha.is_finite() {
            return Err(OverparamError::setting(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 or 0",
            ));
        }
        let gap = squared_gap(alpha);
        if gap == 0.0 {
            return Err(OverparamError::NoGap { alpha });
        }
        let decrease = positive("the decrease of the run", observed.decrease())?;
        let constant = positive("C0", shrink)? * decrease / gap;
        Ok(Self { constant })
    }

    /// Returns C.
    pub fn constant(&self) -> f64 {
        self.constant
    }

    /// Returns γ(α).
    ///
    /// # Errors
    /// Returns [`OverparamError`] if α is not finite, or C g(α) is not below 1.
    pub fn rate(&self, alpha: f64) -> Result<Rate, OverparamError> {
        if !alpha.is_finite() {
            return Err(OverparamError::setting(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 or 0",
            ));
        }
        Rate::from_decrease(self.constant * squared_gap(alpha))
    }
}

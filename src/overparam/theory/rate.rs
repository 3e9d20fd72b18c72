use serde::{Deserialize, Serialize};

use crate::overparam::OverparamError;

/// A linear rate: each step reduces the loss to at most the share γ.
///
/// Stored as `1 − γ`, which is often far below the rounding error of γ.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Rate {
    decrease: f64,
}

impl Rate {
    /// Creates the rate that reduces the loss by the share `1 − γ` in each step.
    ///
    /// # Errors
    /// Returns [`OverparamError::Decrease`] if the decrease is outside `[0, 1)`.
    pub fn from_decrease(decrease: f64) -> Result<Self, OverparamError> {
        match (0.0..1.0).contains(&decrease) {
            true => Ok(Self { decrease }),
            false => Err(OverparamError::Decrease { decrease }),
        }
    }

    /// Computes the rate γ̂ of a run from the losses at two steps.
    ///
    /// ```text
    /// γ̂ = (L_t / L_s)^(1/(t − s)),   in the dissertation with s = 100 and t = 1000
    /// ```
    ///
    /// Reference: Guo, Li, Lerman, arXiv 2402.11942; equation 2.17 of the dissertation.
    ///
    /// # Errors
    /// Returns [`OverparamError::NoRate`] if the losses are not positive and finite, or do not fall.
    pub fn observed(first: (u64, f64), last: (u64, f64)) -> Result<Self, OverparamError> {
        let losses = [first.1, last.1];
        let falls = losses.iter().all(|loss| loss.is_finite() && *loss > 0.0)
            && last.0 > first.0
            && last.1 < first.1;
        if !falls {
            let steps = [first.0, last.0];
            return Err(OverparamError::NoRate { steps, losses });
        }
        let steps = (last.0 - first.0) as f64;
        Self::from_decrease(-((last.1.ln() - first.1.ln()) / steps).exp_m1())
    }

    /// Returns `1 − γ`.
    pub fn decrease(&self) -> f64 {
        self.decrease
    }

    /// Returns γ.
    pub fn gamma(&self) -> f64 {
        1.0 - self.decrease
    }

    /// Returns the remaining share of the loss after some steps, `γ^t`.
    pub fn remaining(&self, steps: f64) -> f64 {
        (steps * (-self.decrease).ln_1p()).exp()
    }

    /// Returns the number of steps that make the loss `factor` times smaller, `ln factor / −ln γ`,
    /// not rounded; infinite if γ is 1, and 0 for factors up to 1.
    pub fn steps_to_divide_by(&self, factor: f64) -> f64 {
        match factor > 1.0 {
            true => factor.ln() / -(-self.decrease).ln_1p(),
            false => 0.0,
        }
    }
}

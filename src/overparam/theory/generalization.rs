use serde::{Deserialize, Serialize};

use super::{Rate, Setting, positive, squared_gap};
use crate::overparam::OverparamError;

/// Bound on the expected test loss of gradient descent after t steps, in the form that depends on
/// t.
///
/// ```text
/// R(W_t) ≤ γ^t L₀                                                        training
///        + c √g d^{1/3} t^{4/3} / (m^{1/6} n^{2/3} L^{2/3})              perturbation
///        + c √(d ln m) t / (n L)                                         complexity
///        + c d √(ln m / n)                                               concentration
/// γ = 1 − c g δ / (n² L²),   at the step η = d / (n L² m)
/// ```
///
/// In the theorem, the second and third terms are minima of these terms and two others that do not
/// grow with t. The minima are not larger, so this is also a bound.
///
/// The perturbation **grows** with g. So α = −1 is best only while the training term dominates: for
/// small t, large n and large L. Later the theorem favors slopes with a small gap, which is a
/// reason to stop early.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Theorem 2.3 of the dissertation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Generalization {
    setting: Setting,
    gap: f64,
    rate: Rate,
    initial_loss: f64,
    constants: GeneralizationConstants,
}

/// Constants hidden by O in Theorem 2.3: calibrated, or 1. See [`Constants`](super::Constants).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralizationConstants {
    /// Constant of the decrease `1 − γ`.
    pub rate: f64,
    /// Constant of the term with `t^{4/3}`.
    pub perturbation: f64,
    /// Constant of the term with t.
    pub complexity: f64,
    /// Constant of the term without t.
    pub concentration: f64,
}

impl Default for GeneralizationConstants {
    fn default() -> Self {
        Self {
            rate: 1.0,
            perturbation: 1.0,
            complexity: 1.0,
            concentration: 1.0,
        }
    }
}

/// Terms of the bound of Theorem 2.3.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralizationTerms {
    /// Remaining training loss: decreases with t and with g.
    pub training: f64,
    /// Deviation of the trained network from a linear one: grows with t and with g.
    pub perturbation: f64,
    /// Complexity of the networks reachable in t steps: grows with t.
    pub complexity: f64,
    /// Sampling deviation.
    pub concentration: f64,
}

impl GeneralizationTerms {
    /// Returns the bound, the sum of all terms.
    pub fn total(&self) -> f64 {
        self.training + self.perturbation + self.complexity + self.concentration
    }
}

impl Generalization {
    /// Creates the bound for one slope and a loss L₀ before training, in the units of the loss.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the setting is invalid, or α, the loss or a constant is not a
    /// number.
    pub fn new(
        setting: Setting,
        alpha: f64,
        initial_loss: f64,
        constants: GeneralizationConstants,
    ) -> Result<Self, OverparamError> {
        setting.check()?;
        if !alpha.is_finite() {
            return Err(OverparamError::setting(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 or 0",
            ));
        }
        let rate = positive("the constant of the rate", constants.rate)?;
        positive("the constant of the perturbation", constants.perturbation)?;
        positive("the constant of the complexity", constants.complexity)?;
        positive("the constant of the concentration", constants.concentration)?;
        let [n, delta, _, _, l] = setting.numbers();
        let gap = squared_gap(alpha);
        Ok(Self {
            setting,
            gap,
            rate: Rate::from_decrease(rate * gap * delta / (n * l).powi(2))?,
            initial_loss: positive("initial loss", initial_loss)?,
            constants,
        })
    }

    /// Returns the terms after t steps.
    pub fn after(&self, steps: u64) -> GeneralizationTerms {
        let [n, _, d, m, l] = self.setting.numbers();
        let t = steps as f64;
        let constants = &self.constants;
        let moved = self.gap.sqrt() * d.cbrt() * t.cbrt().powi(4);
        let room = m.powf(1.0 / 6.0) * (n * l).cbrt().powi(2);
        GeneralizationTerms {
            training: self.rate.remaining(t) * self.initial_loss,
            perturbation: constants.perturbation * moved / room,
            complexity: constants.complexity * (d * m.ln()).sqrt() * t / (n * l),
            concentration: constants.concentration * d * (m.ln() / n).sqrt(),
        }
    }

    /// Returns the number of steps with the smallest bound.
    ///
    /// With constants of 1 it shows where the terms balance, not when to stop; use held-out data
    /// for that. Cost: O(log t); every term is convex in t.
    pub fn best_time(&self) -> u64 {
        let falls = |t: u64| self.after(t + 1).total() < self.after(t).total();
        if !falls(0) {
            return 0;
        }
        let mut high = 1;
        while high < 1 << 50 && falls(high) {
            high *= 2;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match falls(middle) {
                true => low = middle,
                false => high = middle,
            }
        }
        high
    }
}

use serde::{Deserialize, Serialize};

use super::{Rate, Setting, TheoryError, error::positive, squared_gap};

/// The bound on the expected test loss of gradient descent after t steps, in the form that depends
/// on t.
///
/// ```text
/// R(W_t) ≤ γ^t L₀                                                        training
///        + c √g d^{1/3} t^{4/3} / (m^{1/6} n^{2/3} L^{2/3})              perturbation
///        + c √(d ln m) t / (n L)                                         complexity
///        + c d √(ln m / n)                                               concentration
/// γ = 1 − c g δ / (n² L²),   at the step η = d / (n L² m)
/// ```
///
/// In the theorem, the second and third terms are minima of these and of two others, which do not
/// grow with t; the minima are at most these, so this too is a bound.
///
/// The perturbation **grows** with g. So α = −1 wins only while the training term is the larger
/// one: for small t, large n and large L. Later the theorem favours slopes with a small gap, which
/// is a reason to stop early.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Theorem 2.3 of the dissertation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Generalisation {
    setting: Setting,
    gap: f64,
    rate: Rate,
    initial_loss: f64,
    constants: GeneralisationConstants,
}

/// The constants that O hides in Theorem 2.3: calibrated, or 1. See
/// [`Constants`](super::Constants).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralisationConstants {
    /// Of the decrease `1 − γ`.
    pub rate: f64,
    /// Of the term with `t^{4/3}`.
    pub perturbation: f64,
    /// Of the term with t.
    pub complexity: f64,
    /// Of the term without t.
    pub concentration: f64,
}

impl Default for GeneralisationConstants {
    fn default() -> Self {
        Self {
            rate: 1.0,
            perturbation: 1.0,
            complexity: 1.0,
            concentration: 1.0,
        }
    }
}

/// The terms of the bound of Theorem 2.3.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralisationTerms {
    /// What is left of the training loss: falls with t, and with g.
    pub training: f64,
    /// How far training moved the network from a linear one: grows with t, and with g.
    pub perturbation: f64,
    /// The complexity of the networks that t steps reach: grows with t.
    pub complexity: f64,
    /// The sample's own deviation.
    pub concentration: f64,
}

impl GeneralisationTerms {
    /// The bound.
    pub fn total(&self) -> f64 {
        self.training + self.perturbation + self.complexity + self.concentration
    }
}

impl Generalisation {
    /// The bound for one slope and a loss L₀ before training, in the units of the loss.
    ///
    /// # Errors
    /// [`TheoryError`] where the setting makes no sense, α, the loss or a constant is not a number.
    pub fn new(
        setting: Setting,
        alpha: f64,
        initial_loss: f64,
        constants: GeneralisationConstants,
    ) -> Result<Self, TheoryError> {
        setting.check()?;
        if !alpha.is_finite() {
            return Err(TheoryError::Alpha { alpha });
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

    /// The terms after t steps.
    pub fn after(&self, steps: u64) -> GeneralisationTerms {
        let [n, _, d, m, l] = self.setting.numbers();
        let t = steps as f64;
        let constants = &self.constants;
        let moved = self.gap.sqrt() * d.cbrt() * t.cbrt().powi(4);
        let room = m.powf(1.0 / 6.0) * (n * l).cbrt().powi(2);
        GeneralisationTerms {
            training: self.rate.remaining(t) * self.initial_loss,
            perturbation: constants.perturbation * moved / room,
            complexity: constants.complexity * (d * m.ln()).sqrt() * t / (n * l),
            concentration: constants.concentration * d * (m.ln() / n).sqrt(),
        }
    }

    /// The number of steps with the smallest bound.
    ///
    /// With constants of 1 it says where the terms balance, not when to stop: a hold-out does that.
    /// Cost: O(log t); every term is convex in t.
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

use serde::{Deserialize, Serialize};

use super::{Optimizer, Rate, Setting, positive, squared_gap};
use crate::overparam::OverparamError;

/// Constants hidden by Ω and O in Theorems 2.1 and 2.2: calibrated, or 1.
///
/// Their values are unknown. With 1, results are only **relative**: they show how a quantity
/// changes with α, n, L or δ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constants {
    /// Constant of the decrease `1 − γ`.
    pub rate: f64,
    /// Constant of the largest step.
    pub step: f64,
    /// Constant of the width.
    pub width: f64,
    /// Constant of the step from which the bound for SGD holds.
    pub start: f64,
    /// Constant of the loss before training.
    pub initial_loss: f64,
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            rate: 1.0,
            step: 1.0,
            width: 1.0,
            start: 1.0,
            initial_loss: 1.0,
        }
    }
}

impl Constants {
    fn check(&self) -> Result<(), OverparamError> {
        positive("the constant of the rate", self.rate)?;
        positive("the constant of the step", self.step)?;
        positive("the constant of the width", self.width)?;
        positive("the constant of the start", self.start)?;
        positive("the constant of the initial loss", self.initial_loss)?;
        Ok(())
    }
}

/// Bounds on the training of Algorithm 1 networks, for the sum of squared errors.
///
/// With `g = g(α)`, n samples of separation δ, d outputs, width m, L layers, batch b and constants
/// c:
///
/// ```text
///                   gradient descent (Theorem 2.1)      SGD (Theorem 2.2)
/// rate   γ = 1 −    c g η δ m / (n d)                   c g b η δ m / (n² d)
/// step   η ≤        c d / (n L² m)                      c d δ / (m n³ L³ ln² m)
/// width  m/ln⁴m >   c n⁵ L¹⁵ d / (g δ⁴)                 c n⁸ L¹⁵ d / (g⁴ b δ⁵)
/// holds from step   0                                   c n⁵ L² ln² m / (g² b δ²)
/// steps             ln(ε/L₀) / ln γ, L₀ ≤ c n √ln m     the same
/// ```
///
/// At the largest step, gradient descent needs about `n² L² / (g δ) · ln(L₀/ε)` steps: width and
/// outputs cancel. All bounds are best at α = −1, for which g is 2.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Theorems 2.1 and 2.2 of the dissertation; Guo, Li,
/// Lerman, The effect of leaky ReLUs on the training and generalization of overparameterized
/// networks, AISTATS 2024.
///
/// ```
/// use fireweed::overparam::{OverparamError, theory::*};
///
/// let (samples, separation, outputs) = (1000, 0.05, 1);
/// let setting = Setting { samples, separation, outputs, width: 5000, depth: 5 };
/// let bound = |alpha| Bound::new(setting, alpha, Optimizer::Gd, Constants::default());
/// let decrease = |alpha| -> Result<f64, OverparamError> {
///     let bound = bound(alpha)?;
///     Ok(bound.rate(bound.largest_step())?.decrease())
/// };
/// // Twice as fast as ReLU; the absolute number requires calibration.
/// assert!((decrease(-1.0)? / decrease(0.0)? - 2.0).abs() < 1e-12);
/// # Ok::<(), OverparamError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    pub(super) setting: Setting,
    pub(super) gap: f64,
    pub(super) optimizer: Optimizer,
    pub(super) constants: Constants,
}

impl Bound {
    /// Creates the bounds for one slope.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the setting is invalid, α or a constant is not a number, or a
    /// batch is empty or larger than the data.
    pub fn new(
        setting: Setting,
        alpha: f64,
        optimizer: Optimizer,
        constants: Constants,
    ) -> Result<Self, OverparamError> {
        setting.check()?;
        optimizer.check(setting.samples)?;
        constants.check()?;
        if !alpha.is_finite() {
            return Err(OverparamError::setting(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 or 0",
            ));
        }
        Ok(Self {
            setting,
            gap: squared_gap(alpha),
            optimizer,
            constants,
        })
    }

    /// Returns the rate γ per step of size η.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the step is not positive, or so large that γ would not be
    /// positive.
    pub fn rate(&self, step: f64) -> Result<Rate, OverparamError> {
        let step = positive("step", step)?;
        let [n, delta, d, m, _] = self.setting.numbers();
        let share = match self.optimizer {
            Optimizer::Gd => 1.0,
            Optimizer::Sgd { batch } => batch as f64 / n,
        };
        Rate::from_decrease(self.constants.rate * self.gap * share * step * delta * m / (n * d))
    }

    /// Returns the largest step η of the theorem, for the sum loss.
    pub fn largest_step(&self) -> f64 {
        let [n, delta, d, m, l] = self.setting.numbers();
        let step = match self.optimizer {
            Optimizer::Gd => d / (n * l * l * m),
            Optimizer::Sgd { .. } => d * delta / (m * (n * l).powi(3) * m.ln().powi(2)),
        };
        self.constants.step * step
    }

    /// Returns the step from which the bound holds.
    pub fn holds_from(&self) -> f64 {
        let [n, delta, _, m, l] = self.setting.numbers();
        match self.optimizer {
            Optimizer::Gd => 0.0,
            Optimizer::Sgd { batch } => {
                let scale = n.powi(5) * (l * m.ln()).powi(2) / (batch as f64 * delta * delta);
                self.constants.start * scale / (self.gap * self.gap)
            }
        }
    }

    /// Returns the bound on the loss before training, a sum over samples.
    pub fn initial_loss(&self) -> f64 {
        let [n, _, _, m, _] = self.setting.numbers();
        self.constants.initial_loss * n * m.ln().sqrt()
    }

    /// Returns the steps of size η after which the loss, a sum over samples, is at most `target`,
    /// and the bound holds; not rounded, infinite for α = 1.
    ///
    /// # Errors
    /// Returns the errors of [`rate`](Self::rate), and an error if the target is not positive.
    pub fn steps_to(&self, target: f64, step: f64) -> Result<f64, OverparamError> {
        let factor = self.initial_loss() / positive("target loss", target)?;
        Ok(self
            .rate(step)?
            .steps_to_divide_by(factor)
            .max(self.holds_from()))
    }

    /// Like [`steps_to`](Self::steps_to), in passes over the data.
    ///
    /// # Errors
    /// Returns the errors of [`steps_to`](Self::steps_to).
    pub fn epochs_to(&self, target: f64, step: f64) -> Result<f64, OverparamError> {
        let per_epoch = self.optimizer.steps_per_epoch(self.setting.samples);
        Ok(self.steps_to(target, step)? / per_epoch)
    }
}

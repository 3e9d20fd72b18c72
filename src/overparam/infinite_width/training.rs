use serde::{Deserialize, Serialize};

use super::{InfiniteWidth, Points, Start, TestCurve};
use crate::overparam::OverparamError;

/// Training of an [`InfiniteWidth`] network with one step size.
///
/// ```text
/// loss_t / n = 1/n Σ_i (1 − 2 η λ_i)^{2t} (‖u_iᵀ y‖² + u_iᵀ S_L u_i)
/// N_t(x)     = k(x) K⁻¹ (I − (I − 2 η K)^t) y          on average over draws
/// ```
///
/// with λ_i, u_i the eigenvalues and eigenvectors of K, and k(x) the kernel between x and the
/// training inputs. The term with `S_L` occurs only for [`Start::Drawn`].
///
/// Losses are **means** over samples of the sum of squared errors over outputs; the step is for the
/// **sum** over samples.
#[derive(Clone, Debug)]
pub struct Training<'a> {
    pub(super) network: &'a InfiniteWidth,
    /// 2 η λ_i, by which a step shrinks the residual in direction i.
    moves: Vec<f64>,
    /// The squared residual at the start in direction i.
    energy: Vec<f64>,
}

/// When a loss reaches a target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// After this many steps, but not before.
    After {
        /// Number of steps.
        steps: u64,
    },
    /// Never: the loss tends to a value that is not below the target.
    Never {
        /// The limit of the loss.
        floor: f64,
    },
    /// Never: the step exceeds the largest stable one.
    Diverges,
}

impl<'a> Training<'a> {
    pub(super) fn new(network: &'a InfiniteWidth, moves: Vec<f64>) -> Self {
        let energy = (0..moves.len()).map(|i| {
            let drawn = match network.start {
                Start::Drawn => network.vectors.column(i).dot(&network.covariance.column(i)),
                Start::Zero => 0.0,
            };
            network.targets.row(i).norm_squared() + drawn.max(0.0)
        });
        let energy = energy.collect();
        Self {
            network,
            moves,
            energy,
        }
    }

    /// Returns whether the step is below the largest stable one.
    pub fn is_stable(&self) -> bool {
        self.moves.iter().all(|&moved| moved < 2.0)
    }

    /// Returns the training loss after some steps, as a mean over samples; infinite if it
    /// overflows.
    pub fn loss(&self, steps: u64) -> f64 {
        let terms = self.moves.iter().zip(&self.energy);
        let left = terms.map(|(&moved, energy)| match *energy > 0.0 {
            true => remaining(moved, steps).powi(2) * energy,
            false => 0.0,
        });
        left.sum::<f64>() / self.moves.len() as f64
    }

    /// Returns the limit of the training loss; infinite if the step is not stable.
    ///
    /// It is above 0 if some combination of targets cannot be learned, for example an odd one by an
    /// even network.
    pub fn floor(&self) -> f64 {
        if !self.is_stable() {
            return f64::INFINITY;
        }
        let terms = self.moves.iter().zip(&self.energy);
        let stays = terms.filter(|(moved, _)| **moved == 0.0);
        stays.map(|(_, energy)| energy).sum::<f64>() / self.moves.len() as f64
    }

    /// Returns the number of steps after which the training loss is at most `target`, a mean over
    /// samples.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the target is not positive and finite.
    pub fn steps_to(&self, target: f64) -> Result<Reach, OverparamError> {
        if !(target.is_finite() && target > 0.0) {
            return Err(OverparamError::setting(
                "target loss",
                target,
                "a finite number above 0",
            ));
        }
        if self.loss(0) <= target {
            return Ok(Reach::After { steps: 0 });
        }
        if !self.is_stable() {
            return Ok(Reach::Diverges);
        }
        let floor = self.floor();
        // All other directions, with eigenvalues above rounding, have converged long before this.
        let mut high = 1_u64;
        while self.loss(high) > target {
            if floor >= target || high >= 1 << 62 {
                return Ok(Reach::Never { floor });
            }
            high *= 2;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.loss(middle) > target {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(Reach::After { steps: high })
    }

    /// Returns the mean output over draws of the network after some steps, one row per row of
    /// `tests`, which must be mapped like the training inputs.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the number of coordinates differs from that in
    /// training.
    pub fn predict(&self, tests: &Points, steps: u64) -> Result<Vec<Vec<f64>>, OverparamError> {
        let network = self.network;
        self.check(tests)?;
        let [cross, _] = network.kernel.cross(tests, &network.points);
        let mut learnt = network.targets.clone();
        for (mut row, learnt) in learnt.row_iter_mut().zip(self.learnt(steps)) {
            row *= learnt;
        }
        let outputs = cross * &network.vectors * learnt;
        Ok(outputs
            .row_iter()
            .map(|row| row.iter().copied().collect())
            .collect())
    }

    /// Returns the curve of the loss on other data.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if inputs or targets do not match those of training.
    pub fn test_curve<R: AsRef<[f64]>>(
        &self,
        tests: &Points,
        targets: &[R],
    ) -> Result<TestCurve<'a>, OverparamError> {
        self.check(tests)?;
        TestCurve::new(self.clone(), tests, targets)
    }

    fn check(&self, tests: &Points) -> Result<(), OverparamError> {
        let (expected, found) = (self.network.points.columns(), tests.columns());
        let what = "test inputs";
        if expected == found {
            return Ok(());
        }
        Err(OverparamError::Coordinates {
            what,
            expected,
            found,
        })
    }

    /// `(1 − (1 − 2 η λ)^t) / λ` of each direction, with λ an eigenvalue of K/m for one output.
    pub(super) fn learnt(&self, steps: u64) -> impl Iterator<Item = f64> {
        let eigenvalues = self.network.eigenvalues.iter();
        let directions = self.moves.iter().zip(eigenvalues);
        directions.map(move |(&moved, value)| match moved {
            0.0 => 0.0,
            // Avoids cancellation if little is learned.
            ..0.5 => -(steps as f64 * (-moved).ln_1p()).exp_m1() / value,
            _ => (1.0 - remaining(moved, steps)) / value,
        })
    }
}

/// `(1 − moved)^steps`.
fn remaining(moved: f64, steps: u64) -> f64 {
    let factor = 1.0 - moved;
    let size = match moved < 0.5 {
        true => (steps as f64 * (-moved).ln_1p()).exp(),
        false => factor.abs().powf(steps as f64),
    };
    match factor < 0.0 && steps % 2 == 1 {
        true => -size,
        false => size,
    }
}

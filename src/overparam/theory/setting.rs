use serde::{Deserialize, Serialize};

use crate::overparam::OverparamError;

/// Data and network parameters of the theorems.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Number n of training samples.
    pub samples: usize,
    /// Separation δ: the smallest distance of two inputs. The theorems assume inputs of norm 1 and
    /// δ below some constant smaller than 1.
    pub separation: f64,
    /// Number d of coordinates of an output.
    pub outputs: usize,
    /// Width m of every hidden layer.
    pub width: usize,
    /// Number L of trained layers.
    pub depth: usize,
}

impl Setting {
    /// Checks that the theorems apply.
    ///
    /// # Errors
    /// Returns [`OverparamError`] for counts of 0, a width of 1, whose logarithm vanishes, and
    /// separations that are not positive.
    pub fn check(&self) -> Result<(), OverparamError> {
        let counts = [
            ("samples", self.samples, 1),
            ("outputs", self.outputs, 1),
            ("width", self.width, 2),
            ("depth", self.depth, 1),
        ];
        if let Some(&(what, found, least)) = counts.iter().find(|(_, count, least)| count < least) {
            return Err(OverparamError::too_few(what, found, least));
        }
        let separation = self.separation;
        match separation.is_finite() && separation > 0.0 {
            true => Ok(()),
            false => Err(OverparamError::setting(
                "separation",
                separation,
                "the smallest distance of two inputs, positive and finite; drop or merge inputs \
                 that coincide",
            )),
        }
    }

    /// Returns n, δ, d, m and L.
    pub(super) fn numbers(&self) -> [f64; 5] {
        [
            self.samples as f64,
            self.separation,
            self.outputs as f64,
            self.width as f64,
            self.depth as f64,
        ]
    }
}

/// Optimizer. The loss is a **sum** over the samples of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Gradient descent: all samples in every step.
    #[default]
    Gd,
    /// Stochastic gradient descent.
    Sgd {
        /// Number of samples per step.
        batch: usize,
    },
}

impl Optimizer {
    /// Returns the number of steps in one pass over n samples; a partial batch counts as a fraction
    /// of a step.
    pub fn steps_per_epoch(self, samples: usize) -> f64 {
        match self {
            Self::Gd => 1.0,
            Self::Sgd { batch } => samples as f64 / batch.max(1) as f64,
        }
    }

    pub(in crate::overparam) fn check(self, samples: usize) -> Result<(), OverparamError> {
        match self {
            Self::Sgd { batch: 0 } => Err(OverparamError::too_few("batch", 0, 1)),
            Self::Sgd { batch } if batch > samples => Err(OverparamError::Batch { batch, samples }),
            _ => Ok(()),
        }
    }
}

use burn::{config::Config, tensor::Device};

use super::{Baseline, ReinforceLoss, baseline::MovingAverage};

/// Configuration of a [`ReinforceLoss`].
#[derive(Config, Copy, Debug, PartialEq)]
pub struct ReinforceLossConfig {
    /// Value subtracted from rewards. Default: [`Baseline::LeaveOneOut`].
    #[config(default = "Baseline::LeaveOneOut")]
    pub baseline: Baseline,
    /// Whether to divide advantages by the standard deviation of the batch's rewards. Default:
    /// no.
    #[config(default = false)]
    pub normalise: bool,
    /// Positive number added to that standard deviation. Default: 1e-5.
    #[config(default = 1e-5)]
    pub epsilon: f64,
    /// The weight β of the entropy bonus, in units of the reward; 0 for none. Default: 0.
    #[config(default = 0.0)]
    pub entropy_weight: f64,
}

/// Error for invalid settings of a policy-gradient loss.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReinforceConfigError {
    /// The momentum is not in [0, 1).
    #[error("momentum = {momentum} is not in [0, 1): choose for example 0.9")]
    Momentum {
        /// The rejected value.
        momentum: f64,
    },
    /// The ε that guards against division by zero is not positive and finite.
    #[error("epsilon = {epsilon}: choose a finite number above 0, for example 0.00001")]
    Epsilon {
        /// The rejected value.
        epsilon: f64,
    },
    /// The entropy weight is not finite.
    #[error("entropy_weight = {weight}: choose a finite number, 0 for no entropy bonus")]
    EntropyWeight {
        /// The rejected value.
        weight: f64,
    },
}

impl ReinforceLossConfig {
    /// Creates the loss.
    ///
    /// # Errors
    /// Returns [`ReinforceConfigError`] for a momentum outside `0 ≤ m < 1`, an ε that is not
    /// positive, or an entropy weight that is not finite.
    pub fn try_init(&self, device: &Device) -> Result<ReinforceLoss, ReinforceConfigError> {
        let average = match self.baseline {
            Baseline::MovingAverage { momentum } if !(0.0..1.0).contains(&momentum) => {
                return Err(ReinforceConfigError::Momentum { momentum });
            }
            Baseline::MovingAverage { .. } => Some(MovingAverage::new(device)),
            _ => None,
        };
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            let epsilon = self.epsilon;
            return Err(ReinforceConfigError::Epsilon { epsilon });
        }
        if !self.entropy_weight.is_finite() {
            let weight = self.entropy_weight;
            return Err(ReinforceConfigError::EntropyWeight { weight });
        }
        Ok(ReinforceLoss {
            average,
            baseline: self.baseline,
            normalise: self.normalise,
            epsilon: self.epsilon,
            entropy_weight: self.entropy_weight,
        })
    }

    /// Creates the loss.
    ///
    /// # Panics
    /// Panics if [`try_init`](Self::try_init) returns an error.
    pub fn init(&self, device: &Device) -> ReinforceLoss {
        match self.try_init(device) {
            Ok(loss) => loss,
            Err(error) => panic!("{error}"),
        }
    }
}

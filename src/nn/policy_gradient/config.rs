use burn::{config::Config, tensor::Device};

use super::{Baseline, ReinforceLoss, baseline::MovingAverage};

/// Configuration of a [`ReinforceLoss`].
#[derive(Config, Copy, Debug, PartialEq)]
pub struct ReinforceLossConfig {
    /// What is subtracted from rewards. Default: [`Baseline::LeaveOneOut`].
    #[config(default = "Baseline::LeaveOneOut")]
    pub baseline: Baseline,
    /// Whether advantages are divided by the standard deviation of the batch's rewards. Default: no.
    #[config(default = false)]
    pub normalise: bool,
    /// Added to that standard deviation; positive. Default: 1e-5.
    #[config(default = 1e-5)]
    pub epsilon: f64,
    /// The weight β of the entropy bonus, in units of the reward; 0 for none. Default: 0.
    #[config(default = 0.0)]
    pub entropy_weight: f64,
}

/// Settings from which no policy-gradient loss can be made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReinforceConfigError {
    /// A momentum that makes no average.
    #[error(
        "momentum = {momentum} makes no moving average: choose a number from 0 to below 1, for example 0.9"
    )]
    Momentum {
        /// The rejected value.
        momentum: f64,
    },
    /// A guard against division by zero that is none.
    #[error("epsilon = {epsilon}: choose a finite number above 0, for example 0.00001")]
    Epsilon {
        /// The rejected value.
        epsilon: f64,
    },
    /// A weight that is no number.
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
    /// [`ReinforceConfigError`] for a momentum outside `0 ≤ m < 1`, an ε that is not positive, or an
    /// entropy weight that is not finite.
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

    /// As [`try_init`](Self::try_init).
    ///
    /// # Panics
    /// Where [`try_init`](Self::try_init) has an error.
    pub fn init(&self, device: &Device) -> ReinforceLoss {
        match self.try_init(device) {
            Ok(loss) => loss,
            Err(error) => panic!("{error}"),
        }
    }
}

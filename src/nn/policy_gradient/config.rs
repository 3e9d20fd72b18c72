use burn::{config::Config, tensor::Device};

use super::{Baseline, ReinforceLoss, baseline::MovingAverage};
use crate::SettingError;

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

impl ReinforceLossConfig {
    /// Creates the loss.
    ///
    /// # Errors
    /// Returns [`SettingError`] for a momentum outside `0 ≤ m < 1`, an ε that is not
    /// positive, or an entropy weight that is not finite.
    pub fn try_init(&self, device: &Device) -> Result<ReinforceLoss, SettingError> {
        let average = match self.baseline {
            Baseline::MovingAverage { momentum } if !(0.0..1.0).contains(&momentum) => {
                let expected = "a number from 0 to below 1, for example 0.9";
                return Err(SettingError::new("momentum", momentum, expected));
            }
            Baseline::MovingAverage { .. } => Some(MovingAverage::new(device)),
            _ => None,
        };
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            let expected = "a finite number above 0, for example 0.00001";
            return Err(SettingError::new("epsilon", self.epsilon, expected));
        }
        if !self.entropy_weight.is_finite() {
            let (weight, expected) = (
                self.entropy_weight,
                "a finite number, 0 for no entropy bonus",
            );
            return Err(SettingError::new("entropy_weight", weight, expected));
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

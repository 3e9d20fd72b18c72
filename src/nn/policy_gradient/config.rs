use burn::{config::Config, tensor::Device};
use serde::{Deserialize, Serialize};

use super::{Baseline, ReinforceLoss, baseline::MovingAverage};
use crate::SettingError;

/// Configuration of a [`ReinforceLoss`].
// Not derived from `Config`, which has no `serde(alias)` for the former name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReinforceLossConfig {
    /// Value subtracted from rewards. Default: [`Baseline::LeaveOneOut`].
    pub baseline: Baseline,
    /// Whether to divide advantages by the standard deviation of the batch's rewards. Default:
    /// no.
    #[serde(alias = "normalise")]
    pub normalize: bool,
    /// Positive number added to that standard deviation. Default: 1e-5.
    pub epsilon: f64,
    /// The weight β of the entropy bonus, in units of the reward; 0 for none. Default: 0.
    pub entropy_weight: f64,
}

impl Config for ReinforceLossConfig {}

impl Default for ReinforceLossConfig {
    fn default() -> Self {
        Self {
            baseline: Baseline::LeaveOneOut,
            normalize: false,
            epsilon: 1e-5,
            entropy_weight: 0.0,
        }
    }
}

impl ReinforceLossConfig {
    /// Creates the default configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`baseline`](Self::baseline).
    pub fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// Sets [`normalize`](Self::normalize).
    pub fn with_normalize(mut self, normalize: bool) -> Self {
        self.normalize = normalize;
        self
    }

    /// Sets [`epsilon`](Self::epsilon).
    pub fn with_epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// Sets [`entropy_weight`](Self::entropy_weight).
    pub fn with_entropy_weight(mut self, entropy_weight: f64) -> Self {
        self.entropy_weight = entropy_weight;
        self
    }

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
            normalize: self.normalize,
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

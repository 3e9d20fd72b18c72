use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
};

use crate::{
    SettingError,
    kernel::{self, Slopes},
};

/// Configuration of a [`LeakyReluRescaled`] activation.
///
/// ```
/// use fireweed::nn::LeakyReluRescaledConfig;
///
/// let absolute_value = LeakyReluRescaledConfig::new().init();
/// let relu = LeakyReluRescaledConfig::new().with_alpha(0.0).init();
/// assert!(LeakyReluRescaledConfig::new().with_alpha(1.0).try_init().is_err());
/// # let _ = (absolute_value, relu);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct LeakyReluRescaledConfig {
    /// The slope α for negative inputs before rescaling: finite and below 1.
    ///
    /// Default: −1, the absolute value. It trains wide networks fastest if the step is close to the
    /// largest stable one and the network is not an even function, because of its inputs or a bias.
    #[config(default = "-1.0")]
    pub alpha: f64,
}

impl LeakyReluRescaledConfig {
    /// Creates the activation.
    ///
    /// # Errors
    /// Returns [`SettingError`] if α is not finite or not below 1.
    pub fn try_init(&self) -> Result<LeakyReluRescaled, SettingError> {
        let alpha = self.alpha;
        if !(alpha.is_finite() && alpha < 1.0) {
            return Err(SettingError::new(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 (absolute value), 0 (ReLU) or 0.01",
            ));
        }
        Ok(LeakyReluRescaled { alpha })
    }

    /// Creates the activation.
    ///
    /// # Panics
    /// Panics if α is not finite or not below 1. [`try_init`](Self::try_init) returns the error
    /// instead.
    pub fn init(&self) -> LeakyReluRescaled {
        match self.try_init() {
            Ok(layer) => layer,
            Err(error) => panic!("{error}"),
        }
    }
}

/// The rescaled leaky ReLU, σ̃_α.
///
/// ```text
/// σ̃_α(x) =     x / √(1 + α²)   for x ≥ 0
/// σ̃_α(x) = α · x / √(1 + α²)   for x < 0
/// ```
///
/// The factor keeps `E[σ̃_α(z)²] = 1/2` for `z ~ N(0, 1)` and every α. With weights of variance 2/m
/// (see [`RescaledInit`](crate::nn::RescaledInit)), the size of the signal does not depend on
/// depth. Special cases: α = 0 is ReLU, α = −1 is |x|/√2. The larger the jump of the slope at 0,
/// `(1 − α)/√(1 + α²)`, the faster gradient descent trains. The jump is largest at α = −1.
///
/// With α = −1, a network without biases whose inputs have no constant coordinate is an even
/// function; see [`InputMap`](crate::overparam::InputMap).
///
/// The derivative at 0 is the right derivative, `1/√(1 + α²)`. α is a setting, not a parameter, and
/// is not stored in records.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct LeakyReluRescaled {
    /// The slope α for negative inputs before rescaling.
    alpha: f64,
}

impl LeakyReluRescaled {
    /// Applies the activation elementwise.
    ///
    /// On the flex CPU device, the forward and the backward pass each take one memory pass, and one
    /// bit per element is stored for the backward pass.
    ///
    /// # Shapes
    /// - input: `[..., any]`
    /// - output: same as the input
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        kernel::two_slopes(input, self.slopes())
    }

    /// Returns the slope α for negative inputs before rescaling.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Returns the slope for `x ≥ 0`: 1/√(1 + α²).
    pub fn positive_slope(&self) -> f64 {
        // `hypot` neither overflows nor underflows for extreme α.
        1.0 / 1f64.hypot(self.alpha)
    }

    /// Returns the slope for `x < 0`: α/√(1 + α²).
    pub fn negative_slope(&self) -> f64 {
        self.alpha * self.positive_slope()
    }

    /// Returns the jump of the slope at 0, (1 − α)/√(1 + α²). It lies between 0 and √2.
    pub fn derivative_gap(&self) -> f64 {
        (1.0 - self.alpha) * self.positive_slope()
    }

    fn slopes(&self) -> Slopes {
        Slopes {
            positive: self.positive_slope(),
            negative: self.negative_slope(),
        }
    }
}

impl ModuleDisplay for LeakyReluRescaled {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content.add("alpha", &self.alpha).optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "leaky_relu_rescaled_tests.rs"]
mod tests;

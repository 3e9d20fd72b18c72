use burn::{config::Config, module::Module, tensor::Tensor};

use super::SumSquaredLoss;

/// Configuration of a [`ReweightedLoss`].
#[derive(Config, Debug, PartialEq)]
pub struct ReweightedLossConfig {
    /// Temperature τ > 0, in units of the squared error. Smaller values give more weight to samples
    /// with large errors.
    pub temperature: f64,
    /// Exponent c in (0, 80] beyond which the exponential is replaced by its tangent. Default 10.
    ///
    /// Far from the optimum `exp` would overflow, and a clipped exponent would stop the training of
    /// the worst samples. The tangent avoids both and keeps the loss convex and differentiable.
    #[config(default = "10.0")]
    pub linear_beyond: f64,
}

impl ReweightedLossConfig {
    /// Creates the loss.
    ///
    /// # Panics
    /// Panics if the temperature is not a finite positive number or `linear_beyond` is not between
    /// 0 and 80 (`exp` of more is infinite in single precision).
    pub fn init(&self) -> ReweightedLoss {
        let Self {
            temperature,
            linear_beyond,
        } = *self;
        assert!(
            temperature.is_finite() && temperature > 0.0,
            "ReweightedLoss needs a finite positive temperature, got {temperature}"
        );
        assert!(
            linear_beyond > 0.0 && linear_beyond <= 80.0,
            "ReweightedLoss needs linear_beyond above 0 and at most 80, got {linear_beyond}"
        );
        ReweightedLoss {
            temperature: self.temperature,
            linear_beyond: self.linear_beyond,
        }
    }
}

/// Exponentially re-weighted squared loss: `Σ_i exp(ℓ_i/τ)` with `ℓ_i = ‖y_i − ŷ_i‖²`.
///
/// Gradient descent on it is gradient descent on `Σ ℓ_i` with each sample weighted by
/// `exp(ℓ_i/τ)/τ`. If `ℓ_i/τ > c`, the exponential is replaced by its tangent,
/// `exp(c) (1 + ℓ_i/τ − c)`; see [`ReweightedLossConfig::linear_beyond`].
///
/// The dissertation names the loss after Kumar et al. without giving the formula; this is our
/// reading of Kumar, Majmundar, Nagaraj and Suggala, "Stochastic Re-weighted Gradient Descent via
/// Distributionally Robust Optimization" (arXiv 2306.09222).
#[derive(Module, Debug)]
pub struct ReweightedLoss {
    temperature: f64,
    linear_beyond: f64,
}

impl ReweightedLoss {
    /// Returns the sum over samples.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[1]`
    pub fn forward(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.forward_no_reduction(predictions, targets).sum()
    }

    /// Returns one value per sample: `exp(ℓ_i/τ)`, or its tangent beyond the configured exponent.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[batch]`
    pub fn forward_no_reduction(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.reweight(SumSquaredLoss::new().forward_no_reduction(predictions, targets))
    }

    /// Returns one value per squared error `ℓ_i`, for precomputed errors.
    ///
    /// # Shapes
    /// - squared_errors: `[batch]`
    /// - output: `[batch]`
    pub fn reweight(&self, squared_errors: Tensor<1>) -> Tensor<1> {
        let exponent = squared_errors / self.temperature;
        let inside = exponent.clone().clamp_max(self.linear_beyond);
        let beyond = (exponent - self.linear_beyond).clamp_min(0.0);
        inside.exp() + beyond * self.linear_beyond.exp()
    }

    /// Returns the temperature τ.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Returns the exponent above which the loss is linear.
    pub fn linear_beyond(&self) -> f64 {
        self.linear_beyond
    }
}

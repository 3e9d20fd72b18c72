use burn::{config::Config, module::Module, tensor::Tensor};

use super::SumSquaredLoss;

/// Configuration of a [`ReweightedLoss`].
#[derive(Config, Debug, PartialEq)]
pub struct ReweightedLossConfig {
    /// Temperature τ > 0, in units of the squared error. The smaller, the more the samples with
    /// large errors count.
    pub temperature: f64,
    /// Exponent c, above 0 and at most 80, beyond which the exponential continues as its tangent.
    /// Default 10.
    ///
    /// Far from the optimum `exp` would overflow; a clipped exponent would stop training the
    /// worst samples. The tangent does neither, and the loss stays convex and differentiable.
    #[config(default = "10.0")]
    pub linear_beyond: f64,
}

impl ReweightedLossConfig {
    /// Creates the loss.
    ///
    /// # Panics
    /// Where the temperature is not a finite positive number or `linear_beyond` is not between 0
    /// and 80 (`exp` of more is infinite in single precision).
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
/// `exp(ℓ_i/τ)/τ`. Where `ℓ_i/τ > c` the exponential continues as its tangent,
/// `exp(c) (1 + ℓ_i/τ − c)`; see [`ReweightedLossConfig::linear_beyond`].
///
/// The dissertation names the loss after Kumar et al. and does not print it; this is our reading
/// of Kumar, Majmundar, Nagaraj and Suggala, "Stochastic Re-weighted Gradient Descent via
/// Distributionally Robust Optimization" (arXiv 2306.09222).
#[derive(Module, Debug)]
pub struct ReweightedLoss {
    temperature: f64,
    linear_beyond: f64,
}

impl ReweightedLoss {
    /// The sum over samples.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[1]`
    pub fn forward(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.forward_no_reduction(predictions, targets).sum()
    }

    /// One value per sample: `exp(ℓ_i/τ)`, or its tangent beyond the configured exponent.
    ///
    /// # Shapes
    /// - predictions: `[batch, d]`
    /// - targets: `[batch, d]`
    /// - output: `[batch]`
    pub fn forward_no_reduction(&self, predictions: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.reweight(SumSquaredLoss::new().forward_no_reduction(predictions, targets))
    }

    /// One value per squared error `ℓ_i`, for errors that are known already.
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

    /// The temperature τ.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The exponent from which on the loss is linear.
    pub fn linear_beyond(&self) -> f64 {
        self.linear_beyond
    }
}

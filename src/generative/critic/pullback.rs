//! Maps of rows with their pullbacks: differentiable maps from a cotangent of the output to a
//! cotangent of the input.
//!
//! Burn's autodiff is first-order only. With the input gradient written as an ordinary expression,
//! one backward pass differentiates a penalty on it.

use burn::{
    module::Module,
    nn::{BatchNorm, LayerNorm, Linear},
    tensor::{Tensor, TensorData},
};
use rand::{Rng, RngExt};

use crate::nn::dense::{apply, leaky_relu};

/// Maps a cotangent of the output to one of the input.
pub(super) type Pullback<'a> = Box<dyn FnOnce(Tensor<2>) -> Tensor<2> + 'a>;

/// `x W + b`
pub(super) fn linear(layer: &Linear, x: Tensor<2>) -> (Tensor<2>, Pullback<'_>) {
    let back = |cotangent: Tensor<2>| cotangent.matmul(layer.weight.val().transpose());
    (apply(layer, x), Box::new(back))
}

/// Returns the leaky ReLU. Its slope is a constant of the expression, since its derivative is 0.
pub(super) fn activation(x: Tensor<2>, negative_slope: f64) -> (Tensor<2>, Pullback<'static>) {
    let input = x.clone();
    let back = move |cotangent: Tensor<2>| {
        let negative = input.detach().inner().lower_elem(0.0);
        let device = cotangent.device().inner();
        let slopes = Tensor::ones(negative.dims(), (&device, cotangent.dtype()));
        cotangent * slopes.mask_fill(negative, negative_slope)
    };
    (leaky_relu(x, negative_slope), Box::new(back))
}

/// `tanh(x / scale)`
pub(super) fn squash(x: Tensor<2>, scale: f64) -> (Tensor<2>, Pullback<'static>) {
    let y = (x / scale).tanh();
    let slope = (-y.clone().square() + 1.0) / scale;
    (y, Box::new(move |cotangent| cotangent * slope))
}

/// Zeroes each entry with probability `rate` and divides the others by `1 − rate`. Draws on the
/// host, so a seed gives the same mask on every device.
///
/// Consumes one `f32` for each entry.
pub(super) fn dropout(
    x: Tensor<2>,
    rate: f64,
    rng: &mut impl Rng,
) -> (Tensor<2>, Pullback<'static>) {
    let shape = x.dims();
    let kept = (1.0 / (1.0 - rate)) as f32;
    let draws = (0..shape[0] * shape[1]).map(|_| match rng.random::<f32>() < rate as f32 {
        true => 0.0,
        false => kept,
    });
    let data = TensorData::new(draws.collect::<Vec<_>>(), shape);
    let mask = Tensor::<2>::from_data(data, (&x.device().inner(), x.dtype()));
    let back = mask.clone();
    (
        x * mask,
        Box::new(move |cotangent: Tensor<2>| cotangent * back),
    )
}

/// A normalization of hidden features.
#[derive(Module, Debug)]
pub(super) enum Norm {
    /// Over the rows of the batch.
    Batch(BatchNorm),
    /// Over the features of a row.
    Layer(LayerNorm),
}

impl Norm {
    /// Returns the normalized rows, and their pullback.
    ///
    /// Batch normalization follows the mode of the device, as in Burn. In training, it uses the
    /// statistics of the batch, so a cotangent spreads over all its rows, and updates the running
    /// statistics.
    pub(super) fn forward(&self, x: Tensor<2>) -> (Tensor<2>, Pullback<'_>) {
        if x.dims()[0] == 0 {
            // The statistics of an empty batch would be NaN and spoil the running ones.
            return (x, Box::new(|cotangent| cotangent));
        }
        match self {
            Self::Batch(norm) => {
                if x.device().is_autodiff() && norm.training.is_enabled() {
                    let moments = Moments::new(x, 0, norm.epsilon);
                    update(norm, &moments);
                    moments.scaled(norm.gamma.val(), norm.beta.val())
                } else {
                    fixed(norm, x)
                }
            }
            Self::Layer(norm) => {
                let moments = Moments::new(x, 1, 1e-5);
                let gamma = norm.gamma.val();
                let beta = match &norm.beta {
                    Some(beta) => beta.val(),
                    None => gamma.zeros_like(),
                };
                moments.scaled(gamma, beta)
            }
        }
    }
}

/// Rows, centered and divided by their standard deviation along a dimension.
struct Moments {
    normalized: Tensor<2>,
    inverse_deviation: Tensor<2>,
    mean: Tensor<2>,
    variance: Tensor<2>,
    dim: usize,
}

impl Moments {
    fn new(x: Tensor<2>, dim: usize, epsilon: f64) -> Self {
        let mean = x.clone().mean_dim(dim);
        let centered = x - mean.clone();
        let variance = centered.clone().square().mean_dim(dim);
        let inverse_deviation = (variance.clone() + epsilon).sqrt().recip();
        Self {
            normalized: centered * inverse_deviation.clone(),
            inverse_deviation,
            mean,
            variance,
            dim,
        }
    }

    /// `γ x̂ + β`; pulled back, `(g − mean g − x̂ mean(g x̂)) / σ` with `g = γ ∂y`.
    fn scaled(self, gamma: Tensor<1>, beta: Tensor<1>) -> (Tensor<2>, Pullback<'static>) {
        let gamma: Tensor<2> = gamma.unsqueeze();
        let y = self.normalized.clone() * gamma.clone() + beta.unsqueeze();
        let back = move |cotangent: Tensor<2>| {
            let (x, dim) = (self.normalized, self.dim);
            let g = cotangent * gamma;
            let along = (g.clone() * x.clone()).mean_dim(dim);
            (g.clone() - g.mean_dim(dim) - x * along) * self.inverse_deviation
        };
        (y, Box::new(back))
    }
}

fn update(norm: &BatchNorm, moments: &Moments) {
    for (running, found) in [
        (&norm.running_mean, &moments.mean),
        (&norm.running_var, &moments.variance),
    ] {
        let found: Tensor<1> = found.clone().detach().flatten(0, 1);
        let old = running.value_sync();
        let found = found.to_device(&old.device());
        running.update((old * (1.0 - norm.momentum) + found * norm.momentum).detach());
    }
}

/// Normalization with the running statistics.
fn fixed(norm: &BatchNorm, x: Tensor<2>) -> (Tensor<2>, Pullback<'_>) {
    let deviation = (norm.running_var.value() + norm.epsilon).sqrt();
    let scale: Tensor<2> = (norm.gamma.val() / deviation).unsqueeze();
    let mean: Tensor<2> = norm.running_mean.value().unsqueeze();
    let y = (x - mean) * scale.clone() + norm.beta.val().unsqueeze();
    (y, Box::new(move |cotangent| cotangent * scale))
}

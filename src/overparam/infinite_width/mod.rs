//! Networks of Algorithm 1 at infinite width, for which gradient descent has a closed form.
//!
//! The theorems of [`theory`](super::theory) hold for every data set, but their constants are
//! unknown. This module computes numbers for one data set from its kernel: the largest stable step,
//! the training and test loss after any number of steps, and the steps to a target.
//!
//! The results depend on α only through g(α), so α and 1/α train alike. Without a constant
//! coordinate a network with α = −1 is even: if the data contain `x` and `−x` with different
//! targets, some eigenvalues are 0 and the loss does not vanish.
//!
//! | training | what is offered |
//! |---|---|
//! | gradient descent on squared errors | closed form, [`InfiniteWidth::train`] |
//! | minibatches, squared errors | simulation, [`InfiniteWidth::train_in_batches`] |
//! | any, at finite width | a factor fitted to runs, [`WidthCorrection`] |
//! | cross-entropy | none: with classes as indicators under squared errors, either of the two |
//!
//! With cross-entropy the residual is not linear in the outputs, and neither has a closed form; the
//! advisor and the studies predict classes as indicators.
//!
//! The Python library `neural_tangents` computes such kernels for many architectures; kernels here
//! agree with it to 11 digits (`tests/data/tangent_kernels.py`).

mod batches;
mod kernel;
mod points;
mod predictor;
mod stochastic;
mod test_curve;
mod training;
mod width_correction;

pub use kernel::{KernelEntry, TangentKernel};
pub use points::Points;
pub use predictor::{InfiniteWidth, Start};
pub use stochastic::{Minibatches, StochasticCurve};
pub use test_curve::TestCurve;
pub use training::{Reach, Training};
pub use width_correction::WidthCorrection;

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod published_tests;
#[cfg(test)]
pub(crate) mod test_data;
#[cfg(test)]
mod tests;

//! Choices of categories in rows of log-probabilities: drawn, most probable, or given.

use burn::tensor::{Int, Tensor, TensorData, activation::softmax};
use rand::{Rng, RngExt};

use super::Categories;

/// Source of the choices of a generator.
pub(in crate::generative) enum Source<'a, R> {
    /// Drawn.
    Draw(&'a mut R),
    /// The most probable alternative of each choice, given the previous choices.
    Mode,
    /// Given.
    Replay(&'a Categories),
}

impl<R> Source<'_, R> {
    /// The given categories of a block of nodes.
    pub(in crate::generative) fn given_nodes(&self, block: usize) -> Option<&[usize]> {
        match self {
            Self::Replay(categories) => Some(&categories.nodes[block]),
            _ => None,
        }
    }

    /// The given kinds of edges.
    pub(in crate::generative) fn given_edges(&self) -> Option<&[usize]> {
        match self {
            Self::Replay(categories) => Some(&categories.edges),
            _ => None,
        }
    }
}

/// One category for each row.
pub(in crate::generative) struct Chosen {
    /// One-hot rows with the gradient of the probabilities.
    pub(in crate::generative) features: Tensor<2>,
    /// One-hot rows without a gradient.
    pub(in crate::generative) one_hot: Tensor<2>,
    /// The categories.
    pub(in crate::generative) places: Vec<usize>,
}

/// Chooses a category in each row independently.
///
/// Draws are those of the straight-through Gumbel-softmax,
///
/// ```text
/// s = softmax((ln p + g) / τ),   y = onehot(argmax s),   ∂y := ∂s,   g ~ Gumbel(0, 1)
/// ```
///
/// The forward pass is an exact sample of p. The gradient is biased; a small τ reduces the bias and
/// increases the variance. Without draws, g = 0.
///
/// Draws on the host; consumes one `f32` per entry.
///
/// Reference: Jang, Gu, Poole, "Categorical Reparameterization with Gumbel-Softmax" (2017).
///
/// # Shapes
/// - log_prob: `[rows, categories]`
pub(in crate::generative) fn choose_rows<R: Rng>(
    log_prob: Tensor<2>,
    temperature: f64,
    given: Option<&[usize]>,
    rng: Option<&mut R>,
) -> Chosen {
    let [rows, width] = log_prob.dims();
    let scores = match rng {
        None => log_prob / temperature,
        Some(rng) => {
            let gumbels = (0..rows * width).map(|_| {
                // Excludes 0, where the logarithm is infinite.
                let uniform = 1.0 - rng.random::<f32>();
                -(-uniform.max(f32::MIN_POSITIVE).ln())
                    .max(f32::MIN_POSITIVE)
                    .ln()
            });
            let device = log_prob.device().inner();
            let data = TensorData::new(gumbels.collect::<Vec<_>>(), [rows, width]);
            let noise = Tensor::<2>::from_data(data, (&device, log_prob.dtype()));
            (log_prob + noise) / temperature
        }
    };
    let soft = softmax(scores, 1);
    let constant = soft.clone().detach();
    let device = constant.device().inner();
    let chosen: Tensor<2, Int> = match given {
        // The first of equal ones.
        None => constant.clone().inner().argmax(1),
        Some(places) => {
            let places: Vec<i64> = places.iter().map(|&place| place as i64).collect();
            Tensor::from_data(TensorData::new(places, [rows, 1]), &device)
        }
    };
    let columns = Tensor::<1, Int>::arange(0..width as i64, &device);
    let columns = columns.unsqueeze::<2>().expand([rows, width]);
    let one_hot = columns
        .equal(chosen.clone().expand([rows, width]))
        .float()
        .cast(constant.dtype());
    let places = match given {
        Some(places) => places.to_vec(),
        None => {
            let read = chosen.into_data().convert::<i64>();
            read.iter::<i64>().map(|place| place as usize).collect()
        }
    };
    Chosen {
        features: one_hot.clone() + (soft - constant),
        one_hot,
        places,
    }
}

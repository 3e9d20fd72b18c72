use burn::tensor::{Int, Tensor, TensorData, activation::softmax};
use rand::{Rng, RngExt};

/// Samples of a categorical distribution in each row, as one-hot rows with the gradient of the
/// softmax: the straight-through Gumbel-softmax.
///
/// ```text
/// s = softmax((ln p + g) / τ),   y = onehot(argmax s),   ∂y := ∂s,   g ~ Gumbel(0, 1)
/// ```
///
/// The forward pass is an exact sample of p; the gradient is biased, less so at small τ with more
/// variance.
///
/// Draws on the host; consumes one `f32` for each entry.
///
/// Reference: Jang, Gu, Poole, "Categorical Reparameterization with Gumbel-Softmax" (2017).
///
/// # Shapes
/// - log_prob: `[rows, categories]`
/// - output: samples, of the same shape, with the gradient and without
pub(super) fn straight_through(
    log_prob: Tensor<2>,
    temperature: f64,
    rng: &mut impl Rng,
) -> [Tensor<2>; 2] {
    let shape = log_prob.dims();
    let gumbels = (0..shape[0] * shape[1]).map(|_| {
        // Open at 0, where the logarithm is infinite.
        let uniform = 1.0 - rng.random::<f32>();
        -(-uniform.max(f32::MIN_POSITIVE).ln())
            .max(f32::MIN_POSITIVE)
            .ln()
    });
    let device = log_prob.device().inner();
    let data = TensorData::new(gumbels.collect::<Vec<_>>(), shape);
    let noise = Tensor::<2>::from_data(data, (&device, log_prob.dtype()));
    let soft = softmax((log_prob + noise) / temperature, 1);
    let constant = soft.clone().detach();
    let hard = one_hot(constant.clone());
    [hard.clone() + (soft - constant), hard]
}

/// 1 at the largest entry of each row (the first of equal ones), 0 elsewhere.
fn one_hot(rows: Tensor<2>) -> Tensor<2> {
    let [count, width] = rows.dims();
    let device = rows.device().inner();
    let places = rows.clone().inner().argmax(1);
    let columns = Tensor::<1, Int>::arange(0..width as i64, &device);
    let columns = columns.unsqueeze::<2>().expand([count, width]);
    columns
        .equal(places.expand([count, width]))
        .float()
        .cast(rows.dtype())
}

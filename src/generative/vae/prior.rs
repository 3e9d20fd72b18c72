use burn::{
    module::{Module, Param},
    tensor::{Device, Tensor, TensorData},
};
use nalgebra::{Cholesky, DMatrix, DVector};
use rand::Rng;

use super::model::normal;

/// A normal distribution that codes are drawn from.
///
/// It is the standard normal distribution before training. After training it is fitted to the codes
/// of the training graphs, since these codes rarely lie where the standard normal distribution has
/// its mass. It is part of a model's record.
#[derive(Module, Debug)]
pub struct LatentPrior {
    /// `[1, width]`.
    mean: Param<Tensor<2>>,
    /// The lower triangular factor L of the covariance L Lᵀ, `[width, width]`.
    factor: Param<Tensor<2>>,
    /// Whether it is a distribution of the encoder's output, rather than of codes.
    of_encoder: bool,
}

/// Covariance of a fitted [`LatentPrior`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covariance {
    /// A diagonal covariance: entries are drawn independently.
    Diagonal,
    /// The covariance of the sample.
    Full,
}

impl LatentPrior {
    /// Creates the standard normal distribution of codes, or of outputs of the encoder.
    pub fn standard(width: usize, of_encoder: bool, device: &Device) -> Self {
        let param = |tensor: Tensor<2>| Param::from_tensor(tensor.set_require_grad(false));
        Self {
            mean: param(Tensor::zeros([1, width], device)),
            factor: param(Tensor::eye(width, device)),
            of_encoder,
        }
    }

    /// Fits a normal distribution to the mean and the variances or covariance of rows, with 1e-6
    /// added to each variance.
    ///
    /// `of_encoder` is whether the rows are outputs of the encoder; codes are then drawn from their
    /// posterior.
    ///
    /// # Shapes
    /// - rows: `[count, width]`
    ///
    /// # Panics
    /// Panics if there are no rows.
    pub fn fit(rows: Tensor<2>, covariance: Covariance, of_encoder: bool) -> Self {
        let [count, width] = rows.dims();
        assert!(count > 0, "fitting a distribution needs at least one row");
        let device = rows.device().inner();
        let data = rows.into_data().convert::<f64>();
        let data = DMatrix::from_row_iterator(count, width, data.iter::<f64>());
        let mean = data.row_mean();
        let centered = DMatrix::from_fn(count, width, |i, j| data[(i, j)] - mean[j]);
        let factor = match covariance {
            Covariance::Diagonal => DMatrix::from_diagonal(&DVector::from_iterator(
                width,
                centered
                    .column_iter()
                    .map(|column| (column.norm_squared() / count as f64 + 1e-6).sqrt()),
            )),
            Covariance::Full => {
                let matrix = centered.tr_mul(&centered) / count as f64;
                let matrix = matrix + DMatrix::identity(width, width) * 1e-6;
                match Cholesky::new(matrix) {
                    Some(factor) => factor.l(),
                    // Not positive definite if rows are not finite.
                    None => DMatrix::from_element(width, width, f64::NAN),
                }
            }
        };
        let param = |rows: usize, values: Vec<f32>| {
            let data = TensorData::new(values, [rows, width]);
            Param::from_tensor(Tensor::<2>::from_data(data, &device).set_require_grad(false))
        };
        let row_major = |matrix: &DMatrix<f64>| -> Vec<f32> {
            let transposed = matrix.transpose();
            transposed.iter().map(|&value| value as f32).collect()
        };
        Self {
            mean: param(1, mean.iter().map(|&value| value as f32).collect()),
            factor: param(width, row_major(&factor)),
            of_encoder,
        }
    }

    /// Draws vectors, `[count, width]`.
    ///
    /// Consumes one normal draw for each entry.
    pub fn sample(&self, count: usize, rng: &mut impl Rng) -> Tensor<2> {
        let mean = self.mean.val();
        let [_, width] = mean.dims();
        let noise = normal([count, width], &mean.device().inner(), rng);
        noise.matmul(self.factor.val().transpose()) + mean
    }

    /// Returns whether it is a distribution of the encoder's output.
    pub fn of_encoder(&self) -> bool {
        self.of_encoder
    }
}

use nalgebra::{DMatrix, DVector};

use super::{Points, Start, Training};
use crate::overparam::OverparamError;

/// The loss of a [`Training`] on other data, in closed form.
///
/// Construction costs O(n³) for [`Start::Drawn`], and each point of the curve O(n²), for n training
/// rows.
#[derive(Clone, Debug)]
pub struct TestCurve<'a> {
    training: Training<'a>,
    /// Kernel between tests and training inputs, in the eigenbasis: `[tests, n]`.
    cross: DMatrix<f64>,
    /// `[tests, d]`.
    targets: DMatrix<f64>,
    variance: Option<Variance>,
}

/// Mean square of the remaining initial outputs, as a quadratic form.
///
/// With φ_i = (1 − (1 − 2 η λ_i)^t)/λ_i and C, Σ the two kernels between tests and training inputs
/// in the eigenbasis, the remaining part of the initial output is `N_0(x) − C φ N_0(X)`. Its
/// squares sum to `constant − 2 linearᵀ φ + φᵀ quadratic φ`.
#[derive(Clone, Debug)]
struct Variance {
    constant: f64,
    linear: DVector<f64>,
    quadratic: DMatrix<f64>,
}

impl<'a> TestCurve<'a> {
    pub(super) fn new<R: AsRef<[f64]>>(
        training: Training<'a>,
        tests: &Points,
        targets: &[R],
    ) -> Result<Self, OverparamError> {
        let network = training.network;
        if targets.len() != tests.len() {
            return Err(OverparamError::TargetRows {
                expected: tests.len(),
                found: targets.len(),
            });
        }
        let targets = Points::new(targets)?;
        let (expected, found) = (network.outputs(), targets.columns());
        let what = "test targets";
        if expected != found {
            return Err(OverparamError::Coordinates {
                what,
                expected,
                found,
            });
        }
        let [tangent, covariance] = network.kernel.cross(tests, &network.points);
        let cross = tangent * &network.vectors;
        let variance = (network.start == Start::Drawn).then(|| {
            let covariance = covariance * &network.vectors;
            // The covariance of a row with itself is its squared norm at every depth.
            let constant = tests.norms().iter().map(|norm| norm * norm).sum();
            let linear = cross.component_mul(&covariance).row_sum_tr();
            let start = network.vectors.tr_mul(&network.covariance);
            let quadratic = cross.tr_mul(&cross).component_mul(&start);
            Variance {
                constant,
                linear,
                quadratic,
            }
        });
        Ok(Self {
            training,
            cross,
            targets: DMatrix::from_fn(targets.len(), found, |i, k| targets.row(i)[k]),
            variance,
        })
    }

    /// Returns the loss after some steps, as a mean over samples.
    pub fn loss(&self, steps: u64) -> f64 {
        let learnt = DVector::from_vec(self.training.learnt(steps).collect());
        let mut weights = self.training.network.targets.clone();
        for (mut row, learnt) in weights.row_iter_mut().zip(learnt.iter()) {
            row *= *learnt;
        }
        let bias = (&self.cross * weights - &self.targets).norm_squared();
        let spread = self.variance.as_ref().map_or(0.0, |variance| {
            let quadratic = learnt.dot(&(&variance.quadratic * &learnt));
            variance.constant - 2.0 * variance.linear.dot(&learnt) + quadratic
        });
        (bias + spread.max(0.0)) / self.targets.nrows() as f64
    }

    /// Returns the number of steps with the smallest loss among those given, and that loss; `None`
    /// if all losses are NaN.
    pub fn best(&self, steps: impl IntoIterator<Item = u64>) -> Option<(u64, f64)> {
        let losses = steps.into_iter().map(|steps| (steps, self.loss(steps)));
        losses
            .filter(|(_, loss)| loss.is_finite())
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

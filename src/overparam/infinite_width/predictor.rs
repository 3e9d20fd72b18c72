use nalgebra::{DMatrix, Dyn, SymmetricEigen};

use super::{Points, TangentKernel, Training};
use crate::overparam::OverparamError;

/// Maximum number of sweeps of the eigenvalue iteration per row; two or three usually suffice.
const SWEEPS: usize = 60;

/// Closed form of gradient descent for an infinitely wide network of Algorithm 1 on one data set.
///
/// ```text
/// loss       Σ_i ‖N(x_i) − y_i‖²,   N_t = outputs after t steps of size η
/// residual   N_t − y = (I − 2 η K)^t (N_0 − y)
/// stable     η < 1 / λ_max(K)
/// ```
///
/// K is the kernel of [`TangentKernel`] divided by the number d of outputs, since the readout has
/// variance 1/d. One symmetric eigendecomposition, O(n³), suffices for all steps, widths and times;
/// it takes about a second for 1,000 rows.
///
/// A network of finite width is closer to this limit the larger its width is relative to the number
/// of rows. With as many neurons as rows, the small eigenvalues are much smaller than in the limit,
/// and late training is 2 to 4 times slower than predicted.
///
/// ```
/// use fireweed::overparam::{InputMap, infinite_width::*};
///
/// let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5], [0.3, -1.0]];
/// let targets = [[1.0], [-1.0], [0.5], [0.0]];
/// let points = Points::new(&rows)?.map(InputMap::UnitWithConstant)?;
/// let kernel = TangentKernel::new(-1.0, 3)?; // α = −1, three trained layers
/// let network = InfiniteWidth::new(kernel, points, &targets)?;
///
/// let width = 1000;
/// let step = 0.5 * network.largest_stable_step(width)?;
/// let training = network.train(step, width)?;
/// assert!(training.loss(100) < training.loss(10));
/// assert!(matches!(training.steps_to(1e-3)?, Reach::After { .. }));
/// # Ok::<(), fireweed::overparam::OverparamError>(())
/// ```
#[derive(Clone, Debug)]
pub struct InfiniteWidth {
    pub(super) kernel: TangentKernel,
    pub(super) points: Points,
    /// Eigenvalues of K/m for one output, nonnegative, in no order.
    pub(super) eigenvalues: Vec<f64>,
    /// One eigenvector per column.
    pub(super) vectors: DMatrix<f64>,
    /// The targets in the eigenbasis: `[n, d]`.
    pub(super) targets: DMatrix<f64>,
    /// S_L times the eigenvectors: `[n, n]`.
    pub(super) covariance: DMatrix<f64>,
    pub(super) start: Start,
}

/// Outputs of the network before training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Outputs of weights drawn by Algorithm 1; losses are means over draws. The default.
    #[default]
    Drawn,
    /// Zero, as if the initial outputs were subtracted; a drawn network then follows its mean.
    Zero,
}

impl InfiniteWidth {
    /// Decomposes the kernel of mapped inputs, with one row of targets each.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if targets do not fit the inputs or are not finite, if
    /// all inputs are zero, or if the eigenvalues do not converge.
    pub fn new<R: AsRef<[f64]>>(
        kernel: TangentKernel,
        points: Points,
        targets: &[R],
    ) -> Result<Self, OverparamError> {
        let n = points.len();
        if targets.len() != n {
            return Err(OverparamError::TargetRows {
                expected: n,
                found: targets.len(),
            });
        }
        let targets = Points::new(targets)?;
        let [tangent, covariance] = kernel.square(&points);
        if tangent.iter().all(|&entry| entry == 0.0) {
            return Err(OverparamError::NothingTrains);
        }
        let eigen = decompose(tangent)?;
        let vectors = eigen.eigenvectors;
        let targets = DMatrix::from_fn(n, targets.columns(), |i, k| targets.row(i)[k]);
        // The kernel has no negative eigenvalues; values below rounding count as zero.
        let rounding = 4.0 * n as f64 * f64::EPSILON * eigen.eigenvalues.max();
        let clipped = |&value: &f64| if value > rounding { value } else { 0.0 };
        Ok(Self {
            kernel,
            points,
            eigenvalues: eigen.eigenvalues.iter().map(clipped).collect(),
            targets: vectors.tr_mul(&targets),
            covariance: covariance * &vectors,
            vectors,
            start: Start::default(),
        })
    }

    /// Sets the outputs before training.
    pub fn with_start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Returns the number n of inputs.
    pub fn samples(&self) -> usize {
        self.points.len()
    }

    /// Returns the number d of outputs.
    pub fn outputs(&self) -> usize {
        self.targets.ncols()
    }

    /// Returns the kernel.
    pub fn kernel(&self) -> TangentKernel {
        self.kernel
    }

    /// Returns the eigenvalues of K/m, in descending order; those below rounding are 0.
    pub fn eigenvalues(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.eigenvalues.iter().map(|v| v / self.d()).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        values
    }

    /// Returns the largest eigenvalue of K/m.
    pub fn largest_eigenvalue(&self) -> f64 {
        self.eigenvalues.iter().copied().fold(0.0, f64::max) / self.d()
    }

    /// Returns the step size below which training converges: `1 / λ_max(K)`, for the sum loss.
    ///
    /// At half of it the first eigendirection is learned in one step, with a margin for networks of
    /// finite width, whose eigenvalue differs.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the width is 0.
    pub fn largest_stable_step(&self, width: usize) -> Result<f64, OverparamError> {
        if width == 0 {
            return Err(OverparamError::setting("width", width, "at least 1 neuron"));
        }
        Ok(1.0 / (width as f64 * self.largest_eigenvalue()))
    }

    /// Returns the training by gradient descent with step η on the sum of squared errors, at width
    /// m.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the step is not positive and finite or the width is
    /// 0.
    pub fn train(&self, step: f64, width: usize) -> Result<Training<'_>, OverparamError> {
        if !(step.is_finite() && step > 0.0) {
            let expected = "a finite number above 0, below `largest_stable_step`";
            return Err(OverparamError::setting("step", step, expected));
        }
        if width == 0 {
            return Err(OverparamError::setting("width", width, "at least 1 neuron"));
        }
        let scale = 2.0 * step * width as f64 / self.d();
        let moves = self.eigenvalues.iter().map(|value| scale * value);
        Ok(Training::new(self, moves.collect()))
    }

    fn d(&self) -> f64 {
        self.outputs() as f64
    }
}

pub(super) fn decompose(matrix: DMatrix<f64>) -> Result<SymmetricEigen<f64, Dyn>, OverparamError> {
    let rows = matrix.nrows();
    // The iterations are counted over all rows together.
    SymmetricEigen::try_new(matrix, f64::EPSILON, SWEEPS * rows)
        .ok_or(OverparamError::NoEigenvalues { rows })
}

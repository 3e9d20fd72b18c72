use std::f64::consts::FRAC_2_PI;

use nalgebra::DMatrix;

use super::Points;
use crate::overparam::OverparamError;
use crate::overparam::theory::squared_gap;

/// The kernels of an infinitely wide network of Algorithm 1 with one output.
///
/// ```text
/// S_0 = ⟨x, x'⟩,   r_l = S_l / (‖x‖ ‖x'‖),   g = (1 − α)² / (1 + α²)
/// S_l = (1 − g/2) S_{l−1} + (g/2) ‖x‖ ‖x'‖ (2/π) (√(1 − r²) + r asin r)     with r = r_{l−1}
/// D_l = (1 − g/2) + (g/2) (2/π) asin r                                      with r = r_{l−1}
/// K   = m · ½ Σ_{l=1..L} S_{l−1} Π_{k=l..L} D_k
/// ```
///
/// `S_l` is the inner product of two inputs after layer l; `S_L` is the covariance of the outputs
/// of random untrained networks. K, the tangent kernel, is the inner product of the outputs'
/// gradients with respect to the trained weights. Gradient descent on the sum of squared errors
/// changes the residual by `r ← (I − 2 η K) r`.
///
/// The kernels depend on α only through g, so α and 1/α have the same kernels. Entries cost O(p +
/// L).
///
/// The formula holds in the limit m → ∞. At m = 600 an explicit network differs by about 15 % in
/// the Frobenius norm; the deviation is of order 1/√m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TangentKernel {
    gap: f64,
    depth: usize,
}

/// Both kernels of one pair of inputs, for width 1 and one output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelEntry {
    /// K / m, the tangent kernel per unit of width.
    pub tangent: f64,
    /// S_L, the covariance of the outputs at the start.
    pub covariance: f64,
}

impl TangentKernel {
    /// Creates the kernels for slope α and L trained layers.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if α is not finite or the depth is 0.
    pub fn new(alpha: f64, depth: usize) -> Result<Self, OverparamError> {
        if !alpha.is_finite() {
            let expected = "a finite number, for example -1 or 0";
            return Err(OverparamError::setting("alpha", alpha, expected));
        }
        if depth == 0 {
            let expected = "at least 1 trained hidden layer";
            return Err(OverparamError::setting("depth", depth, expected));
        }
        let gap = squared_gap(alpha);
        Ok(Self { gap, depth })
    }

    /// g(α), the squared jump of the activation's slope.
    pub fn squared_gap(&self) -> f64 {
        self.gap
    }

    /// Returns the number L of trained layers.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Computes both kernels from the inner product of two inputs and the product of their norms.
    ///
    /// Inputs whose cosine is within rounding of 1 or −1 count as parallel.
    pub fn entry(&self, inner: f64, norms: f64) -> KernelEntry {
        if norms <= 0.0 {
            let (tangent, covariance) = (0.0, 0.0);
            return KernelEntry {
                tangent,
                covariance,
            };
        }
        let bent = 0.5 * self.gap;
        let mut cosine = inner / norms;
        // The arcsine would amplify the rounding error of the inner product to its square root.
        if cosine.abs() > 1.0 - 16.0 * f64::EPSILON {
            cosine = cosine.signum();
        }
        // Horner's scheme: after layer l this is Σ_{j≤l} S_{j−1} Π_{k=j..l} D_k, over the norms.
        let mut sum = 0.0;
        for _ in 0..self.depth {
            let angle = cosine.asin();
            let slope = (1.0 - bent) + bent * FRAC_2_PI * angle;
            sum = (sum + cosine) * slope;
            let root = (1.0 - cosine * cosine).max(0.0).sqrt();
            let mixed = (1.0 - bent) * cosine + bent * FRAC_2_PI * (root + cosine * angle);
            cosine = mixed.clamp(-1.0, 1.0);
        }
        KernelEntry {
            tangent: 0.5 * norms * sum,
            covariance: norms * cosine,
        }
    }

    /// Computes the tangent kernel K/m and the covariance S_L of all pairs of rows: symmetric,
    /// `[n, n]` each.
    pub(super) fn square(&self, points: &Points) -> [DMatrix<f64>; 2] {
        let n = points.len();
        let norms = points.norms();
        let mut tangent = DMatrix::zeros(n, n);
        let mut covariance = DMatrix::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let scale = norms[i] * norms[j];
                let entry = self.entry(dot(points.row(i), points.row(j)), scale);
                tangent[(i, j)] = entry.tangent;
                tangent[(j, i)] = entry.tangent;
                covariance[(i, j)] = entry.covariance;
                covariance[(j, i)] = entry.covariance;
            }
        }
        [tangent, covariance]
    }

    /// Computes both kernels between test rows and training rows: `[tests, n]` each.
    pub(super) fn cross(&self, tests: &Points, points: &Points) -> [DMatrix<f64>; 2] {
        let shape = (tests.len(), points.len());
        let (rows, columns) = (tests.norms(), points.norms());
        let mut tangent = DMatrix::zeros(shape.0, shape.1);
        let mut covariance = DMatrix::zeros(shape.0, shape.1);
        for (j, point) in points.rows().enumerate() {
            for (i, test) in tests.rows().enumerate() {
                let entry = self.entry(dot(test, point), rows[i] * columns[j]);
                tangent[(i, j)] = entry.tangent;
                covariance[(i, j)] = entry.covariance;
            }
        }
        [tangent, covariance]
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
#[path = "kernel_tests.rs"]
mod tests;

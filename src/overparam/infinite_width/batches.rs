use rand::{Rng, seq::index};

use super::{Points, TangentKernel, predictor::decompose};
use crate::overparam::OverparamError;

impl TangentKernel {
    /// Returns the largest eigenvalue of `W^½ (K/m) W^½` for one output, with the weight of each
    /// input on the diagonal of W.
    ///
    /// With the number of times that each input occurs as weights, it is the largest eigenvalue of
    /// all of them. Cost: O(n³).
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the eigenvalues do not converge.
    pub(crate) fn largest_weighted_eigenvalue(
        &self,
        points: &Points,
        weight: &dyn Fn(usize) -> f64,
    ) -> Result<f64, OverparamError> {
        let [mut tangent, _] = self.square(points);
        for i in 0..points.len() {
            for j in 0..points.len() {
                tangent[(i, j)] *= (weight(i) * weight(j)).sqrt();
            }
        }
        Ok(decompose(tangent)?.eigenvalues.max())
    }

    /// Estimates the largest eigenvalue of K/m, for one output, over random batches of the inputs.
    ///
    /// Stochastic gradient descent with a step below `1 / λ_max(K_B)` for every batch B never moves
    /// the weights away from a solution of the linearized problem, so the largest of these
    /// eigenvalues bounds the step. It is at least `batch / n` times that of all inputs, and at
    /// most that. The result is a lower estimate: rarer batches may have larger eigenvalues.
    ///
    /// Cost: O(draws · batch³). Consumes `draws` samples of `batch` indices.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if a batch is empty, or if the eigenvalues do not
    /// converge.
    pub fn largest_batch_eigenvalue(
        &self,
        points: &Points,
        batch: usize,
        draws: usize,
        rng: &mut impl Rng,
    ) -> Result<f64, OverparamError> {
        if batch == 0 || draws == 0 {
            return Err(OverparamError::NoRows);
        }
        let batch = batch.min(points.len());
        let mut largest = 0.0_f64;
        for _ in 0..draws {
            let rows = index::sample(rng, points.len(), batch).into_vec();
            let [tangent, _] = self.square(&points.select(&rows)?);
            largest = largest.max(decompose(tangent)?.eigenvalues.max());
        }
        Ok(largest)
    }
}

use super::Bound;
use crate::overparam::OverparamError;

/// Returns the factor by which the bounds of Guo, Li, Lerman (2024) improve on earlier ones for
/// ReLU networks.
///
/// ```text
/// 1 / L
/// ```
///
/// The earlier proofs bound the gradient from below by that of one layer. These add up all L
/// layers, so the loss decreases L times as fast in the bound, and depth no longer slows training
/// down. This crate applies the factor to the number of steps; the constants of both bounds are
/// unknown, so only the factor is comparable.
pub fn improvement_over_earlier_bounds(depth: usize) -> f64 {
    1.0 / depth.max(1) as f64
}

impl Bound {
    /// Returns the steps required by the earlier bounds, at equal constants: L times
    /// [`steps_to`](Self::steps_to), see [`improvement_over_earlier_bounds`].
    ///
    /// # Errors
    /// Returns the errors of [`steps_to`](Self::steps_to).
    pub fn earlier_steps_to(&self, target: f64, step: f64) -> Result<f64, OverparamError> {
        let improvement = improvement_over_earlier_bounds(self.setting.depth);
        Ok(self.steps_to(target, step)? / improvement)
    }
}

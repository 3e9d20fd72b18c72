use super::{Bound, TheoryError};

/// The factor by which the bounds of Guo, Li, Lerman (2024) improve on those for ReLU networks
/// before it.
///
/// ```text
/// 1 / L
/// ```
///
/// The earlier proofs bound the gradient from below by that of one layer; they add up all L
/// of them, so a loss falls L times as fast in the bound, and depth no longer slows training down.
/// That the factor belongs to the number of steps is how this crate reads it; the constants of
/// neither bound are known, so only the factor compares.
pub fn improvement_over_earlier_bounds(depth: usize) -> f64 {
    1.0 / depth.max(1) as f64
}

impl Bound {
    /// The steps that the earlier bounds would ask for, at equal constants: L times
    /// [`steps_to`](Self::steps_to), see [`improvement_over_earlier_bounds`].
    ///
    /// # Errors
    /// As [`steps_to`](Self::steps_to).
    pub fn earlier_steps_to(&self, target: f64, step: f64) -> Result<f64, TheoryError> {
        let improvement = improvement_over_earlier_bounds(self.setting.depth);
        Ok(self.steps_to(target, step)? / improvement)
    }
}

/// The two slopes of a piecewise linear activation with its kink at 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slopes {
    /// Slope where `x ≥ 0`.
    pub(crate) positive: f64,
    /// Slope where `x < 0`.
    pub(crate) negative: f64,
}

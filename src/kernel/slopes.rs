/// The two slopes of a piecewise linear activation with its kink at 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slopes {
    /// Slope for `x ≥ 0`.
    pub(crate) positive: f64,
    /// Slope for `x < 0`.
    pub(crate) negative: f64,
}

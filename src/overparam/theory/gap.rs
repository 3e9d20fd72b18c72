/// Returns the jump of the slope of σ̃_α at 0.
///
/// ```text
/// (1 − α) / √(1 + α²)
/// ```
///
/// Between −√2 and √2; largest at α = −1, zero at α = 1, for which the activation is linear. NaN
/// for NaN, and the limits −1 and 1 for α = ±∞.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; see
/// [`LeakyReluRescaled`](crate::nn::LeakyReluRescaled).
pub fn derivative_gap(alpha: f64) -> f64 {
    if alpha.is_infinite() {
        return -alpha.signum();
    }
    // `hypot` does not overflow for huge slopes.
    1.0 / 1f64.hypot(alpha) - alpha / 1f64.hypot(alpha)
}

/// Returns g(α), the squared jump of the slope of σ̃_α at 0. All bounds depend on α through g.
///
/// ```text
/// g(α) = (1 − α)² / (1 + α²)
/// ```
///
/// Between 0, at α = 1, and 2, at α = −1. Symmetric under α ↔ 1/α; increasing on (−∞, −1),
/// decreasing on (−1, 1).
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Theorems 2.1 and 2.2 of the dissertation.
///
/// ```
/// use fireweed::overparam::theory::squared_gap;
///
/// assert_eq!(squared_gap(-1.0), 2.0); // absolute value
/// assert_eq!(squared_gap(0.0), 1.0); // ReLU
/// ```
pub fn squared_gap(alpha: f64) -> f64 {
    if alpha.abs() > 1.0 {
        // Uses the symmetry to avoid overflow of squares.
        return squared_gap(1.0 / alpha);
    }
    (1.0 - alpha).powi(2) / (1.0 + alpha * alpha)
}

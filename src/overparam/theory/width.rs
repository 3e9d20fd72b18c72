use super::{Bound, Optimizer, positive};
use crate::overparam::OverparamError;

impl Bound {
    /// Returns the smallest width m required by the theorem to reach the loss `target`; infinite
    /// for α = 1, and beyond 1e308.
    ///
    /// ```text
    /// m / ln⁴ m > c n⁵ L¹⁵ d / (g δ⁴)       and m > c ln ln 1/ε          gradient descent
    /// m / ln⁴ m > c n⁸ L¹⁵ d / (g⁴ b δ⁵)    and m ln m > c ln ln 1/ε     SGD
    /// ```
    ///
    /// Solved on the branch `m ≥ e⁴`, on which the left side grows. For any real data set the
    /// result is far larger than the width of practical networks, which train nevertheless. Use it
    /// to compare settings.
    ///
    /// Reference: Guo, Li, Lerman, arXiv 2402.11942; Theorems 2.1 and 2.2 of the dissertation.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if the target is not positive.
    pub fn required_width(&self, target: f64) -> Result<f64, OverparamError> {
        let target = positive("target loss", target)?;
        let [n, delta, d, _, l] = self.setting.numbers();
        // In logarithms, since the powers overflow.
        let common = self.constants.width.ln() + 15.0 * l.ln() + d.ln();
        let needed = match self.optimizer {
            Optimizer::Gd => common + 5.0 * n.ln() - 4.0 * delta.ln() - self.gap.ln(),
            Optimizer::Sgd { batch } => {
                let batch = batch as f64;
                let data = 8.0 * n.ln() - 5.0 * delta.ln() - batch.ln();
                common + data - 4.0 * self.gap.ln()
            }
        };
        let doubly_logarithmic = match target < (-1_f64).exp() {
            true => self.constants.width * (-target.ln()).ln(),
            false => 0.0,
        };
        let second = match self.optimizer {
            Optimizer::Gd => doubly_logarithmic,
            // The first condition implies that m is at least e⁴, and ln m at least 4.
            Optimizer::Sgd { .. } => inverse_of_m_ln_m(doubly_logarithmic),
        };
        Ok(inverse_of_m_over_ln4_m(needed).max(second))
    }
}

/// Returns the m ≥ e⁴ with `ln m − 4 ln ln m = needed`; e⁴ if the left side is larger for all such
/// m.
fn inverse_of_m_over_ln4_m(needed: f64) -> f64 {
    if needed == f64::INFINITY {
        return f64::INFINITY;
    }
    let missing = |log: f64| log - 4.0 * log.ln() < needed;
    bisect(4.0, missing).exp()
}

/// Returns the m ≥ 1 with `m ln m = needed`; 1 if `needed` is at most 0.
fn inverse_of_m_ln_m(needed: f64) -> f64 {
    bisect(1.0, |m| m * m.ln() < needed)
}

/// Returns the smallest x ≥ `low` for which `missing` is false; `missing` is true below it and
/// false above.
fn bisect(low: f64, missing: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, low);
    while missing(high) {
        low = high;
        high *= 2.0;
    }
    // Bisects down to the last bit.
    for _ in 0..64 {
        let middle = 0.5 * (low + high);
        match missing(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    high
}

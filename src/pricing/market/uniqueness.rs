use nalgebra::DMatrix;
use serde::Serialize;

use crate::pricing::numerics::spectrum;

/// Margin for rounding below the bound of 1.
const MARGIN: f64 = 1e-9;

/// Two sufficient conditions for unique participation at every price.
///
/// The derivative of shares in utilities is at most 1/(2 theta) in the sup norm (1/(4 theta) for
/// one platform). The logit map of participation is therefore a contraction if one of these is
/// below 1:
///
/// ```text
/// sup_norm = max_k sum_l B_kl          B_kl = |Phi_kl| / (2 theta_k)
/// spectral = spectral radius of B      (a sup norm with weights on the sides)
/// ```
///
/// With two sides and externalities only between them, `spectral < 1` means `|Phi_12 Phi_21| < 4
/// theta_1 theta_2`. A value of 1 or more proves nothing;
/// [`Market::fixed_points`](super::Market::fixed_points) then searches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Uniqueness {
    /// Bound in the sup norm.
    pub sup_norm: f64,
    /// Bound in the best weighted sup norm; at most `sup_norm`.
    pub spectral: f64,
}

impl Uniqueness {
    pub(super) fn of(platforms: usize, heterogeneity: &[f64], externality: &[f64]) -> Self {
        let sides = heterogeneity.len();
        let slope = if platforms == 1 { 0.25 } else { 0.5 };
        let bounds = DMatrix::from_fn(sides, sides, |k, l| {
            externality[k * sides + l].abs() * slope / heterogeneity[k]
        });
        let sup_norm = bounds.row_iter().map(|row| row.sum()).fold(0.0, f64::max);
        let spectral = spectrum(bounds).map_or(sup_norm, |found| found.radius.min(sup_norm));
        Self { sup_norm, spectral }
    }

    /// Returns whether there is exactly one participation at every price.
    pub fn is_certain(&self) -> bool {
        self.spectral < 1.0 - MARGIN
    }
}

use nalgebra::{DMatrix, DVector};

use super::{Equilibrium, continuation::follow_branch, log_odds::LogOdds, logit};
use crate::pricing::{PricingError, market::Market};

/// Slope of inverse demand from which matrices are scaled before inversion.
const LARGE: f64 = 1e30;

/// Competition of identical platforms: one-shot Nash equilibrium at equal prices.
///
/// K equations in the participation n_k of each platform, closed by inverse demand:
///
/// ```text
/// M_s = ( diag(theta_k/(n_k n_0k)) - Phi )^{-1}      all platforms move together
/// M_a = ( diag(theta_k/n_k)        - Phi )^{-1}      shares shift between platforms
/// M   = M_s/N + (1 - 1/N) M_a                        own-price response, dn_i/dp_i = -M
/// p - c = (M^T)^{-1} n
/// ```
///
/// Without externalities this is `p = c + theta/(1 - n)`; with everyone inside, Armstrong's
/// structure `p_k = c_k + (N theta_k - sum_l Phi_lk)/(N - 1)`. For several sides it is our
/// derivation.
///
/// Of several solutions, the one connected to the solution without externalities is selected.
///
/// # Errors
/// Returns [`PricingError::NotSymmetric`] if the platforms differ, and
/// [`PricingError::NotConverged`] if externalities are so strong that the branch of solutions ends.
pub fn symmetric_competition(market: &Market) -> Result<Equilibrium, PricingError> {
    Equilibrium::of_competition(market, symmetric_point_of_competition(market)?, &|| false)
}

/// Returns the point that solves the first-order conditions.
pub(super) fn symmetric_point_of_competition(market: &Market) -> Result<LogOdds, PricingError> {
    let (what, logit) = ("symmetric competition", logit::competition);
    let point = symmetric_point(what, market, logit, competitive_margins)?;
    Ok(LogOdds::new(market, &point))
}

/// Solves K conditions `p_k - c_k = margin_k(n)` for identical platforms, and repeats the solution
/// for each of them.
pub(super) fn symmetric_point(
    what: &'static str,
    market: &Market,
    logit: fn(&Market) -> DVector<f64>,
    margins: fn(&Market, &LogOdds) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, PricingError> {
    if !market.is_symmetric() {
        return Err(PricingError::NotSymmetric);
    }
    let spread = |market: &Market, one: &DVector<f64>| {
        DVector::from_fn(market.platforms() * market.sides(), |cell, _| {
            one[cell % market.sides()]
        })
    };
    let first = |market: &Market| logit(market).rows(0, market.sides()).into_owned();
    let one = follow_branch(what, market, first, |market, one| {
        let at = LogOdds::new(market, &spread(market, one));
        Some(at.margins(market, 0) - margins(market, &at)?)
    })?;
    Ok(spread(market, &one))
}

/// (M^T)^{-1} n.
fn competitive_margins(market: &Market, at: &LogOdds) -> Option<DVector<f64>> {
    let sides = market.sides();
    let shares = DVector::from_column_slice(at.shares.platform(0));
    let phi = DMatrix::from_fn(sides, sides, |k, l| market.externality(k, l));
    // (diag(theta/r) - Phi)^{-1}, also if a response r underflowed to 0.
    let inverse = |response: &dyn Fn(usize) -> f64| {
        let diagonal =
            DVector::from_fn(sides, |k, _| market.heterogeneity(k) * (1.0 / response(k)));
        // The inverse is divided by the determinant, which overflows if entries are large.
        if diagonal.iter().all(|&entry| entry < LARGE) {
            return (DMatrix::from_diagonal(&diagonal) - &phi).try_inverse();
        }
        let scaled = DVector::from_fn(sides, |k, _| response(k) / market.heterogeneity(k));
        let scaled = DMatrix::from_diagonal(&scaled);
        let system = DMatrix::identity(sides, sides) - &scaled * &phi;
        Some(system.try_inverse()? * scaled)
    };
    let together = inverse(&|k| shares[k] * at.outside[k])?;
    let shifting = inverse(&|k| shares[k])?;
    let weight = 1.0 / market.platforms() as f64;
    let response = together * weight + shifting * (1.0 - weight);
    response.transpose().lu().solve(&shares)
}

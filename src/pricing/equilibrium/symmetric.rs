use nalgebra::{DMatrix, DVector};

use super::{
    Equilibrium, EquilibriumError, competition::finish, continuation::follow_branch,
    log_odds::LogOdds,
};
use crate::pricing::market::Market;

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
/// Without externalities this is `p = c + theta/(1 - n)`; with everyone inside, Armstrong's structure
/// `p_k = c_k + (N theta_k - sum_l Phi_lk)/(N - 1)`. For several sides it is our derivation.
///
/// Of several solutions, the one that the solution without externalities grows into.
///
/// # Errors
/// [`EquilibriumError::NotSymmetric`] for platforms that differ,
/// [`EquilibriumError::NotConverged`] where externalities are so strong that the branch ends.
pub fn symmetric_competition(market: &Market) -> Result<Equilibrium, EquilibriumError> {
    let point = symmetric_point("symmetric competition", market, competitive_margins)?;
    Ok(finish(market, LogOdds::new(market, &point)))
}

/// Solves K conditions `p_k - c_k = margin_k(n)` for identical platforms, and lists the solution for
/// each of them.
pub(super) fn symmetric_point(
    what: &'static str,
    market: &Market,
    margins: fn(&Market, &LogOdds) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, EquilibriumError> {
    if !market.is_symmetric() {
        return Err(EquilibriumError::NotSymmetric);
    }
    let spread = |market: &Market, one: &DVector<f64>| {
        DVector::from_fn(market.platforms() * market.sides(), |cell, _| {
            one[cell % market.sides()]
        })
    };
    let one = follow_branch(what, market, market.sides(), |market, one| {
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
    let minus_phi = |diagonal: &dyn Fn(usize) -> f64| {
        let diagonal = DVector::from_fn(sides, |k, _| market.heterogeneity(k) * diagonal(k));
        (DMatrix::from_diagonal(&diagonal) - &phi).try_inverse()
    };
    let together = minus_phi(&|k| 1.0 / (shares[k] * at.outside[k]))?;
    let shifting = minus_phi(&|k| 1.0 / shares[k])?;
    let weight = 1.0 / market.platforms() as f64;
    let response = together * weight + shifting * (1.0 - weight);
    response.transpose().lu().solve(&shares)
}

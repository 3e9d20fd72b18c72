use nalgebra::DVector;

use super::{
    Equilibrium, competition::finish, continuation::follow_branch, log_odds::LogOdds, logit,
};
use crate::pricing::{PricingError, market::Market};

/// Competition of arbitrary platforms: one-shot Nash equilibrium in prices.
///
/// Solves the first-order conditions of all platforms,
///
/// ```text
/// n_i + J_ii^T (p_i - c_i) = 0,     J_ii = d n_i / d p_i with all externalities worked out,
/// ```
///
/// by Newton's method in log odds of participation, along increasing externalities. For identical
/// platforms it agrees with [`symmetric_competition`](super::symmetric_competition), which is
/// cheaper.
///
/// Complexity: O(N K) slopes of demand, O((N K)³) each, for each step.
///
/// # Errors
/// Returns [`PricingError::NotConverged`] if externalities are so strong that the branch of
/// solutions ends.
pub fn asymmetric_competition(market: &Market) -> Result<Equilibrium, PricingError> {
    finish(market, asymmetric_point(market)?, &|| false)
}

/// Returns the point that solves the first-order conditions.
pub(super) fn asymmetric_point(market: &Market) -> Result<LogOdds, PricingError> {
    let point = follow_branch("competition", market, logit::competition, conditions)?;
    Ok(LogOdds::new(market, &point))
}

/// Margins minus optimal margins, in money per user, platform by platform.
pub(super) fn conditions(market: &Market, point: &DVector<f64>) -> Option<DVector<f64>> {
    conditions_at(market, &LogOdds::new(market, point))
}

pub(super) fn conditions_at(market: &Market, at: &LogOdds) -> Option<DVector<f64>> {
    let slope = market.own_slopes(&at.shares)?;
    let sides = market.sides();
    let mut left = DVector::zeros(at.shares.as_slice().len());
    for platform in 0..market.platforms() {
        let optimal = slope.optimal_margin(platform, &at.shares)?;
        let gap = at.margins(market, platform) - optimal;
        left.rows_mut(platform * sides, sides).copy_from(&gap);
    }
    Some(left)
}

use super::{
    Equilibrium, continuation::follow_branch, first_order::conditions, log_odds::LogOdds, logit,
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
    Equilibrium::of_competition(market, asymmetric_point(market)?, &|| false)
}

/// Returns the point that solves the first-order conditions.
pub(super) fn asymmetric_point(market: &Market) -> Result<LogOdds, PricingError> {
    let point = follow_branch("competition", market, logit::competition, conditions)?;
    Ok(LogOdds::new(market, &point))
}

use super::{
    Equilibrium, SecondOrder, Warning, best_reply::best_reply, first_order::conditions_at,
    log_odds::LogOdds, position::positions, second_order::joint_gradient,
};
use crate::pricing::{PricingError, market::Market};

/// Relative gain in profit at which a deviation counts.
const GAIN: f64 = 1e-7;
/// Shares that differ by more than this are different participations.
const APART: f64 = 1e-6;

impl Equilibrium {
    /// Returns the equilibrium of competition at a point that solves the first-order conditions.
    ///
    /// Checks second-order conditions, and whether a platform gains by a best reply; platforms in
    /// the same position are checked once.
    pub(super) fn of_competition(
        market: &Market,
        at: LogOdds,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Self, PricingError> {
        let residual = conditions_at(market, &at).map_or(f64::NAN, |left| left.amax());
        let judged = positions(market, &at.prices);
        let second_order = SecondOrder::of_competition(market, &at.prices, &at.shares, &judged);
        let mut equilibrium = Self::new(market, at, residual, second_order);
        let outcome = &equilibrium.outcome;
        let mut checks = Vec::new();
        for platform in judged {
            if should_stop() {
                return Err(PricingError::BenchmarksStopped);
            }
            match best_reply(market, &outcome.prices, platform) {
                Ok(reply) => {
                    let profit = outcome.profits[platform];
                    let gain = reply.profit - profit;
                    if gain > GAIN * profit.abs() {
                        checks.push(Warning::ProfitableDeviation {
                            platform,
                            gain,
                            prices: reply.prices,
                        });
                    }
                }
                Err(error) => checks.push(Warning::Unchecked {
                    platform,
                    reason: error.to_string(),
                }),
            }
        }
        equilibrium.warnings.extend(checks);
        Ok(equilibrium)
    }

    /// Returns the equilibrium of collusion at a candidate for the maximum of joint profit.
    pub(super) fn of_joint_profit(market: &Market, at: LogOdds) -> Self {
        let residual = joint_gradient(market, &at).amax();
        let second_order = SecondOrder::of_joint_profit(market, &at);
        Self::new(market, at, residual, second_order)
    }

    /// Checks participation and second-order conditions.
    fn new(market: &Market, at: LogOdds, residual: f64, second_order: SecondOrder) -> Self {
        let mut warnings = participation_warnings(market, &at);
        if !second_order.holds() {
            warnings.push(Warning::SecondOrder {
                eigenvalue: second_order.largest_eigenvalue,
            });
        }
        Self {
            outcome: market.outcome_with(at.prices, at.shares, at.outside),
            residual,
            second_order,
            warnings,
        }
    }
}

/// Warns if participation at the prices of a point is not unique, not selected or not stable.
fn participation_warnings(market: &Market, at: &LogOdds) -> Vec<Warning> {
    if market.uniqueness().is_certain() {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    let Ok(found) = market.fixed_points(&at.prices) else {
        warnings.push(Warning::NotSelected { distance: 1.0 });
        return warnings;
    };
    if found.are_several() {
        let found = found.points.len();
        warnings.push(Warning::SeveralFixedPoints { found });
    }
    let selected = found.points.first().filter(|_| found.selects_first);
    let distance = selected.map_or(1.0, |point| point.shares.distance(&at.shares));
    if distance > APART {
        warnings.push(Warning::NotSelected { distance });
    }
    let own = found
        .points
        .iter()
        .find(|point| point.shares.distance(&at.shares) <= APART);
    if let Some(own) = own.filter(|own| !own.is_stable()) {
        warnings.push(Warning::Unstable {
            eigenvalue: own.largest_real_part,
        });
    }
    warnings
}

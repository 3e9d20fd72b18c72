use nalgebra::DVector;

use super::{
    Equilibrium, EquilibriumError, SecondOrder, Warning,
    asymmetric::{asymmetric_competition, conditions, conditions_at},
    best_reply::best_reply,
    continuation::solve,
    log_odds::LogOdds,
    symmetric::symmetric_competition,
};
use crate::pricing::market::{BySide, Market};

/// Profit that a deviation must gain to count, relative to profit.
const GAIN: f64 = 1e-7;
/// Prices that differ by more than this are different equilibria, in money per user.
const APART: f64 = 1e-5;
/// Steps of Newton's method from starts that are far.
const STEPS: usize = 100;

/// Competition: the one-shot Nash equilibrium in prices, p^B.
///
/// By [`symmetric_competition`] for identical platforms, else by [`asymmetric_competition`]. The
/// point is checked by [`best_reply`] of each platform from many starts, and other equilibria are
/// looked for from starts where one platform leads; what is found becomes a [`Warning`].
///
/// ```
/// use fireweed::pricing::{equilibrium::competition, market::Market};
///
/// let nash = competition(&Market::symmetric(2, 1)?)?;
/// assert!((nash.outcome.prices[(0, 0)] - 1.472927).abs() < 1e-6);
/// assert!(nash.warnings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EquilibriumError::NotConverged`] where externalities are so strong that the branch of
/// equilibria ends.
pub fn competition(market: &Market) -> Result<Equilibrium, EquilibriumError> {
    let mut found = match market.is_symmetric() {
        true => symmetric_competition(market)?,
        false => asymmetric_competition(market)?,
    };
    let others = other_equilibria(market, &found.outcome.prices);
    if !others.is_empty() {
        found
            .warnings
            .push(Warning::OtherEquilibria { prices: others });
    }
    Ok(found)
}

/// Judges a point that solves the first-order conditions.
pub(super) fn finish(market: &Market, at: LogOdds) -> Equilibrium {
    let residual = conditions_at(market, &at).map_or(f64::NAN, |left| left.amax());
    let second_order = SecondOrder::of_competition(market, &at.prices, &at.shares);
    let mut equilibrium = Equilibrium::new(market, at, residual, second_order);
    let outcome = &equilibrium.outcome;
    let checks = (0..market.platforms()).filter_map(|platform| {
        match best_reply(market, &outcome.prices, platform) {
            Ok(reply) => {
                let profit = outcome.profits[platform];
                let gain = reply.profit - profit;
                (gain > GAIN * profit.abs()).then_some(Warning::ProfitableDeviation {
                    platform,
                    gain,
                    prices: reply.prices,
                })
            }
            Err(error) => Some(Warning::Unchecked {
                platform,
                reason: error.to_string(),
            }),
        }
    });
    let checks: Vec<_> = checks.collect();
    equilibrium.warnings.extend(checks);
    equilibrium
}

/// Prices of further points that satisfy first- and second-order conditions, at which participation
/// is the selected one and no platform gains by a best reply.
fn other_equilibria(market: &Market, known: &BySide) -> Vec<BySide> {
    let mut all = vec![known.clone()];
    let size = market.platforms() * market.sides();
    for leader in 0..market.platforms() {
        for (lead, rest) in [(2.0, -2.0), (4.0, -4.0), (8.0, -8.0)] {
            let start = DVector::from_fn(size, |cell, _| {
                if cell / market.sides() == leader {
                    lead
                } else {
                    rest
                }
            });
            let Ok(point) = solve(market, start, STEPS, conditions) else {
                continue;
            };
            let at = LogOdds::new(market, &point);
            if all.iter().all(|prices| prices.distance(&at.prices) > APART) {
                let prices = at.prices.clone();
                let judged = finish(market, at);
                if judged.is_sound() {
                    all.push(prices);
                }
            }
        }
    }
    all.split_off(1)
}

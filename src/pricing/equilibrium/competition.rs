use nalgebra::DVector;

use super::{
    Equilibrium, SecondOrder, Warning,
    asymmetric::{asymmetric_point, conditions, conditions_at},
    best_reply::best_reply,
    continuation::solve,
    joint_maximum::leaders,
    log_odds::LogOdds,
    symmetric::symmetric_point_of_competition,
};
use crate::pricing::{
    PricingError,
    market::{BySide, Market},
};

/// Relative gain in profit at which a deviation counts.
const GAIN: f64 = 1e-7;
/// Prices that differ by more than this are different equilibria, in money per user.
const APART: f64 = 1e-5;
/// Steps of Newton's method from distant starts.
const STEPS: usize = 100;
/// Log odds of the leading platform, and of the others, at the starts.
const LEADS: [(f64, f64); 3] = [(2.0, -2.0), (4.0, -4.0), (8.0, -8.0)];
/// With more platforms than this, if they differ, the search uses fewer starts.
const MANY: usize = 8;

/// Competition: the one-shot Nash equilibrium in prices, p^B.
///
/// Uses [`symmetric_competition`](super::symmetric_competition) for identical platforms, and
/// [`asymmetric_competition`](super::asymmetric_competition) otherwise. The point is checked by
/// [`best_reply`] of each platform from many starts. Other equilibria are searched from starts at
/// which one platform leads; the findings are reported as [`Warning`]s.
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
/// Returns [`PricingError::NotConverged`] if externalities are so strong that the branch of
/// equilibria ends.
///
/// Complexity: O(N²) for N platforms, in practice.
pub fn competition(market: &Market) -> Result<Equilibrium, PricingError> {
    competition_with(market, &|| false)
}

/// Same as [`competition`], with a function that can stop the computation.
pub(super) fn competition_with(
    market: &Market,
    should_stop: &dyn Fn() -> bool,
) -> Result<Equilibrium, PricingError> {
    let at = match market.is_symmetric() {
        true => symmetric_point_of_competition(market)?,
        false => asymmetric_point(market)?,
    };
    let mut found = finish(market, at, should_stop)?;
    let others = other_equilibria(market, &found.outcome.prices, should_stop)?;
    if !others.is_empty() {
        found
            .warnings
            .push(Warning::OtherEquilibria { prices: others });
    }
    Ok(found)
}

/// Checks a point that solves the first-order conditions: second-order conditions, and whether a
/// platform gains by a best reply. Platforms in the same position are checked once.
pub(super) fn finish(
    market: &Market,
    at: LogOdds,
    should_stop: &dyn Fn() -> bool,
) -> Result<Equilibrium, PricingError> {
    let residual = conditions_at(market, &at).map_or(f64::NAN, |left| left.amax());
    let judged = positions(market, &at.prices);
    let second_order = SecondOrder::of_competition(market, &at.prices, &at.shares, &judged);
    let mut equilibrium = Equilibrium::new(market, at, residual, second_order);
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

/// Returns the first platform of each position; a position is the quality, cost and prices.
fn positions(market: &Market, prices: &BySide) -> Vec<usize> {
    let platforms = 0..market.platforms();
    platforms
        .filter(|&j| position(market, prices, j) == j)
        .collect()
}

/// Returns the first platform with the same quality, cost and prices as `platform`.
pub(super) fn position(market: &Market, prices: &BySide, platform: usize) -> usize {
    let same = |&i: &usize| {
        (0..market.sides()).all(|k| {
            market.quality(i, k) == market.quality(platform, k)
                && market.cost(i, k) == market.cost(platform, k)
                && prices[(i, k)] == prices[(platform, k)]
        })
    };
    (0..platform).find(same).unwrap_or(platform)
}

/// Prices of further points that satisfy first- and second-order conditions, at which participation
/// is the selected one and no platform gains by a best reply.
///
/// If platforms are identical, one leads and the others are alike, so there are two positions to
/// solve for.
fn other_equilibria(
    market: &Market,
    known: &BySide,
    should_stop: &dyn Fn() -> bool,
) -> Result<Vec<BySide>, PricingError> {
    let mut all = vec![known.clone()];
    // Without externalities, the equilibrium is unique.
    if !market.has_externalities() || market.platforms() == 1 {
        return Ok(Vec::new());
    }
    let (platforms, sides) = (market.platforms(), market.sides());
    let leaders = leaders(market);
    let leads: &[(f64, f64)] = match platforms > MANY && !market.is_symmetric() {
        true => &LEADS[1..2],
        false => &LEADS,
    };
    for leader in leaders {
        for &(lead, rest) in leads {
            if should_stop() {
                return Err(PricingError::BenchmarksStopped);
            }
            let point = match market.is_symmetric() {
                true => {
                    let two = DVector::from_fn(2 * sides, |cell, _| match cell < sides {
                        true => lead,
                        false => rest,
                    });
                    let spread = |two: &DVector<f64>| {
                        DVector::from_fn(platforms * sides, |cell, _| match cell < sides {
                            true => two[cell],
                            false => two[sides + cell % sides],
                        })
                    };
                    let found = solve(market, two, STEPS, |market, two| {
                        let all = conditions(market, &spread(two))?;
                        Some(all.rows(0, 2 * sides).into_owned())
                    });
                    found.map(|two| spread(&two))
                }
                false => {
                    let start = DVector::from_fn(platforms * sides, |cell, _| {
                        if cell / sides == leader { lead } else { rest }
                    });
                    solve(market, start, STEPS, conditions)
                }
            };
            let Ok(point) = point else {
                continue;
            };
            let at = LogOdds::new(market, &point);
            if all.iter().all(|prices| prices.distance(&at.prices) > APART) {
                let prices = at.prices.clone();
                let judged = finish(market, at, should_stop)?;
                if judged.is_sound() {
                    all.push(prices);
                }
            }
        }
    }
    Ok(all.split_off(1))
}

use nalgebra::DVector;

use super::{
    Equilibrium, Warning, asymmetric::asymmetric_point, continuation::solve,
    first_order::conditions, joint_maximum::leaders, log_odds::LogOdds,
    symmetric::symmetric_point_of_competition,
};
use crate::pricing::{
    PricingError,
    market::{BySide, Market},
};

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
/// [`best_reply`](super::best_reply()) of each platform from many starts. Other equilibria are
/// searched from starts at which one platform leads; the findings are reported as [`Warning`]s.
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
    let mut found = Equilibrium::of_competition(market, at, should_stop)?;
    let others = other_equilibria(market, &found.outcome.prices, should_stop)?;
    if !others.is_empty() {
        found
            .warnings
            .push(Warning::OtherEquilibria { prices: others });
    }
    Ok(found)
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
                let judged = Equilibrium::of_competition(market, at, should_stop)?;
                if judged.is_sound() {
                    all.push(prices);
                }
            }
        }
    }
    Ok(all.split_off(1))
}

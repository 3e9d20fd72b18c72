use nalgebra::{Cholesky, DVector};

use super::{
    Equilibrium,
    continuation::SOLVED,
    log_odds::LogOdds,
    logit,
    second_order::{curvature, joint_gradient, joint_hessian},
};
use crate::pricing::{PricingError, market::Market};

/// Largest number of steps of one ascent.
const STEPS: usize = 500;
/// Halvings of a step before an ascent ends.
const HALVINGS: usize = 60;
/// Longest step in log odds.
const LONGEST: f64 = 4.0;
/// Share of the predicted gain that a step must achieve.
const GAIN: f64 = 1e-4;
/// Largest number of platforms that lead at some start.
const MOST_LEADERS: usize = 6;
/// Log odds of the leading platforms, and of the others, at the starts.
const LEADS: [(f64, f64); 3] = [(1.0, -1.0), (2.0, -3.0), (4.0, -6.0)];

/// Returns the greatest joint profit over all participations, for identical platforms or not.
///
/// Applies Newton's method to joint profit as an explicit function of participation. The curvature
/// of tastes is added where the Hessian is not negative definite. The starts are an even one, and
/// those at which one platform leads, or each side has a different leader. The best local maximum
/// is returned; identical platforms may have different prices and participation in it.
///
/// The participation is a fixed point at its prices; a warning reports if it is not the selected
/// one.
///
/// Complexity: about 4 min(N, 6) + 2 ascents of O((N K)³) per step.
///
/// # Errors
/// Returns [`PricingError::NoMaximum`] if no ascent converges.
pub fn joint_maximum(market: &Market) -> Result<Equilibrium, PricingError> {
    joint_maximum_with(market, &|| false)
}

/// Same as [`joint_maximum`], with a function that can stop the computation.
pub(super) fn joint_maximum_with(
    market: &Market,
    should_stop: &dyn Fn() -> bool,
) -> Result<Equilibrium, PricingError> {
    let mut best: Option<(f64, DVector<f64>)> = None;
    let mut least = f64::NAN;
    // If no start converges, the solution without externalities is close to that of the market.
    let mut starts = starts(market);
    let ordinary = starts.len();
    starts.push(logit::collusion(market));
    for (number, start) in starts.into_iter().enumerate() {
        if should_stop() {
            return Err(PricingError::BenchmarksStopped);
        }
        if number == ordinary && best.is_some() {
            break;
        }
        let (point, residual) = ascend(market, start);
        least = least.min(residual);
        if residual <= SOLVED * market.scale() {
            let profit = LogOdds::new(market, &point).joint_profit(market);
            if best.as_ref().is_none_or(|(most, _)| profit > *most) {
                best = Some((profit, point));
            }
        }
    }
    let (_, point) = best.ok_or_else(|| PricingError::NoMaximum {
        what: "greatest joint profit".to_owned(),
        residual: least / market.scale(),
        has_externalities: market.has_externalities(),
    })?;
    Ok(Equilibrium::of_joint_profit(
        market,
        LogOdds::new(market, &point),
    ))
}

fn starts(market: &Market) -> Vec<DVector<f64>> {
    let (platforms, sides) = (market.platforms(), market.sides());
    let size = platforms * sides;
    let even = [0.0, -3.0].map(|odds| DVector::from_element(size, odds));
    let leaders = leaders(market);
    let led = LEADS.iter().flat_map(|&(lead, rest)| {
        leaders.iter().map(move |&leader| {
            DVector::from_fn(
                size,
                |cell, _| {
                    if cell / sides == leader { lead } else { rest }
                },
            )
        })
    });
    // Negative externalities between sides separate them onto different platforms.
    let divided = leaders.iter().map(|shift| {
        DVector::from_fn(size, |cell, _| {
            let leader = (shift + cell % sides) % platforms;
            if cell / sides == leader { 1.0 } else { -2.0 }
        })
    });
    even.into_iter().chain(led).chain(divided).collect()
}

/// Returns the platforms that lead at some start: all if they are few, those with the largest
/// surplus if they are many, one of identical ones.
pub(super) fn leaders(market: &Market) -> Vec<usize> {
    let mut all: Vec<usize> = (0..market.platforms()).collect();
    if market.is_symmetric() {
        all.truncate(1);
    } else if all.len() > MOST_LEADERS {
        let surplus = |i: usize| -> f64 {
            let sides = 0..market.sides();
            sides
                .map(|k| market.quality(i, k) - market.cost(i, k))
                .sum()
        };
        all.sort_by(|&i, &j| surplus(j).total_cmp(&surplus(i)));
        all.truncate(MOST_LEADERS);
    }
    all
}

/// Ascends to a local maximum; also returns the largest residual of the first-order conditions.
fn ascend(market: &Market, start: DVector<f64>) -> (DVector<f64>, f64) {
    let sides = market.sides();
    let mut point = start;
    for _ in 0..STEPS {
        let at = LogOdds::new(market, &point);
        let gradient = joint_gradient(market, &at);
        let Some(step) = uphill(market, &at, &gradient) else {
            break;
        };
        let promised = gradient.dot(&step);
        let profit = at.joint_profit(market);
        // Converts the step of the shares to a step of their log odds.
        let mut odds = DVector::zeros(point.len());
        for cell in 0..point.len() {
            let side = cell % sides;
            let outwards: f64 = step.iter().skip(side).step_by(sides).sum();
            odds[cell] = step[cell] / at.shares.as_slice()[cell] + outwards / at.outside[side];
        }
        let mut share = f64::min(1.0, LONGEST / odds.amax());
        let mut accepted = None;
        for _ in 0..HALVINGS {
            let moved = &point + &odds * share;
            let there = LogOdds::new(market, &moved).joint_profit(market);
            if there > profit + GAIN * share * promised {
                accepted = Some(moved);
                break;
            }
            share *= 0.5;
        }
        let Some(moved) = accepted else {
            // Profit is flat up to rounding here, but the gradient still gives the direction.
            let moved = &point + &odds;
            let left = joint_gradient(market, &LogOdds::new(market, &moved)).amax();
            match left < gradient.amax() && odds.amax() < 1e-3 {
                true => point = moved,
                false => break,
            }
            continue;
        };
        point = moved;
    }
    let residual = joint_gradient(market, &LogOdds::new(market, &point)).amax();
    (point, residual)
}

/// Returns a direction in which joint profit increases: Newton's direction if the Hessian is
/// negative definite, otherwise one with an increasing amount of the curvature of tastes.
fn uphill(market: &Market, at: &LogOdds, gradient: &DVector<f64>) -> Option<DVector<f64>> {
    let hessian = joint_hessian(market, at);
    let tastes = curvature(market, at);
    let mut weight = 0.0;
    for _ in 0..20 {
        if let Some(factors) = Cholesky::new(&tastes * weight - &hessian) {
            let step = factors.solve(gradient);
            let finite = step.iter().all(|entry| entry.is_finite());
            return finite.then_some(step);
        }
        weight = f64::max(0.5, weight * 2.0);
    }
    None
}

use nalgebra::DVector;

use crate::pricing::{
    PricingError,
    market::Market,
    numerics::{central_differences, newton},
};

/// Residual of the first-order conditions at which a point counts as solved, in units of the
/// largest amount of money in the market.
pub(super) const SOLVED: f64 = 1e-9;
/// Steps of Newton's method without externalities, from a distant start.
const FIRST_STEPS: usize = 500;
/// Steps of Newton's method from a nearby solution.
const STEPS: usize = 30;
/// Initial and smallest step in the share of the externalities.
const STRIDES: (f64, f64) = (0.25, 1e-3);

/// Solves first-order conditions in log odds along increasing externalities.
///
/// Without externalities, the sides are independent, and logit competition and collusion have one
/// solution each, `logit`. From there the branch is followed to the externalities of the market,
/// which selects the solution connected to the classical one. If that branch ends, the branch from
/// large heterogeneity, at which externalities hardly matter, is followed instead.
pub(super) fn follow_branch(
    what: &'static str,
    market: &Market,
    logit: impl Fn(&Market) -> DVector<f64>,
    conditions: impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, PricingError> {
    let grown = grow(what, market, &logit, &conditions);
    match grown {
        Err(PricingError::NotConverged { .. }) if market.has_externalities() => {
            cool(market, &logit, &conditions).or(grown)
        }
        other => other,
    }
}

/// Follows the branch from no externalities to those of the market.
fn grow(
    what: &'static str,
    market: &Market,
    logit: &impl Fn(&Market) -> DVector<f64>,
    conditions: &impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, PricingError> {
    let failed = |reached: f64, residual: f64| PricingError::NotConverged {
        what,
        reached,
        residual: residual / market.scale(),
        has_externalities: market.has_externalities(),
    };
    let without = market.with_externality_share(0.0);
    let exact = logit(&without);
    let zero = DVector::zeros(exact.len());
    let mut point = solve(&without, zero, FIRST_STEPS, conditions)
        .or_else(|_| solve(&without, exact, FIRST_STEPS, conditions))
        .map_err(|residual| failed(0.0, residual))?;
    if *market == without {
        return Ok(point);
    }
    let (mut reached, mut stride) = (0.0, STRIDES.0);
    while reached < 1.0 {
        let next = f64::min(reached + stride, 1.0);
        // Ends exactly at the market, so that the residual is that of the market.
        let part = match next < 1.0 {
            true => market.with_externality_share(next),
            false => market.clone(),
        };
        match solve(&part, point.clone(), STEPS, conditions) {
            Ok(solution) => (point, reached) = (solution, next),
            Err(_) if stride > STRIDES.1 => stride *= 0.5,
            Err(residual) => return Err(failed(reached, residual)),
        }
    }
    Ok(point)
}

/// Follows the branch from large heterogeneity to that of the market.
fn cool(
    market: &Market,
    logit: &impl Fn(&Market) -> DVector<f64>,
    conditions: &impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, PricingError> {
    let top = (4.0 * market.uniqueness().sup_norm).max(2.0).ln();
    let warm = |share: f64| market.with_heterogeneity_times((top * (1.0 - share)).exp());
    let mut point = grow("competition", &warm(0.0), logit, conditions)?;
    let (mut reached, mut stride) = (0.0, STRIDES.0);
    while reached < 1.0 {
        let next = f64::min(reached + stride, 1.0);
        let part = match next < 1.0 {
            true => warm(next),
            false => market.clone(),
        };
        match solve(&part, point.clone(), STEPS, conditions) {
            Ok(solution) => {
                (point, reached) = (solution, next);
                stride = f64::min(stride * 1.5, STRIDES.0);
            }
            Err(_) if stride > STRIDES.1 => stride *= 0.5,
            Err(residual) => {
                return Err(PricingError::NotConverged {
                    what: "competition",
                    reached,
                    residual,
                    has_externalities: true,
                });
            }
        }
    }
    Ok(point)
}

/// Applies Newton's method to first-order conditions; the error is the remaining residual.
pub(super) fn solve(
    market: &Market,
    start: DVector<f64>,
    steps: usize,
    conditions: impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, f64> {
    let function = |point: &DVector<f64>| conditions(market, point);
    let jacobian = |point: &DVector<f64>| central_differences(point, function);
    match newton(start, steps, function, jacobian) {
        Some(root) if root.residual <= SOLVED * market.scale() => Ok(root.point),
        Some(root) => Err(root.residual),
        None => Err(f64::NAN),
    }
}

use nalgebra::DVector;

use super::EquilibriumError;
use crate::pricing::{
    market::Market,
    numerics::{central_differences, newton},
};

/// First-order conditions left, in money per user, at which a point counts as solved.
pub(super) const SOLVED: f64 = 1e-9;
/// Steps of Newton's method without externalities, where the start is far.
const FIRST_STEPS: usize = 500;
/// Steps of Newton's method from a solution nearby.
const STEPS: usize = 30;
/// The first and the least step in the share of the externalities.
const STRIDES: (f64, f64) = (0.25, 1e-3);

/// Solves first-order conditions in log odds along growing externalities.
///
/// Without externalities sides are apart and logit competition and collusion have one solution each;
/// from there the branch is followed to the externalities of the market. So of several solutions the
/// one is selected that the classical one grows into.
pub(super) fn follow_branch(
    what: &'static str,
    market: &Market,
    size: usize,
    conditions: impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, EquilibriumError> {
    let without = market.with_externality_share(0.0);
    let solution = solve(&without, DVector::zeros(size), FIRST_STEPS, &conditions);
    let mut point = solution.map_err(|residual| EquilibriumError::NotConverged {
        what,
        reached: 0.0,
        residual,
    })?;
    if *market == without {
        return Ok(point);
    }
    let (mut reached, mut stride) = (0.0, STRIDES.0);
    while reached < 1.0 {
        let next = f64::min(reached + stride, 1.0);
        // Exactly the market at the end, so that its residual is what counts.
        let part = match next < 1.0 {
            true => market.with_externality_share(next),
            false => market.clone(),
        };
        match solve(&part, point.clone(), STEPS, &conditions) {
            Ok(solution) => (point, reached) = (solution, next),
            Err(_) if stride > STRIDES.1 => stride *= 0.5,
            Err(residual) => {
                return Err(EquilibriumError::NotConverged {
                    what,
                    reached,
                    residual,
                });
            }
        }
    }
    Ok(point)
}

/// Newton's method on first-order conditions, or the residual that it leaves.
pub(super) fn solve(
    market: &Market,
    start: DVector<f64>,
    steps: usize,
    conditions: impl Fn(&Market, &DVector<f64>) -> Option<DVector<f64>>,
) -> Result<DVector<f64>, f64> {
    let function = |point: &DVector<f64>| conditions(market, point);
    let jacobian = |point: &DVector<f64>| central_differences(point, function);
    match newton(start, steps, function, jacobian) {
        Some(root) if root.residual <= SOLVED => Ok(root.point),
        Some(root) => Err(root.residual),
        None => Err(f64::NAN),
    }
}

use nalgebra::DVector;

use super::{
    Equilibrium, Warning,
    joint_maximum::{joint_maximum, joint_maximum_with},
    log_odds::LogOdds,
    logit,
    second_order::joint_gradient,
    symmetric::symmetric_point,
};
use crate::pricing::{PricingError, market::Market};

/// Relative gain in joint profit at which an uneven market causes a warning.
const GAIN: f64 = 1e-7;

/// Collusion: prices p^C of the greatest joint profit.
///
/// ```text
/// p_ik = c_ik + theta_k/n_0k - sum_l Phi_lk n_il
/// ```
///
/// For identical platforms this is the symmetric solution, the usual meaning of collusion. If
/// externalities are so strong that an uneven market earns more, the result has the warning
/// [`Warning::AsymmetricEarnsMore`]. For platforms that differ, it is [`joint_maximum`]. With
/// several sides, this is our derivation.
///
/// ```
/// use fireweed::pricing::{equilibrium::collusion, market::Market};
///
/// let joint = collusion(&Market::symmetric(2, 1)?)?;
/// assert!((joint.outcome.prices[(0, 0)] - 1.924981).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns [`PricingError::NotConverged`] or [`PricingError::NoMaximum`] if the search fails.
pub fn collusion(market: &Market) -> Result<Equilibrium, PricingError> {
    collusion_with(market, &|| false)
}

/// Same as [`collusion`], with a function that can stop the computation.
pub(super) fn collusion_with(
    market: &Market,
    should_stop: &dyn Fn() -> bool,
) -> Result<Equilibrium, PricingError> {
    if !market.is_symmetric() {
        return joint_maximum_with(market, should_stop);
    }
    let point = symmetric_point(
        "symmetric collusion",
        market,
        logit::collusion,
        collusive_margins,
    )?;
    let mut found = Equilibrium::of_joint_profit(market, LogOdds::new(market, &point));
    let best = joint_maximum_with(market, should_stop)?;
    let (symmetric, most) = (found.outcome.joint_profit(), best.outcome.joint_profit());
    if most - symmetric > GAIN * symmetric.abs() {
        found.warnings.push(Warning::AsymmetricEarnsMore {
            symmetric,
            best: most,
            prices: best.outcome.prices,
        });
    }
    Ok(found)
}

/// Monopoly: the greatest profit of one platform without the others.
///
/// The tables of the result contain only that platform.
///
/// # Errors
/// Returns [`PricingError::NoSuchPlatform`] if the platform does not exist, and
/// [`PricingError::NoMaximum`] if no maximum is found.
pub fn monopoly(market: &Market, platform: usize) -> Result<Equilibrium, PricingError> {
    joint_maximum(&market.only(platform)?)
}

/// theta_k/n_0k - sum_l Phi_lk n_l.
fn collusive_margins(market: &Market, at: &LogOdds) -> Option<DVector<f64>> {
    Some(at.margins(market, 0) - joint_gradient(market, at).rows(0, market.sides()))
}

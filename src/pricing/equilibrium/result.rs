use serde::Serialize;

use super::{SecondOrder, Warning, log_odds::LogOdds};
use crate::pricing::market::{Market, Outcome};

/// Shares that differ by more than this are different participations.
const APART: f64 = 1e-6;

/// A benchmark: a point that satisfies first-order conditions, with the results of its checks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Equilibrium {
    /// Prices, participation, profits, consumer surplus.
    pub outcome: Outcome,
    /// Largest residual of the first-order conditions, in money per user.
    pub residual: f64,
    /// Second-order conditions at the point.
    pub second_order: SecondOrder,
    /// Warnings about the benchmark; empty if there are none.
    pub warnings: Vec<Warning>,
}

impl Equilibrium {
    /// Returns whether the benchmark is valid: there are no warnings except that other
    /// participations or other equilibria exist.
    pub fn is_sound(&self) -> bool {
        self.warnings.iter().all(Warning::leaves_sound)
    }

    pub(super) fn new(
        market: &Market,
        at: LogOdds,
        residual: f64,
        second_order: SecondOrder,
    ) -> Self {
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

use serde::Serialize;

use super::{SecondOrder, Warning, log_odds::LogOdds};
use crate::pricing::market::{Market, Outcome};

/// Shares that differ by more than this are different participations.
const APART: f64 = 1e-6;

/// A benchmark: a point that satisfies first-order conditions, and how far it can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Equilibrium {
    /// Prices, participation, profits, consumer surplus.
    pub outcome: Outcome,
    /// The largest first-order condition left, in money per user.
    pub residual: f64,
    /// The verdict of second-order conditions.
    pub second_order: SecondOrder,
    /// What must be known before comparing with it; empty for an ordinary benchmark.
    pub warnings: Vec<Warning>,
}

impl Equilibrium {
    /// Whether nothing was found that speaks against the benchmark: of the warnings, only that other
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

/// Whether participation at the prices of a point is unique, selected and stable.
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

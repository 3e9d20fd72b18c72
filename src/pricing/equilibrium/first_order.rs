use nalgebra::DVector;

use super::log_odds::LogOdds;
use crate::pricing::market::Market;

/// Margins minus optimal margins, in money per user, platform by platform.
pub(super) fn conditions(market: &Market, point: &DVector<f64>) -> Option<DVector<f64>> {
    conditions_at(market, &LogOdds::new(market, point))
}

/// Same as [`conditions`], at a point whose prices and shares are known.
pub(super) fn conditions_at(market: &Market, at: &LogOdds) -> Option<DVector<f64>> {
    let slope = market.own_slopes(&at.shares)?;
    let sides = market.sides();
    let mut left = DVector::zeros(at.shares.as_slice().len());
    for platform in 0..market.platforms() {
        let optimal = slope.optimal_margin(platform, &at.shares)?;
        let gap = at.margins(market, platform) - optimal;
        left.rows_mut(platform * sides, sides).copy_from(&gap);
    }
    Some(left)
}

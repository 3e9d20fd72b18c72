use nalgebra::DVector;

use crate::pricing::market::{BySide, Market};

/// Participation in unbounded coordinates, x_ik = ln(n_ik / n_0k), and the prices that lead to it.
#[derive(Clone, Debug)]
pub(super) struct LogOdds {
    pub(super) shares: BySide,
    pub(super) outside: Vec<f64>,
    pub(super) prices: BySide,
}

impl LogOdds {
    pub(super) fn new(market: &Market, point: &DVector<f64>) -> Self {
        let sides = market.sides();
        let mut shares = vec![0.0; point.len()];
        let mut outside = vec![0.0; sides];
        for (side, outside) in outside.iter_mut().enumerate() {
            let cells = || (side..point.len()).step_by(sides);
            let largest = cells().map(|cell| point[cell]).fold(0.0, f64::max);
            let inside: f64 = cells().map(|cell| (point[cell] - largest).exp()).sum();
            let total = inside + (-largest).exp();
            cells().for_each(|cell| shares[cell] = (point[cell] - largest).exp() / total);
            *outside = (-largest).exp() / total;
        }
        let shares = BySide::from_values(sides, shares);
        let prices = market.prices_of(&shares, point.as_slice());
        Self {
            shares,
            outside,
            prices,
        }
    }

    /// Returns the margin p_ik - c_ik.
    pub(super) fn margin(&self, market: &Market, platform: usize, side: usize) -> f64 {
        self.prices[(platform, side)] - market.cost(platform, side)
    }

    /// Returns the margins of a platform.
    pub(super) fn margins(&self, market: &Market, platform: usize) -> DVector<f64> {
        DVector::from_fn(market.sides(), |side, _| {
            self.margin(market, platform, side)
        })
    }

    pub(super) fn joint_profit(&self, market: &Market) -> f64 {
        market.profits_of(&self.prices, &self.shares).iter().sum()
    }
}

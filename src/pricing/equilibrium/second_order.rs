use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::log_odds::LogOdds;
use crate::pricing::{
    market::{BySide, Market},
    numerics::{central_differences, largest_symmetric_eigenvalue},
};

/// Second-order conditions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SecondOrder {
    /// Largest eigenvalue of the Hessian of profit; NaN if it could not be computed. For
    /// competition the Hessian is in a platform's own prices (largest over the platforms), for
    /// joint profit in participation.
    pub largest_eigenvalue: f64,
}

impl SecondOrder {
    /// Returns whether the Hessian is negative definite: a strict local maximum.
    pub fn holds(&self) -> bool {
        self.largest_eigenvalue < 0.0
    }

    /// For competition: the profit of each platform in its own prices, given those of the rivals.
    pub(super) fn of_competition(
        market: &Market,
        prices: &BySide,
        shares: &BySide,
        platforms: &[usize],
    ) -> Self {
        let largest = platforms.iter().map(|&platform| {
            let own = DVector::from_column_slice(prices.platform(platform));
            let hessian = central_differences(&own, |own| {
                let mut prices = prices.clone();
                prices
                    .platform_mut(platform)
                    .copy_from_slice(own.as_slice());
                let shares = market.participation_near(&prices, shares)?;
                let costs = DVector::from_fn(own.len(), |side, _| market.cost(platform, side));
                let slope = market.own_slopes_of(&shares, platform..platform + 1)?;
                Some(slope.profit_gradient(platform, &shares, &(own - costs)))
            });
            hessian.and_then(|hessian| largest_symmetric_eigenvalue(&hessian))
        });
        Self::largest(largest)
    }

    /// For joint profit in participation; see [`joint_hessian`].
    pub(super) fn of_joint_profit(market: &Market, at: &LogOdds) -> Self {
        Self::largest([largest_symmetric_eigenvalue(&joint_hessian(market, at))])
    }

    fn largest(eigenvalues: impl IntoIterator<Item = Option<f64>>) -> Self {
        let numbers = eigenvalues
            .into_iter()
            .map(|value| value.unwrap_or(f64::NAN));
        Self {
            // An unknown eigenvalue makes the result unknown.
            largest_eigenvalue: numbers
                .reduce(|x, y| if x.is_nan() || x > y { x } else { y })
                .unwrap_or(f64::NAN),
        }
    }
}

/// Returns the gradient of joint profit in participation.
///
/// ```text
/// d Pi / d n_ik = p_ik - c_ik + sum_l Phi_lk n_il - theta_k / n_0k
/// ```
pub(super) fn joint_gradient(market: &Market, at: &LogOdds) -> DVector<f64> {
    let sides = market.sides();
    DVector::from_fn(at.shares.as_slice().len(), |cell, _| {
        let (platform, side) = (cell / sides, cell % sides);
        let shares = at.shares.platform(platform);
        let given = shares.iter().enumerate();
        let given: f64 = given.map(|(l, n)| market.externality(l, side) * n).sum();
        at.margin(market, platform, side) + given - market.heterogeneity(side) / at.outside[side]
    })
}

/// Returns the Hessian of joint profit in participation.
///
/// ```text
/// d² Pi / d n_ik d n_jl = [i = j] (Phi_kl + Phi_lk)
///                         - [k = l] theta_k ( [i = j] / n_ik + 1 / n_0k + 1 / n_0k² )
/// ```
///
/// At identical platforms it is negative definite iff `Phi + Phi^T - diag(theta_k / n_k)` (share
/// shifting) and `Phi + Phi^T - diag(theta_k / (n_k n_0k²))` (all together) are.
pub(super) fn joint_hessian(market: &Market, at: &LogOdds) -> DMatrix<f64> {
    externality_hessian(market) - curvature(market, at)
}

/// Returns the part that is due to externalities.
fn externality_hessian(market: &Market) -> DMatrix<f64> {
    let sides = market.sides();
    let size = sides * market.platforms();
    DMatrix::from_fn(size, size, |row, column| {
        let (k, l) = (row % sides, column % sides);
        match row / sides == column / sides {
            true => market.externality(k, l) + market.externality(l, k),
            false => 0.0,
        }
    })
}

/// Returns the part that is due to tastes, with the sign reversed: positive definite.
pub(super) fn curvature(market: &Market, at: &LogOdds) -> DMatrix<f64> {
    let (sides, shares) = (market.sides(), at.shares.as_slice());
    DMatrix::from_fn(shares.len(), shares.len(), |row, column| {
        let side = row % sides;
        if side != column % sides {
            return 0.0;
        }
        let outside = at.outside[side];
        let own = if row == column {
            1.0 / shares[row]
        } else {
            0.0
        };
        market.heterogeneity(side) * (own + 1.0 / outside + 1.0 / (outside * outside))
    })
}

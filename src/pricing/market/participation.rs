use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::{BySide, Market, cycle_watch::CycleWatch};
use crate::pricing::{PricingError, numerics::newton_by};

/// Largest residual of a converged participation; shares are at most 1.
const SETTLED: f64 = 1e-11;
/// Residual at which an iteration stops.
const TIGHT: f64 = 1e-14;
/// Largest number of steps of Newton's method.
const NEWTON_STEPS: usize = 60;
/// Largest number of steps of an iteration with one damping factor.
const STEPS: usize = 5_000;
/// Damping factors of the iteration; factors below 1 are used if the full step cycles.
const DAMPINGS: [f64; 5] = [1.0, 0.5, 0.2, 0.05, 0.01];
/// Largest distance that Newton's method may move when it finishes an iteration.
const NEAR: f64 = 1e-3;

/// Participation: the shares of users of each side that join each platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Participation {
    /// Share n_ik of side k on platform i.
    pub shares: BySide,
    /// Share n_0k of side k that joins no platform.
    pub outside: Vec<f64>,
    /// Largest difference between a share and the choice of users who expect these shares.
    pub residual: f64,
}

impl Market {
    /// Computes participation at prices: the fixed point of the logit map.
    ///
    /// ```text
    /// n_ik = exp(v_ik/theta_k) / ( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) ),
    /// v_ik = a_ik + sum_l Phi_kl n_il - p_ik
    /// ```
    ///
    /// If there are several fixed points, the selected one is the limit of an iteration: users
    /// first choose without externalities, and then repeatedly revise, given the last
    /// participation. If that cycles (congestion), only a share of the users, the same on all
    /// sides, revises in each round. If participation is certainly unique, it is computed by
    /// Newton's method.
    ///
    /// # Errors
    /// Returns an error if the prices have the wrong size or are not finite, and
    /// [`PricingError::NotSettled`] if no method converges.
    pub fn participation(&self, prices: &BySide) -> Result<Participation, PricingError> {
        self.check_table("prices", prices)?;
        let start = DVector::zeros(prices.as_slice().len());
        let settled = match self.uniqueness.is_certain() {
            true => self.newton_from(prices, start.clone()),
            false => None,
        };
        match settled {
            Some(shares) => self.participation_at(prices, &shares),
            None => self.iterate_from(prices, start),
        }
    }

    /// Returns the fixed point near the given shares, for prices that change a little.
    pub(in crate::pricing) fn participation_near(
        &self,
        prices: &BySide,
        shares: &BySide,
    ) -> Option<BySide> {
        let start = DVector::from_column_slice(shares.as_slice());
        let point = self.newton_from(prices, start)?;
        Some(BySide::from_values(self.sides, point.as_slice().to_vec()))
    }

    /// Returns the users' choices, inside and outside, if they expect these shares.
    pub(super) fn choices(&self, prices: &BySide, shares: &[f64]) -> (DVector<f64>, Vec<f64>) {
        let sides = self.sides;
        let mut chosen = DVector::zeros(shares.len());
        let mut outside = vec![0.0; sides];
        for (side, outside) in outside.iter_mut().enumerate() {
            let theta = self.heterogeneity[side];
            let mut largest = 0.0_f64;
            for (platform, price) in prices.side(side).enumerate() {
                let cell = platform * sides + side;
                let present = &shares[platform * sides..(platform + 1) * sides];
                let utility = self.quality[cell] + self.network(present, side) - price;
                chosen[cell] = (utility - self.outside[side]) / theta;
                largest = largest.max(chosen[cell]);
            }
            // `largest` is at least 0, the log odds of the outside option, so nothing overflows.
            let mut total = (-largest).exp();
            for cell in (side..chosen.len()).step_by(sides) {
                chosen[cell] = (chosen[cell] - largest).exp();
                total += chosen[cell];
            }
            for cell in (side..chosen.len()).step_by(sides) {
                chosen[cell] /= total;
            }
            *outside = (-largest).exp() / total;
        }
        (chosen, outside)
    }

    /// Returns the Jacobian S F of the logit map at the users' choices, platform by platform.
    pub(super) fn choice_jacobian(&self, chosen: &[f64]) -> DMatrix<f64> {
        let sides = self.sides;
        DMatrix::from_fn(chosen.len(), chosen.len(), |row, column| {
            let (platform, side) = (row / sides, row % sides);
            let (other, from) = (column / sides, column % sides);
            self.response(chosen, side, platform, other) * self.externality[side * sides + from]
        })
    }

    /// Returns the derivative of a platform's share of a side with respect to the utility that
    /// another platform offers that side, an entry of S.
    pub(super) fn response(
        &self,
        shares: &[f64],
        side: usize,
        platform: usize,
        other: usize,
    ) -> f64 {
        let share = |platform: usize| shares[platform * self.sides + side];
        let own = if platform == other {
            share(platform)
        } else {
            0.0
        };
        (own - share(platform) * share(other)) / self.heterogeneity[side]
    }

    /// Applies Newton's method to n - L(n); returns `None` if it does not converge.
    pub(super) fn newton_from(&self, prices: &BySide, start: DVector<f64>) -> Option<DVector<f64>> {
        let size = start.len();
        let root = newton_by(
            start,
            NEWTON_STEPS,
            |shares| Some(shares - self.choices(prices, shares.as_slice()).0),
            |shares, residual| {
                let chosen = self.choices(prices, shares.as_slice()).0;
                let in_parts = self.reaction_step(chosen.as_slice(), residual);
                in_parts.unwrap_or_else(|| {
                    let jacobian = self.choice_jacobian(chosen.as_slice());
                    (DMatrix::identity(size, size) - jacobian)
                        .lu()
                        .solve(residual)
                })
            },
        )?;
        (root.residual <= SETTLED).then_some(root.point)
    }

    /// Applies rounds in which a share of the users revises; returns the last residual.
    pub(super) fn rounds(
        &self,
        prices: &BySide,
        shares: &mut DVector<f64>,
        damping: f64,
        rounds: usize,
    ) -> f64 {
        let mut residual = f64::INFINITY;
        let mut cycles = CycleWatch::default();
        for _ in 0..rounds {
            let change = self.choices(prices, shares.as_slice()).0 - &*shares;
            let before = std::mem::replace(&mut residual, change.amax());
            // Below `SETTLED`, rounding may keep the residual from decreasing.
            let is_rounding = residual <= SETTLED && residual >= before;
            let is_over = residual.is_nan() || residual <= TIGHT || is_rounding;
            if is_over || cycles.is_caught(&change, residual) {
                break;
            }
            *shares += change * damping;
        }
        residual
    }

    fn iterate_from(
        &self,
        prices: &BySide,
        start: DVector<f64>,
    ) -> Result<Participation, PricingError> {
        let mut least = f64::INFINITY;
        for damping in DAMPINGS {
            let mut shares = start.clone();
            let residual = self.rounds(prices, &mut shares, damping, STEPS);
            least = least.min(residual);
            if residual <= SETTLED {
                return self.participation_at(prices, &shares);
            }
            // Slow convergence: finish with Newton's method if the solution is near.
            if residual < NEAR {
                let end = self.newton_from(prices, shares.clone());
                if let Some(end) = end.filter(|end| (end - &shares).amax() < NEAR) {
                    return self.participation_at(prices, &end);
                }
            }
        }
        Err(PricingError::NotSettled {
            prices: prices.as_slice().to_vec(),
            residual: least,
        })
    }

    /// Returns the participation at shares that are a fixed point up to rounding.
    fn participation_at(
        &self,
        prices: &BySide,
        shares: &DVector<f64>,
    ) -> Result<Participation, PricingError> {
        let (chosen, outside) = self.choices(prices, shares.as_slice());
        let residual = (&chosen - shares).amax();
        if residual.is_nan() || residual > SETTLED {
            return Err(PricingError::NotSettled {
                prices: prices.as_slice().to_vec(),
                residual,
            });
        }
        Ok(Participation {
            shares: BySide::from_values(self.sides, chosen.as_slice().to_vec()),
            outside,
            residual,
        })
    }
}

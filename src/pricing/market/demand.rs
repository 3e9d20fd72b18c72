use super::{BySide, Market};
use crate::pricing::PricingError;

impl Market {
    /// Returns the prices at which the given participation is a fixed point.
    ///
    /// ```text
    /// p_ik = a_ik - a0_k + sum_l Phi_kl n_il - theta_k ln(n_ik / n_0k),   n_0k = 1 - sum_j n_jk
    /// ```
    ///
    /// The prices are unique for each participation, even if several participations belong to the
    /// same prices.
    ///
    /// # Errors
    /// Returns an error if the table has the wrong size or an entry is not finite, and
    /// [`PricingError::Unreachable`] if a share is not positive or the shares of a side sum to 1 or
    /// more.
    pub fn inverse_demand(&self, shares: &BySide) -> Result<BySide, PricingError> {
        self.check_table("shares", shares)?;
        for (cell, &value) in shares.as_slice().iter().enumerate() {
            if value <= 0.0 {
                let (platform, side) = (cell / self.sides, cell % self.sides);
                let place = format!("shares[{platform}][{side}]");
                return Err(PricingError::Unreachable { place, value });
            }
        }
        let mut log_odds = vec![0.0; shares.as_slice().len()];
        for side in 0..self.sides {
            let outside = 1.0 - shares.side(side).sum::<f64>();
            if outside <= 0.0 {
                let place = format!("the outside share of side {side}");
                return Err(PricingError::Unreachable {
                    place,
                    value: outside,
                });
            }
            for (platform, share) in shares.side(side).enumerate() {
                log_odds[platform * self.sides + side] = (share / outside).ln();
            }
        }
        Ok(self.prices_of(shares, &log_odds))
    }

    /// Inverse demand with the log odds ln(n_ik / n_0k) as a separate argument, which keeps their
    /// precision when nearly all users are inside.
    pub(in crate::pricing) fn prices_of(&self, shares: &BySide, log_odds: &[f64]) -> BySide {
        let cells = log_odds.iter().enumerate();
        let values = cells.map(|(cell, x)| {
            let (platform, side) = (cell / self.sides, cell % self.sides);
            self.quality[cell] - self.outside[side] + self.network(shares.platform(platform), side)
                - self.heterogeneity[side] * x
        });
        BySide::from_values(self.sides, values.collect())
    }

    /// Returns the network benefit of a side on a platform: sum_l Phi_kl n_il.
    pub(super) fn network(&self, shares: &[f64], side: usize) -> f64 {
        let weights = &self.externality[side * self.sides..(side + 1) * self.sides];
        weights.iter().zip(shares).map(|(w, n)| w * n).sum()
    }

    /// Returns the profit pi_i = sum_k (p_ik - c_ik) n_ik of each platform, in money.
    ///
    /// # Errors
    /// Returns an error if a table has the wrong size or an entry is not finite.
    pub fn profits(&self, prices: &BySide, shares: &BySide) -> Result<Vec<f64>, PricingError> {
        self.check_table("prices", prices)?;
        self.check_table("shares", shares)?;
        Ok(self.profits_of(prices, shares))
    }

    pub(in crate::pricing) fn profits_of(&self, prices: &BySide, shares: &BySide) -> Vec<f64> {
        let rows = prices.rows().zip(shares.rows());
        let rows = rows.zip(self.cost.chunks_exact(self.sides));
        rows.map(|((prices, shares), costs)| {
            let sides = prices.iter().zip(shares).zip(costs);
            sides.map(|((p, n), c)| (p - c) * n).sum()
        })
        .collect()
    }

    /// Returns the consumer surplus of each side, in money per user up to a constant.
    ///
    /// ```text
    /// CS_k = theta_k ln( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) )
    /// ```
    ///
    /// This is the expected utility of the best choice, including the outside option, without
    /// Euler's constant times theta_k. Each side has a unit mass of users, so it is also the total
    /// of the side.
    ///
    /// # Errors
    /// Returns an error if a table has the wrong size or an entry is not finite.
    pub fn consumer_surplus(
        &self,
        prices: &BySide,
        shares: &BySide,
    ) -> Result<Vec<f64>, PricingError> {
        self.check_table("prices", prices)?;
        self.check_table("shares", shares)?;
        Ok(self.consumer_surplus_of(prices, shares))
    }

    pub(in crate::pricing) fn consumer_surplus_of(
        &self,
        prices: &BySide,
        shares: &BySide,
    ) -> Vec<f64> {
        let surplus = |side: usize| {
            let utilities = (0..self.platforms).map(|platform| {
                let cell = platform * self.sides + side;
                self.quality[cell] + self.network(shares.platform(platform), side)
                    - prices[(platform, side)]
            });
            let utilities: Vec<f64> = utilities.chain([self.outside[side]]).collect();
            let best = utilities.iter().copied().fold(f64::MIN, f64::max);
            let theta = self.heterogeneity[side];
            let total: f64 = utilities.iter().map(|v| ((v - best) / theta).exp()).sum();
            best + theta * total.ln()
        };
        (0..self.sides).map(surplus).collect()
    }
}

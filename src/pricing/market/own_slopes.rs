use std::ops::Range;

use nalgebra::{DMatrix, DVector};

use super::{BySide, Market};

/// Product of platforms and sides up to which dense systems are solved.
const DENSE: usize = 16;

/// Derivative of each platform's participation with respect to its own prices, J_ii = d n_i / d
/// p_i, including all externalities.
#[derive(Clone, Debug)]
pub(in crate::pricing) struct OwnSlopes {
    /// Platform of the first block.
    first: usize,
    /// One block of sides by sides for each platform.
    blocks: Vec<DMatrix<f64>>,
}

impl OwnSlopes {
    /// Returns the gradient of a platform's profit in its own prices: n_i + J_ii^T (p_i - c_i).
    pub(in crate::pricing) fn profit_gradient(
        &self,
        platform: usize,
        shares: &BySide,
        margins: &DVector<f64>,
    ) -> DVector<f64> {
        let shares = DVector::from_column_slice(shares.platform(platform));
        shares + self.blocks[platform - self.first].tr_mul(margins)
    }

    /// Returns the margin that satisfies the platform's first-order condition: -(J_ii^T)^{-1} n_i.
    pub(in crate::pricing) fn optimal_margin(
        &self,
        platform: usize,
        shares: &BySide,
    ) -> Option<DVector<f64>> {
        let shares = DVector::from_column_slice(shares.platform(platform));
        let block = &self.blocks[platform - self.first];
        block.transpose().lu().solve(&-shares)
    }
}

/// The system `I - S F` of users who react to each other, in blocks. Platforms are coupled only
/// through the total of each side, so there is a small block for each platform and one for the
/// total.
///
/// ```text
/// (I - S F) x = r  <=>  A_i x_i + D_i t = r_i,   t = sum_j N_j Phi x_j
/// A_i = I - D_i Phi,   D_i = diag(n_i/theta),   N_i = diag(n_i)
/// ```
struct Parts {
    inverses: Vec<DMatrix<f64>>,
    /// (I + sum_j N_j Phi A_j^{-1} D_j)^{-1}, and the sum in it.
    core: DMatrix<f64>,
    sum: DMatrix<f64>,
    phi: DMatrix<f64>,
}

impl Market {
    /// Returns the own slopes of all platforms at a participation, or `None` if demand has no
    /// slope.
    ///
    /// Complexity: O(N K³), and O((N K)³) in small markets, where that is faster.
    pub(in crate::pricing) fn own_slopes(&self, shares: &BySide) -> Option<OwnSlopes> {
        self.own_slopes_of(shares, 0..self.platforms)
    }

    /// Returns the own slopes of a range of platforms.
    pub(in crate::pricing) fn own_slopes_of(
        &self,
        shares: &BySide,
        platforms: Range<usize>,
    ) -> Option<OwnSlopes> {
        let first = platforms.start;
        if shares.as_slice().len() <= DENSE {
            let slope = self.slope_at(shares)?;
            let blocks = platforms.map(|platform| slope.own(platform));
            return Some(OwnSlopes {
                first,
                blocks: blocks.collect(),
            });
        }
        let parts = self.parts(shares.as_slice())?;
        let blocks = platforms.map(|platform| {
            let (by_theta, share) = self.diagonals(shares.as_slice(), platform);
            let inverse = &parts.inverses[platform];
            let scaled = DMatrix::from_diagonal(&by_theta);
            let shares = DMatrix::from_diagonal(&share);
            let own = &shares * &parts.phi * inverse * &scaled;
            let total = &parts.core * (own - &parts.sum * &shares);
            let block = -(inverse * (&scaled - &scaled * &shares - &scaled * total));
            let finite = block.iter().all(|entry| entry.is_finite());
            finite.then_some(block)
        });
        Some(OwnSlopes {
            first,
            blocks: blocks.collect::<Option<_>>()?,
        })
    }

    /// Returns the solution of `(I - S F) x = r` at the users' choices, for the Newton step of
    /// participation. The outer `None` means that the market is small and uses the dense system,
    /// the inner one that there is no solution.
    pub(super) fn reaction_step(
        &self,
        chosen: &[f64],
        right: &DVector<f64>,
    ) -> Option<Option<DVector<f64>>> {
        if chosen.len() <= DENSE {
            return None;
        }
        Some(self.solve_in_parts(chosen, right))
    }

    fn solve_in_parts(&self, chosen: &[f64], right: &DVector<f64>) -> Option<DVector<f64>> {
        let parts = self.parts(chosen)?;
        let sides = self.sides;
        let rows = |i: usize| right.rows(i * sides, sides).into_owned();
        let mut total = DVector::zeros(sides);
        for (i, inverse) in parts.inverses.iter().enumerate() {
            let (_, share) = self.diagonals(chosen, i);
            total += share.component_mul(&(&parts.phi * inverse * rows(i)));
        }
        let total = &parts.core * total;
        let mut solution = DVector::zeros(right.len());
        for (i, inverse) in parts.inverses.iter().enumerate() {
            let (by_theta, _) = self.diagonals(chosen, i);
            let part = inverse * (rows(i) - by_theta.component_mul(&total));
            solution.rows_mut(i * sides, sides).copy_from(&part);
        }
        Some(solution)
    }

    fn parts(&self, shares: &[f64]) -> Option<Parts> {
        let sides = self.sides;
        let phi = DMatrix::from_fn(sides, sides, |k, l| self.externality[k * sides + l]);
        let mut sum = DMatrix::zeros(sides, sides);
        let mut inverses = Vec::with_capacity(self.platforms);
        for platform in 0..self.platforms {
            let (by_theta, share) = self.diagonals(shares, platform);
            let scaled = DMatrix::from_diagonal(&by_theta);
            let inverse = (DMatrix::identity(sides, sides) - &scaled * &phi).try_inverse()?;
            sum += DMatrix::from_diagonal(&share) * &phi * &inverse * scaled;
            inverses.push(inverse);
        }
        let core = (DMatrix::identity(sides, sides) + &sum).try_inverse()?;
        Some(Parts {
            inverses,
            core,
            sum,
            phi,
        })
    }

    /// Returns n_i/theta and n_i of a platform.
    fn diagonals(&self, shares: &[f64], platform: usize) -> (DVector<f64>, DVector<f64>) {
        let sides = self.sides;
        let share = DVector::from_column_slice(&shares[platform * sides..(platform + 1) * sides]);
        let by_theta = DVector::from_fn(sides, |k, _| share[k] / self.heterogeneity[k]);
        (by_theta, share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_give_the_dense_solution() {
        let phi = [[0.1, 0.15], [-0.2, 0.05]];
        let quality: Vec<Vec<f64>> = (0..12).map(|i| vec![1.5 + 0.07 * i as f64, 2.0]).collect();
        let market = Market::builder(12, 2)
            .quality(quality)
            .externality(&phi)
            .build()
            .unwrap();
        let prices = BySide::uniform(12, &[1.4, 1.7]);
        let shares = market.participation(&prices).unwrap().shares;
        let (dense, own) = (
            market.slope_at(&shares).unwrap(),
            market.own_slopes(&shares).unwrap(),
        );
        for platform in 0..12 {
            let expected = dense.own(platform);
            assert!((&own.blocks[platform] - &expected).amax() < 1e-12);
            let alone = market
                .own_slopes_of(&shares, platform..platform + 1)
                .unwrap();
            assert!((&alone.blocks[0] - expected).amax() < 1e-12);
        }
        let chosen = shares.as_slice();
        let size = chosen.len();
        let right = DVector::from_fn(size, |cell, _| (cell as f64).sin());
        let system = DMatrix::identity(size, size) - market.choice_jacobian(chosen);
        let expected = system.lu().solve(&right).unwrap();
        let found = market.reaction_step(chosen, &right).unwrap().unwrap();
        assert!((found - expected).amax() < 1e-12);
    }
}

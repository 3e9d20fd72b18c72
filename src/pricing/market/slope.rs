use nalgebra::DMatrix;

use super::{BySide, Market};
use crate::pricing::PricingError;

/// The slope of demand: the derivative of participation in prices, including all externalities.
///
/// ```text
/// dn/dp = -(I - S F)^{-1} S
/// S = slope of shares in utilities, (n_ik [i = j] - n_ik n_jk) / theta_k within side k
/// F = I_N (x) Phi
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DemandSlope {
    sides: usize,
    /// Rows and columns are ordered platform by platform.
    matrix: DMatrix<f64>,
}

impl DemandSlope {
    /// Returns `d n_ik / d p_jl`, with `of` = (i, k) and `price` = (j, l) as (platform, side).
    ///
    /// # Panics
    /// Panics if the platform or the side does not exist.
    pub fn get(&self, of: (usize, usize), price: (usize, usize)) -> f64 {
        assert!(of.1 < self.sides && price.1 < self.sides, "no such side");
        let cell = |(platform, side): (usize, usize)| platform * self.sides + side;
        self.matrix[(cell(of), cell(price))]
    }

    /// Returns the block J_ii of a platform, sides by sides: its participation in its own prices.
    pub(in crate::pricing) fn own(&self, platform: usize) -> DMatrix<f64> {
        let start = platform * self.sides;
        let corner = (start, start);
        self.matrix.view(corner, (self.sides, self.sides)).into()
    }
}

impl Market {
    /// Returns the slope of demand at a participation, a matrix of size N K by N K.
    ///
    /// Complexity: O((N K)³).
    ///
    /// # Errors
    /// Returns an error if the table has the wrong size, an entry is not finite, a share is
    /// negative, or the shares of a side sum to more than 1. Returns [`PricingError::NoSlope`] if
    /// fixed points of participation merge.
    pub fn demand_slope(&self, shares: &BySide) -> Result<DemandSlope, PricingError> {
        self.check_table("shares", shares)?;
        self.check_shares(shares)?;
        self.slope_at(shares).ok_or_else(|| PricingError::NoSlope {
            shares: shares.as_slice().to_vec(),
        })
    }

    /// Checks that shares are at least 0 and those of each side at most 1 in total.
    fn check_shares(&self, shares: &BySide) -> Result<(), PricingError> {
        for (cell, &value) in shares.as_slice().iter().enumerate() {
            if value < 0.0 {
                let place = format!("shares[{}][{}]", cell / self.sides, cell % self.sides);
                return Err(PricingError::NoShare { place, value });
            }
        }
        for side in 0..self.sides {
            let value: f64 = shares.side(side).sum();
            if value > 1.0 + 1e-12 {
                let place = format!("the total of side {side}");
                return Err(PricingError::NoShare { place, value });
            }
        }
        Ok(())
    }

    /// Returns the slope, or `None` if it does not exist.
    pub(in crate::pricing) fn slope_at(&self, shares: &BySide) -> Option<DemandSlope> {
        let (n, sides) = (shares.as_slice(), self.sides);
        let size = n.len();
        let response = DMatrix::from_fn(size, size, |row, column| {
            let (platform, side) = (row / sides, row % sides);
            let (other, from) = (column / sides, column % sides);
            match side == from {
                true => self.response(n, side, platform, other),
                false => 0.0,
            }
        });
        let system = DMatrix::identity(size, size) - self.choice_jacobian(n);
        let matrix = -system.lu().solve(&response)?;
        let finite = matrix.iter().all(|entry| entry.is_finite());
        finite.then_some(DemandSlope { sides, matrix })
    }
}

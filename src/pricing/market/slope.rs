use nalgebra::{DMatrix, DVector};

use super::{BySide, Market, MarketError};

/// The slope of demand: how participation answers prices, with all externalities worked out.
///
/// ```text
/// dn/dp = -(I - S F)^{-1} S
/// S = slope of shares in utilities, (n_ik [i = j] - n_ik n_jk) / theta_k within side k
/// F = I_N (x) Phi
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DemandSlope {
    sides: usize,
    /// Rows and columns platform by platform.
    matrix: DMatrix<f64>,
}

impl DemandSlope {
    /// `d n_ik / d p_jl`, with `of` = (i, k) and `price` = (j, l) as (platform, side).
    ///
    /// # Panics
    /// Where there is no such platform or side.
    pub fn get(&self, of: (usize, usize), price: (usize, usize)) -> f64 {
        assert!(of.1 < self.sides && price.1 < self.sides, "no such side");
        let cell = |(platform, side): (usize, usize)| platform * self.sides + side;
        self.matrix[(cell(of), cell(price))]
    }

    /// The block J_ii of a platform: its own participation by its own prices, sides by sides.
    pub(in crate::pricing) fn own(&self, platform: usize) -> DMatrix<f64> {
        let start = platform * self.sides;
        let corner = (start, start);
        self.matrix.view(corner, (self.sides, self.sides)).into()
    }

    /// The platform's gradient of profit in its own prices: n_i + J_ii^T (p_i - c_i).
    pub(in crate::pricing) fn profit_gradient(
        &self,
        platform: usize,
        shares: &BySide,
        margins: &DVector<f64>,
    ) -> DVector<f64> {
        let shares = DVector::from_column_slice(shares.platform(platform));
        shares + self.own(platform).tr_mul(margins)
    }

    /// The margin that the platform's first-order condition asks for: -(J_ii^T)^{-1} n_i.
    pub(in crate::pricing) fn optimal_margin(
        &self,
        platform: usize,
        shares: &BySide,
    ) -> Option<DVector<f64>> {
        let shares = DVector::from_column_slice(shares.platform(platform));
        self.own(platform).transpose().lu().solve(&-shares)
    }
}

impl Market {
    /// The slope of demand at a participation, all N K by N K of it.
    ///
    /// Complexity: O((N K)³).
    ///
    /// # Errors
    /// [`MarketError`] for a table of the wrong size or not finite, and [`MarketError::NoSlope`]
    /// where fixed points of participation meet.
    pub fn demand_slope(&self, shares: &BySide) -> Result<DemandSlope, MarketError> {
        self.check_table("shares", shares)?;
        self.slope_at(shares).ok_or_else(|| MarketError::NoSlope {
            shares: shares.as_slice().to_vec(),
        })
    }

    /// The slope, or `None` where there is none.
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

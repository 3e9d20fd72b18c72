use std::ops::Index;

use serde::{Deserialize, Serialize};

use super::checks::check_length;
use crate::pricing::PricingError;

/// A number for each platform and side, such as prices or participation.
///
/// Serialized as a list of lists, platform by platform.
///
/// ```
/// use fireweed::pricing::market::BySide;
///
/// let prices = BySide::from_rows(&[[1.4, 1.2], [1.5, 1.1]])?;
/// assert_eq!(prices[(1, 0)], 1.5);
/// assert_eq!(prices.platform(0), [1.4, 1.2]);
/// # Ok::<(), fireweed::pricing::PricingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>", into = "Vec<Vec<f64>>")]
pub struct BySide {
    sides: usize,
    /// Platform by platform.
    values: Vec<f64>,
}

impl BySide {
    /// Creates a table from one list for each platform, with one number for each side.
    ///
    /// # Errors
    /// Returns an error if there are no platforms or sides, or if the lists differ in length.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, PricingError> {
        let empty = |parts| PricingError::Empty {
            whole: "a market",
            parts,
        };
        let first = rows.first().ok_or(empty("platforms"))?;
        let sides = first.as_ref().len();
        if sides == 0 {
            return Err(empty("sides"));
        }
        for (platform, row) in rows.iter().enumerate() {
            check_length(row.as_ref().len(), sides, "sides", || {
                format!("row {platform}")
            })?;
        }
        let values = rows.iter().flat_map(|row| row.as_ref()).copied().collect();
        Ok(Self { sides, values })
    }

    /// Creates a table with the same numbers, one for each side, for every platform.
    ///
    /// # Panics
    /// Panics if there are no platforms or no sides.
    pub fn uniform(platforms: usize, sides: &[f64]) -> Self {
        assert!(
            platforms > 0 && !sides.is_empty(),
            "no platforms or no sides"
        );
        Self::from_values(sides.len(), sides.repeat(platforms))
    }

    /// Creates a table from numbers platform by platform, whose count is a multiple of `sides`.
    pub(in crate::pricing) fn from_values(sides: usize, values: Vec<f64>) -> Self {
        debug_assert!(sides > 0 && values.len().is_multiple_of(sides));
        Self { sides, values }
    }

    /// Returns the number of platforms.
    pub fn platforms(&self) -> usize {
        self.values.len() / self.sides
    }

    /// Returns the number of sides.
    pub fn sides(&self) -> usize {
        self.sides
    }

    /// Returns a platform's numbers, side by side.
    ///
    /// # Panics
    /// Panics if the platform does not exist.
    pub fn platform(&self, platform: usize) -> &[f64] {
        &self.values[platform * self.sides..(platform + 1) * self.sides]
    }

    /// Returns a platform's numbers, mutably.
    ///
    /// # Panics
    /// Panics if the platform does not exist.
    pub fn platform_mut(&mut self, platform: usize) -> &mut [f64] {
        &mut self.values[platform * self.sides..(platform + 1) * self.sides]
    }

    /// Returns a side's numbers, platform by platform; empty if the side does not exist.
    pub fn side(&self, side: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(side).step_by(self.sides).copied()
    }

    /// Returns the numbers of each platform.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + '_ {
        self.values.chunks_exact(self.sides)
    }

    /// Returns all numbers, platform by platform.
    pub fn as_slice(&self) -> &[f64] {
        &self.values
    }

    /// Returns the largest difference from another table of the same size.
    pub(in crate::pricing) fn distance(&self, other: &Self) -> f64 {
        let pairs = self.values.iter().zip(&other.values);
        pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
    }
}

impl Index<(usize, usize)> for BySide {
    type Output = f64;

    /// Returns the number of a platform on a side.
    fn index(&self, (platform, side): (usize, usize)) -> &f64 {
        &self.platform(platform)[side]
    }
}

impl TryFrom<Vec<Vec<f64>>> for BySide {
    type Error = PricingError;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self, PricingError> {
        Self::from_rows(&rows)
    }
}

impl From<BySide> for Vec<Vec<f64>> {
    fn from(table: BySide) -> Self {
        table.rows().map(<[f64]>::to_vec).collect()
    }
}

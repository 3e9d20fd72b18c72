use serde::{Deserialize, Serialize};

use super::checks::check_length;
use crate::pricing::{PricingError, checks::check_finite};

/// One number for the whole market, one for each side, or one for each platform and side.
///
/// In a file: `2.0`, `[2.0, 1.5]` or `[[2.0, 1.5], [1.8, 1.5]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number, a list with one number for each side, or a list of such lists with \
                 one for each platform"
)]
pub enum Values {
    /// The same number everywhere.
    One(f64),
    /// One number for each side, the same for all platforms.
    Sides(Vec<f64>),
    /// For each platform, one number for each side.
    Platforms(Vec<Vec<f64>>),
}

impl Values {
    /// Returns the numbers, platform by platform.
    pub(super) fn expand(
        &self,
        field: &str,
        platforms: usize,
        sides: usize,
    ) -> Result<Vec<f64>, PricingError> {
        match self {
            Self::One(_) | Self::Sides(_) => Ok(self.expand_sides(field, sides)?.repeat(platforms)),
            Self::Platforms(rows) => {
                check_length(rows.len(), platforms, "platforms", || field.to_owned())?;
                let mut values = Vec::with_capacity(platforms * sides);
                for (platform, row) in rows.iter().enumerate() {
                    values.extend(finite(row, &format!("{field}[{platform}]"), sides)?);
                }
                Ok(values)
            }
        }
    }

    /// Returns the numbers of a field without platforms, side by side.
    pub(super) fn expand_sides(&self, field: &str, sides: usize) -> Result<Vec<f64>, PricingError> {
        match self {
            Self::One(value) => {
                check_finite(*value, || field.to_owned())?;
                Ok(vec![*value; sides])
            }
            Self::Sides(values) => finite(values, field, sides),
            // A user may pass one list for each platform; the error explains the valid forms.
            Self::Platforms(rows) => Err(PricingError::File {
                kind: "market file",
                reason: format!(
                    "{field} is a list of {} lists, but is the same for all platforms: give one \
                     number, or a list with one for each side",
                    rows.len()
                ),
            }),
        }
    }
}

/// Returns a list of finite numbers, one for each side.
pub(super) fn finite(values: &[f64], place: &str, sides: usize) -> Result<Vec<f64>, PricingError> {
    check_length(values.len(), sides, "sides", || place.to_owned())?;
    for (side, &value) in values.iter().enumerate() {
        check_finite(value, || format!("{place}[{side}]"))?;
    }
    Ok(values.to_vec())
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Self::One(value)
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self::Sides(values)
    }
}

impl<const K: usize> From<[f64; K]> for Values {
    fn from(values: [f64; K]) -> Self {
        Self::Sides(values.to_vec())
    }
}

impl From<Vec<Vec<f64>>> for Values {
    fn from(rows: Vec<Vec<f64>>) -> Self {
        Self::Platforms(rows)
    }
}

impl<const K: usize, const N: usize> From<[[f64; K]; N]> for Values {
    fn from(rows: [[f64; K]; N]) -> Self {
        Self::Platforms(rows.map(|row| row.to_vec()).to_vec())
    }
}

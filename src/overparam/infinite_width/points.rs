use crate::overparam::InputMap;
use crate::overparam::OverparamError;

/// The product of two larger norms could overflow.
const LONGEST: f64 = 1e150;

/// Rows of finite numbers of the same length.
///
/// ```
/// use fireweed::overparam::{InputMap, infinite_width::Points};
///
/// let points = Points::new(&[[3.0, 4.0], [1.0, 0.0]])?;
/// let mapped = points.map(InputMap::RawWithConstant)?;
/// assert_eq!(mapped.row(0), [3.0, 4.0, 1.0]);
/// # Ok::<(), fireweed::overparam::OverparamError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    values: Vec<f64>,
    columns: usize,
}

impl Points {
    /// Creates points from rows.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if there are no rows or coordinates, rows differ in
    /// length, or numbers are not finite or too large to square.
    pub fn new<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, OverparamError> {
        let columns = rows.first().ok_or(OverparamError::NoRows)?.as_ref().len();
        if columns == 0 {
            return Err(OverparamError::NoCoordinates);
        }
        let mut values = Vec::with_capacity(rows.len() * columns);
        for (row, found) in rows.iter().map(AsRef::as_ref).enumerate() {
            check(row, found, columns)?;
            values.extend_from_slice(found);
        }
        Ok(Self { values, columns })
    }

    /// Returns the number of rows, at least 1.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Returns false: there is always at least one row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the number of coordinates of each row, at least 1.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Returns one row.
    ///
    /// # Panics
    /// Panics if `row` is not below [`len`](Self::len).
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// Returns all rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + Clone {
        self.values.chunks_exact(self.columns)
    }

    /// Returns the rows with the given numbers, in their order; numbers out of range are left out.
    ///
    /// # Errors
    /// Returns [`NoRows`](OverparamError::NoRows) if none is left.
    pub fn select(&self, rows: &[usize]) -> Result<Self, OverparamError> {
        let kept = rows.iter().filter(|&&row| row < self.len());
        let values: Vec<f64> = kept.flat_map(|&row| self.row(row)).copied().collect();
        if values.is_empty() {
            return Err(OverparamError::NoRows);
        }
        let columns = self.columns;
        Ok(Self { values, columns })
    }

    /// Maps every row, as [`InputMap::apply`] does on tensors.
    ///
    /// # Errors
    /// Never fails at present for rows accepted by [`new`](Self::new).
    pub fn map(&self, map: InputMap) -> Result<Self, OverparamError> {
        let rows: Vec<_> = self.rows().map(|row| map_row(map, row)).collect();
        Self::new(&rows)
    }

    /// Returns the Euclidean norm of each row.
    pub fn norms(&self) -> Vec<f64> {
        self.rows().map(norm).collect()
    }
}

fn check(row: usize, values: &[f64], expected: usize) -> Result<(), OverparamError> {
    let found = values.len();
    if found != expected {
        return Err(OverparamError::Ragged {
            row,
            expected,
            found,
        });
    }
    let mut numbers = values.iter().enumerate();
    if let Some((column, &value)) = numbers.find(|(_, value)| !value.is_finite()) {
        return Err(OverparamError::NotFinite { row, column, value });
    }
    let norm = norm(values);
    if norm > LONGEST {
        return Err(OverparamError::TooLong { row, norm });
    }
    Ok(())
}

/// Maps one row.
pub(crate) fn map_row(map: InputMap, row: &[f64]) -> Vec<f64> {
    let unit = |row: &[f64]| -> Vec<f64> {
        // Twice, since the first quotient is not exact for a row of subnormal numbers.
        let once = divided(row, largest(row));
        let length = norm(&once);
        divided(&once, length)
    };
    let with_constant = |mut row: Vec<f64>| {
        row.push(1.0);
        row
    };
    match map {
        InputMap::Raw => row.to_vec(),
        InputMap::RawWithConstant => with_constant(row.to_vec()),
        InputMap::Unit => unit(row),
        InputMap::UnitWithConstant => {
            let row = with_constant(unit(row)).into_iter();
            row.map(|value| value * std::f64::consts::FRAC_1_SQRT_2)
                .collect()
        }
    }
}

fn divided(row: &[f64], by: f64) -> Vec<f64> {
    let by = if by > 0.0 { by } else { 1.0 };
    row.iter().map(|value| value / by).collect()
}

fn largest(row: &[f64]) -> f64 {
    row.iter()
        .fold(0.0, |largest, value| value.abs().max(largest))
}

fn norm(row: &[f64]) -> f64 {
    let scale = largest(row);
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let squares = row.iter().map(|value| (value / scale).powi(2));
    scale * squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_match_the_table() {
        let row = [3.0, -4.0];
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert_eq!(map_row(InputMap::Raw, &row), [3.0, -4.0]);
        assert_eq!(map_row(InputMap::RawWithConstant, &row), [3.0, -4.0, 1.0]);
        assert_eq!(map_row(InputMap::Unit, &row), [0.6, -0.8]);
        let unit_with_constant = map_row(InputMap::UnitWithConstant, &row);
        for (found, expected) in unit_with_constant.iter().zip([0.6, -0.8, 1.0]) {
            assert!((found - expected * half).abs() < 1e-15);
        }
    }

    #[test]
    fn extreme_rows_have_unit_norm_and_zero_stays_zero() {
        for scale in [1e-320, 1e-200, 1.0, 1e149] {
            let mapped = map_row(InputMap::Unit, &[3.0 * scale, 4.0 * scale]);
            assert!((norm(&mapped) - 1.0).abs() < 1e-12, "{scale:e}");
        }
        assert_eq!(map_row(InputMap::Unit, &[0.0, 0.0]), [0.0, 0.0]);
    }

    #[test]
    fn errors_name_the_problem() {
        let message = |rows: &[Vec<f64>]| Points::new(rows).unwrap_err().to_string();
        assert!(message(&[]).starts_with("there are no rows"));
        assert!(message(&[vec![]]).starts_with("row 0 has no coordinates"));
        assert!(message(&[vec![1.0], vec![1.0, 2.0]]).starts_with("row 1 has 2 coordinates"));
        assert!(message(&[vec![1.0, f64::NAN]]).starts_with("row 0, coordinate 1 is NaN"));
        assert!(message(&[vec![f64::INFINITY]]).contains("is inf"));
        assert!(message(&[vec![1e200]]).contains("1e200"));
    }

    #[test]
    fn rows_are_selected_in_order() {
        let points = Points::new(&[[1.0], [2.0], [3.0]]).unwrap();
        let selected = points.select(&[2, 0, 9]).unwrap();
        assert_eq!(selected.rows().collect::<Vec<_>>(), [[3.0], [1.0]]);
        assert_eq!(points.select(&[3]), Err(OverparamError::NoRows));
    }
}

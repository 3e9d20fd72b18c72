use nalgebra::{DMatrix, DVector};

/// Near the cube root of machine epsilon, where the truncation and rounding errors of central
/// differences are of equal size.
const STEP: f64 = 1e-5;

/// Returns the Jacobian of a function by central differences, or `None` if the function is
/// undefined at a point.
pub(in crate::pricing) fn central_differences(
    point: &DVector<f64>,
    mut function: impl FnMut(&DVector<f64>) -> Option<DVector<f64>>,
) -> Option<DMatrix<f64>> {
    let mut columns = Vec::with_capacity(point.len());
    for variable in 0..point.len() {
        let step = STEP * point[variable].abs().max(1.0);
        let mut at = |value: f64| {
            let mut moved = point.clone();
            moved[variable] = value;
            function(&moved)
        };
        let ahead = at(point[variable] + step)?;
        let behind = at(point[variable] - step)?;
        columns.push((ahead - behind) / (2.0 * step));
    }
    Some(DMatrix::from_columns(&columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_a_quadratic_equal_its_derivative() {
        let point = DVector::from_vec(vec![3.0, -0.5]);
        let jacobian = central_differences(&point, |x| {
            Some(DVector::from_vec(vec![x[0] * x[0], x[0] * x[1], x[1]]))
        });
        let expected = DMatrix::from_row_slice(3, 2, &[6.0, 0.0, -0.5, 3.0, 0.0, 1.0]);
        assert!((jacobian.unwrap() - expected).amax() < 1e-9);
    }

    #[test]
    fn undefined_functions_have_no_derivative() {
        let point = DVector::from_vec(vec![0.0]);
        let root = |x: &DVector<f64>| (x[0] >= 0.0).then(|| x.map(f64::sqrt));
        assert!(central_differences(&point, root).is_none());
    }
}

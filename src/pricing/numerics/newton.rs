use nalgebra::{DMatrix, DVector};

/// Halvings of a step before the line search gives up.
const HALVINGS: usize = 40;
/// Share of the predicted decrease that a step must achieve.
const DECREASE: f64 = 1e-4;

/// The end point of Newton's method.
#[derive(Clone, Debug)]
pub(in crate::pricing) struct Root {
    pub(in crate::pricing) point: DVector<f64>,
    /// Largest modulus of the function at the point, which determines whether it is a root.
    pub(in crate::pricing) residual: f64,
}

/// Applies Newton's method with a backtracking line search on the Euclidean norm.
///
/// It stops when rounding allows no further decrease, when the Jacobian is singular, or after
/// `limit` steps. Returns `None` if the function has no finite value at the start.
pub(in crate::pricing) fn newton(
    start: DVector<f64>,
    limit: usize,
    function: impl FnMut(&DVector<f64>) -> Option<DVector<f64>>,
    mut jacobian: impl FnMut(&DVector<f64>) -> Option<DMatrix<f64>>,
) -> Option<Root> {
    newton_by(start, limit, function, |point, value| {
        jacobian(point)?.lu().solve(value)
    })
}

/// Same as [`newton`], with a function for the step: the solution of `J(point) step = value`.
pub(in crate::pricing) fn newton_by(
    start: DVector<f64>,
    limit: usize,
    mut function: impl FnMut(&DVector<f64>) -> Option<DVector<f64>>,
    mut step: impl FnMut(&DVector<f64>, &DVector<f64>) -> Option<DVector<f64>>,
) -> Option<Root> {
    let mut finite = |point: &DVector<f64>| {
        function(point).filter(|value| value.iter().all(|entry| entry.is_finite()))
    };
    let mut value = finite(&start)?;
    let mut point = start;
    for _ in 0..limit {
        if value.amax() == 0.0 {
            break;
        }
        let Some(step) = step(&point, &value) else {
            break;
        };
        let norm = value.norm();
        let mut share = 1.0;
        let accepted = (0..HALVINGS).find_map(|_| {
            let moved = &point - &step * share;
            let there =
                finite(&moved).filter(|there| there.norm() < (1.0 - DECREASE * share) * norm);
            share *= 0.5;
            there.map(|there| (moved, there))
        });
        let Some((moved, there)) = accepted else {
            break;
        };
        (point, value) = (moved, there);
    }
    let residual = value.amax();
    Some(Root { point, residual })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(start: f64, f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> Option<Root> {
        newton(
            DVector::from_vec(vec![start]),
            100,
            |x| Some(x.map(&f)),
            |x| Some(DMatrix::from_element(1, 1, slope(x[0]))),
        )
    }

    #[test]
    fn the_line_search_prevents_divergence() {
        // Without it, Newton's method diverges for the arctangent from starts beyond 1.39.
        let root = solve(20.0, f64::atan, |x| 1.0 / (1.0 + x * x)).unwrap();
        assert!(root.residual < 1e-15 && root.point[0].abs() < 1e-15);
    }

    #[test]
    fn a_function_without_root_leaves_a_residual() {
        let root = solve(3.0, |x| x * x + 1.0, |x| 2.0 * x).unwrap();
        assert!(root.residual >= 1.0);
    }

    #[test]
    fn undefined_starts_have_no_root() {
        assert!(solve(f64::NAN, |x| x, |_| 1.0).is_none());
    }
}

use super::{Sample, sample::check};
use crate::evaluate::EvaluateError;

/// Returns the exact 1-Wasserstein distance of two empirical distributions on the line.
///
/// ```text
/// W₁ = ∫ |F(x) − G(x)| dx,   F and G the shares of values up to x
/// ```
///
/// It has the unit of the values and is symmetric. Samples may differ in size.
///
/// Complexity: O(n log n) in the size of the larger sample.
///
/// # Errors
/// Returns [`EvaluateError`] for an empty sample or values that are not finite.
pub fn wasserstein(source: &[f64], generated: &[f64]) -> Result<f64, EvaluateError> {
    check(source, Sample::Source)?;
    check(generated, Sample::Generated)?;
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(source), sorted(generated));
    let (mut i, mut j) = (0, 0);
    let mut last = a[0].min(b[0]);
    let mut distance = 0.0;
    while i < a.len() || j < b.len() {
        // F − G between the last value and the next.
        let gap = i as f64 / a.len() as f64 - j as f64 / b.len() as f64;
        let next = match (a.get(i), b.get(j)) {
            (Some(&x), Some(&y)) => x.min(y),
            (Some(&x), None) | (None, Some(&x)) => x,
            (None, None) => break,
        };
        distance += gap.abs() * (next - last);
        last = next;
        while a.get(i) == Some(&next) {
            i += 1;
        }
        while b.get(j) == Some(&next) {
            j += 1;
        }
    }
    Ok(distance)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn special_cases_are_exact() {
        assert_eq!(wasserstein(&[1.0, 3.0], &[3.0, 1.0]).unwrap(), 0.0);
        assert_eq!(wasserstein(&[0.0], &[2.0, 4.0]).unwrap(), 3.0);
        assert_eq!(wasserstein(&[-0.0], &[0.0]).unwrap(), 0.0);
        assert!(wasserstein(&[], &[1.0]).is_err());
        assert!(wasserstein(&[1.0], &[f64::NAN]).is_err());
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        // Few distinct values, so that ties occur.
        prop::collection::vec((-20i32..20).prop_map(|x| f64::from(x) / 4.0), 1..30)
    }

    proptest! {
        /// Compares with matching sorted samples, repeated to equal sizes.
        #[test]
        fn agrees_with_the_definition(a in values(), b in values(), shift in -5.0..5.0) {
            let repeat = |values: &[f64], times: usize| {
                let mut all: Vec<f64> = values.iter().flat_map(|&x| vec![x; times]).collect();
                all.sort_by(f64::total_cmp);
                all
            };
            let (many_a, many_b) = (repeat(&a, b.len()), repeat(&b, a.len()));
            let moved: f64 = many_a.iter().zip(&many_b).map(|(x, y)| (x - y).abs()).sum();
            let found = wasserstein(&a, &b).unwrap();
            prop_assert!((found - moved / many_a.len() as f64).abs() < 1e-12);
            let back = wasserstein(&b, &a).unwrap();
            prop_assert!((found - back).abs() < 1e-12);
            let shifted: Vec<f64> = a.iter().map(|x| x + shift).collect();
            let moved = wasserstein(&a, &shifted).unwrap();
            prop_assert!((moved - f64::abs(shift)).abs() < 1e-12);
        }
    }
}

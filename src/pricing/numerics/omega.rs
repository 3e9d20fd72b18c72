/// Largest number of steps of the safeguarded iteration; it needs about ten.
const STEPS: usize = 200;

/// Returns the root of an increasing function between two points with different signs, or the end
/// with the value nearest to zero if the signs are equal. Uses Newton's method inside a bracket
/// that every step shrinks.
///
/// `function` returns the value and the derivative.
pub(in crate::pricing) fn bracketed(
    (mut low, mut high): (f64, f64),
    function: impl Fn(f64) -> (f64, f64),
) -> f64 {
    let mut at = 0.5 * (low + high);
    for _ in 0..STEPS {
        let (value, slope) = function(at);
        match value > 0.0 {
            true => high = at,
            false => low = at,
        }
        let newton = at - value / slope;
        let next = match newton > low && newton < high {
            true => newton,
            false => 0.5 * (low + high),
        };
        if next == at || high - low <= f64::EPSILON * (1.0 + at.abs()) || value == 0.0 {
            return at;
        }
        at = next;
    }
    at
}

/// Returns the solution z of `z + exp(z) = r`: the logarithm of Lambert's W at `exp(r)`.
///
/// A platform's best reply in logit demand has this form: z is the log odds of its share, and r its
/// surplus in units of heterogeneity minus 1.
pub(in crate::pricing) fn log_lambert_w(r: f64) -> f64 {
    let high = match r > 1.0 {
        true => r.ln(),
        false => r,
    };
    // z + e^z <= r at both lower ends.
    let low = match r > 1.0 {
        true => 0.0_f64.min(r - 1.0),
        false => r - r.exp(),
    };
    bracketed((low.min(high), high), |z| (z + z.exp() - r, 1.0 + z.exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_equation_is_solved_over_many_magnitudes() {
        let steps = (-4000..=4000).map(|step| f64::from(step) * 0.27);
        for r in steps.chain([1e-12, 0.99, 1.0, 1.01, 1e4, 1e6, 1e12]) {
            let z = log_lambert_w(r);
            let rest = z + z.exp() - r;
            assert!(
                rest.abs() <= 1e-14 * (1.0 + r.abs()),
                "{r}: {z} leaves {rest}"
            );
        }
        // W(1) is the omega constant.
        assert!((log_lambert_w(0.0).exp() - 0.567_143_290_409_783_8).abs() < 1e-15);
    }

    #[test]
    fn an_end_is_returned_if_the_bracket_has_no_root() {
        let found = bracketed((1.0, 2.0), |x| (x, 1.0));
        assert!((found - 1.0).abs() < 1e-12);
    }
}

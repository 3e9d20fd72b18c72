/// The bound t of Student's law that `|T| < t` holds with probability 0.95; not a number for 0
/// degrees of freedom.
///
/// By bisection of the finite sums of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
pub(super) fn two_sided_95(degrees: usize) -> f64 {
    const LARGE: usize = 100_000;
    match degrees {
        0 => return f64::NAN,
        LARGE.. => return 1.959_963_984_540_054,
        _ => {}
    }
    let (mut low, mut high) = (1.9, 13.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        match within(middle, degrees) < 0.95 {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The probability that `|T| < t`.
fn within(t: f64, degrees: usize) -> f64 {
    let angle = (t / (degrees as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let odd = degrees % 2 == 1;
    let mut term = if odd { cosine } else { 1.0 };
    let mut power = degrees % 2;
    let mut sum = 0.0;
    while power + 2 <= degrees {
        sum += term;
        power += 2;
        term *= cosine * cosine * (power - 1) as f64 / power as f64;
    }
    match odd {
        true => (angle + sine * sum) * std::f64::consts::FRAC_2_PI,
        false => sine * sum,
    }
}

#[cfg(test)]
mod tests {
    use super::two_sided_95;

    #[test]
    fn tabulated_bounds_come_out() {
        for (degrees, bound) in [
            (1, 12.706_204_736),
            (2, 4.302_652_730),
            (3, 3.182_446_305),
            (9, 2.262_157_163),
            (10, 2.228_138_852),
            (29, 2.045_229_642),
            (100, 1.983_971_519),
        ] {
            assert!((two_sided_95(degrees) - bound).abs() < 1e-8, "{degrees}");
        }
        assert!((two_sided_95(99_999) - two_sided_95(100_000)).abs() < 1e-4);
        assert!(two_sided_95(0).is_nan());
    }
}

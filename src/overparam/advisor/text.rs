//! Formatting of numbers for display.

/// Formats a number with three or four digits, in scientific notation if it is very large or small.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    match value {
        0.0 => "0".into(),
        _ if !(1e-3..1e5).contains(&size) => format!("{value:.2e}"),
        _ if size >= 100.0 => format!("{value:.0}"),
        _ if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// Formats a number of epochs.
pub(super) fn count(value: f64) -> String {
    match value {
        _ if value >= 1e6 => format!("{value:.1e}"),
        _ if value >= 10.0 || value.fract() == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let numbers = [0.0, 1.0, -0.25, 12.345, 1234.5, 1.5e31, 2e-7, f64::INFINITY];
        let expected = [
            "0", "1.00", "-0.2500", "12.35", "1234", "1.50e31", "2.00e-7", "inf",
        ];
        assert_eq!(numbers.map(number), expected);
        assert_eq!(
            [0.0, 2.5, 300.0, 1.234e7].map(count),
            ["0", "2.5", "300", "1.2e7"]
        );
    }
}

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Number of marks that make a logarithmic axis readable.
const ENOUGH_MARKS: usize = 4;
/// Range of a logarithmic axis; beyond it, padding would overflow.
const SHOWN: std::ops::RangeInclusive<f64> = 1e-300..=1e300;

/// A logarithmic axis with round marks.
pub(super) struct DecadeAxis {
    low: f64,
    high: f64,
}

impl DecadeAxis {
    /// Creates an axis from `low` to `high` with some padding. The axis is valid for all arguments:
    /// ends that are not positive or too extreme are clamped.
    pub(super) fn new(low: f64, high: f64) -> Self {
        let shown = |value: f64| match value > 0.0 {
            true => value.clamp(*SHOWN.start(), *SHOWN.end()),
            false => *SHOWN.start(),
        };
        let (low, high) = (shown(low.min(high)), shown(high.max(low)));
        let (low, high) = match low < high {
            true => (low, high),
            false => (low / 2.0, high * 2.0),
        };
        // As a difference, since the quotient can overflow.
        let pad = (0.04 * (high.ln() - low.ln())).exp().min(1e6);
        Self {
            low: low / pad,
            high: high * pad,
        }
    }

    fn marks(&self, max: usize) -> Vec<f64> {
        let decades = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let all = (decades.end() - decades.start() + 1) as usize;
        let thinned = decades.clone().step_by(all.div_ceil(max.max(1)));
        if all > max {
            let marks = thinned.map(|decade| times_ten(1.0, decade));
            return marks
                .filter(|mark| (self.low..=self.high).contains(mark))
                .collect();
        }
        let marks = |steps: &[f64]| -> Vec<f64> {
            decades
                .clone()
                .flat_map(|decade| steps.iter().map(move |step| times_ten(*step, decade)))
                .filter(|mark| (self.low..=self.high).contains(mark))
                .collect()
        };
        // The coarsest steps with enough marks, or the finest without too many.
        let steps: [&[f64]; 3] = [
            &[1.0],
            &[1.0, 2.0, 5.0],
            &[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        ];
        let mut best = marks(steps[0]);
        for finer in &steps[1..] {
            let candidate = marks(finer);
            if best.len() >= ENOUGH_MARKS || candidate.len() > max {
                break;
            }
            best = candidate;
        }
        best
    }
}

/// `step · 10^decade`; division keeps decimal fractions as exact as written.
fn times_ten(step: f64, decade: i32) -> f64 {
    match decade {
        ..0 => step / 10f64.powi(-decade),
        _ => step * 10f64.powi(decade),
    }
}

impl Ranged for DecadeAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let value = value.clamp(self.low, self.high);
        let share = (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln());
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.marks(hint.max_num_points())
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for DecadeAxis {
    fn format(value: &f64) -> String {
        tick(*value)
    }
}

/// Plotters' linear axis, with the same number format.
pub(super) struct LinearAxis(plotters::coord::types::RangedCoordf64);

impl LinearAxis {
    pub(super) fn new(low: f64, high: f64) -> Self {
        Self((low..high).into())
    }
}

impl Ranged for LinearAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.0.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let range = self.0.range();
        let least = 1e-9 * (range.end - range.start).abs();
        let mut marks = self.0.key_points(hint);
        // Adding up steps leaves a small remainder instead of zero.
        for mark in &mut marks {
            if mark.abs() < least {
                *mark = 0.0;
            }
        }
        marks
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.0.range()
    }
}

impl ValueFormatter<f64> for LinearAxis {
    fn format(value: &f64) -> String {
        tick(*value)
    }
}

/// Returns a number with at most six significant digits, which hide the noise of decimal steps in
/// binary.
pub(super) fn tick(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-3..1e5).contains(&magnitude) {
        let text = format!("{value:.5e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{exponent}");
    }
    let rounded = (value * 1e9).round() / 1e9;
    // Without the sign of a negative zero.
    (rounded + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_marks_are_round_and_within() {
        let narrow = DecadeAxis {
            low: 0.45,
            high: 0.65,
        };
        assert_eq!(narrow.marks(12), [0.5, 0.6]);

        assert_eq!(
            DecadeAxis {
                low: 0.09,
                high: 3.0
            }
            .marks(20),
            [0.1, 0.2, 0.5, 1.0, 2.0]
        );
        assert_eq!(
            DecadeAxis {
                low: 1e-3,
                high: 1e3
            }
            .marks(8)
            .len(),
            7
        );
        assert_eq!(
            [tick(0.30000000000000004), tick(2e-5), tick(0.0)],
            ["0.3", "2e-5", "0"]
        );
    }

    #[test]
    fn logarithmic_axes_are_valid_for_all_ranges() {
        let ends = [
            0.0,
            -1.0,
            5e-324,
            1e-310,
            1e-9,
            1.0,
            1e9,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        for (low, high) in ends.iter().flat_map(|&low| ends.map(|high| (low, high))) {
            let axis = DecadeAxis::new(low, high);
            assert!(0.0 < axis.low && axis.low < axis.high && axis.high.is_finite());
            let places = [0.0, 5e-324, 1.0, f64::MAX].map(|value| axis.map(&value, (0, 100)));
            assert!(places.iter().all(|place| (0..=100).contains(place)));
            assert!(places.is_sorted());
            for max in [0, 1, 5, 12] {
                let marks = axis.marks(max);
                assert!(marks.len() <= max.max(1) + 11, "{low} {high}: {marks:?}");
                assert!(marks.is_sorted() && marks.iter().all(|mark| mark.is_finite()));
            }
        }
        // Hundreds of decades get some marks, not hundreds.
        let marks = DecadeAxis::new(1e-250, 1.0).marks(8);
        assert!((4..=8).contains(&marks.len()), "{marks:?}");
    }

    #[test]
    fn zero_is_formatted_as_zero_and_neighboring_marks_differ() {
        for (low, high) in [
            (-0.6, 1.1),
            (-0.3, 0.3),
            (-2e-7, 5e-7),
            (-3e6, 1e6),
            (0.0, 7e-4),
        ] {
            for max in 4..14 {
                let marks = LinearAxis::new(low, high).key_points(max);
                let texts: Vec<String> = marks.iter().map(|mark| tick(*mark)).collect();
                assert!(texts.contains(&"0".to_owned()), "{texts:?}");
                let mut distinct = texts.clone();
                distinct.dedup();
                assert_eq!(distinct, texts);
                assert!(texts.iter().all(|text| text.len() <= 8), "{texts:?}");
            }
        }
        let texts = [1.5e-4, 3.0 * 1e-4 - 1e-4, 123456.0, -0.0, 99999.5].map(tick);
        assert_eq!(texts, ["1.5e-4", "2e-4", "1.23456e5", "0", "99999.5"]);
    }
}

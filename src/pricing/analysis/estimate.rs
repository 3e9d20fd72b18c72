use serde::{Deserialize, Serialize};

use super::{SessionMeasures, t_quantile::t_quantile_975};

/// A measure over sessions: its mean with a confidence interval, and its distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Number n of finite values.
    pub count: usize,
    /// Number of values that are NaN or infinite, for which the measure does not apply.
    pub undefined: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, with n - 1 in the denominator; NaN for a single value.
    pub deviation: f64,
    /// Standard error of the mean, deviation / sqrt(n).
    pub standard_error: f64,
    /// 95 % confidence interval of the mean, within the range of the measure; see
    /// [`of_within`](Self::of_within).
    pub interval: (f64, f64),
    /// Quantiles at 5, 25, 50, 75 and 95 %.
    pub quantiles: [f64; 5],
}

impl Estimate {
    /// Computes the estimate from independent values of any size. Values that are not finite are
    /// only counted; returns `None` if there are no others.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::of_within(values, MeasureRange::Any)
    }

    /// Computes the estimate for a measure with a range. The interval is based on Student's t with
    /// n - 1 degrees of freedom and is cut to the range; for yes/no measures it is Wilson's, which
    /// needs no cut.
    ///
    /// Reference: E. B. Wilson (1927), Journal of the American Statistical Association 22.
    pub fn of_within(values: &[f64], range: MeasureRange) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        if count == 0 {
            return None;
        }
        let mean = sorted.iter().sum::<f64>() / count as f64;
        let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
        // 0/0 = NaN for a single value.
        let deviation = (squares / (count as f64 - 1.0)).sqrt();
        let standard_error = deviation / (count as f64).sqrt();
        let half = match count {
            1 => f64::NAN,
            _ => t_quantile_975(count - 1) * standard_error,
        };
        Some(Self {
            count,
            undefined: values.len() - count,
            mean,
            deviation,
            standard_error,
            interval: match range {
                MeasureRange::YesOrNo => wilson(mean, count as f64),
                MeasureRange::Share => ((mean - half).max(0.0), (mean + half).min(1.0)),
                MeasureRange::Positive => ((mean - half).max(0.0), mean + half),
                MeasureRange::Any => (mean - half, mean + half),
            },
            quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| quantile(&sorted, share)),
        })
    }

    /// Returns half the width of the confidence interval.
    pub fn half_width(&self) -> f64 {
        (self.interval.1 - self.interval.0) / 2.0
    }

    /// Returns this mean minus that of an independent sample, and the standard error of the
    /// difference.
    pub fn minus(&self, other: &Self) -> (f64, f64) {
        let error = self.standard_error.hypot(other.standard_error);
        (self.mean - other.mean, error)
    }

    /// Returns the estimate of each of the [measures](SessionMeasures::names) over sessions, in
    /// order; `None` if a measure applies to no session.
    pub fn of_sessions(sessions: &[SessionMeasures]) -> Vec<Option<Self>> {
        let rows: Vec<Vec<f64>> = sessions.iter().map(SessionMeasures::values).collect();
        let names = match sessions.first() {
            Some(one) => SessionMeasures::names(one.prices.platforms(), one.prices.sides()),
            None => Vec::new(),
        };
        let columns = names.iter().enumerate();
        columns
            .map(|(column, name)| {
                let values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
                Self::of_within(&values, MeasureRange::of(name))
            })
            .collect()
    }
}

/// The range of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureRange {
    /// Any number.
    Any,
    /// Nonnegative numbers.
    Positive,
    /// Numbers from 0 to 1.
    Share,
    /// 0 or 1.
    YesOrNo,
}

impl MeasureRange {
    /// Returns the range of one of the [measures](SessionMeasures::names) of a session.
    pub fn of(measure: &str) -> Self {
        match measure {
            "converged" | "equilibrium_on_path" | "best_reply_on_path" => Self::YesOrNo,
            "periods" | "time_to_convergence" | "cycle_length" => Self::Positive,
            _ if measure.ends_with("off_path") => Self::Share,
            _ if measure.contains("loss") => Self::Positive,
            _ if measure.starts_with("participation") || measure.starts_with("outside") => {
                Self::Share
            }
            _ => Self::Any,
        }
    }
}

/// Returns Wilson's 95 % interval of a share of `count` values.
fn wilson(share: f64, count: f64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let z = Z * Z / count;
    let middle = (share + z / 2.0) / (1.0 + z);
    let half = (share * (1.0 - share) * z + z * z / 4.0).sqrt() / (1.0 + z);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Returns the quantile of ascending values by linear interpolation between order statistics (type
/// 7 of Hyndman and Fan 1996, the default of R and NumPy).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_interval_match_the_textbook() {
        let values = [2.0, 4.0, f64::NAN, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let found = Estimate::of(&values).unwrap();
        assert_eq!((found.count, found.undefined, found.mean), (8, 1, 5.0));
        let deviation = (32.0_f64 / 7.0).sqrt();
        assert!((found.deviation - deviation).abs() < 1e-14);
        // t at 97.5 % with 7 degrees of freedom is 2.3646243.
        let half = 2.364_624_3 * deviation / 8.0_f64.sqrt();
        assert!((found.half_width() - half).abs() < 1e-7);
        let expected = [2.7, 4.0, 4.5, 5.5, 8.3];
        for (found, expected) in found.quantiles.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn intervals_stay_within_the_range_of_the_measure() {
        // Wilson's ends are the shares x at which 3 of 10 is at the limit of rejection:
        // (0.3 - x)² = z² x (1 - x) / 10.
        let values: Vec<f64> = (0..10).map(|one| if one < 3 { 1.0 } else { 0.0 }).collect();
        let (low, high) = Estimate::of_within(&values, MeasureRange::YesOrNo)
            .unwrap()
            .interval;
        for x in [low, high] {
            let z = 1.959_963_984_540_054_f64;
            assert!(((0.3 - x).powi(2) - z * z * x * (1.0 - x) / 10.0).abs() < 1e-15);
        }
        assert!(low < 0.3 && high > 0.3);
        // None of four, and all of four.
        for share in [0.0, 1.0] {
            let one = Estimate::of_within(&[share; 4], MeasureRange::YesOrNo).unwrap();
            assert!(one.interval.0 >= 0.0 && one.interval.1 <= 1.0 && one.half_width() > 0.2);
        }
        let wide = [0.0, 0.0, 9e5];
        assert!(Estimate::of(&wide).unwrap().interval.0 < 0.0);
        assert_eq!(
            Estimate::of_within(&wide, MeasureRange::Positive)
                .unwrap()
                .interval
                .0,
            0.0
        );
        for (name, range) in [
            ("equilibrium_on_path", MeasureRange::YesOrNo),
            ("periods", MeasureRange::Positive),
            ("participation_platform_0_side_1", MeasureRange::Share),
            ("profit_gain", MeasureRange::Any),
        ] {
            assert_eq!(MeasureRange::of(name), range);
        }
    }

    #[test]
    fn infinite_values_are_excluded_from_means() {
        let found = Estimate::of(&[1.0, f64::INFINITY, 3.0, f64::NEG_INFINITY]).unwrap();
        assert_eq!((found.count, found.undefined, found.mean), (2, 2, 2.0));
    }

    #[test]
    fn few_values_have_no_interval() {
        let one = Estimate::of(&[3.0]).unwrap();
        assert_eq!((one.mean, one.quantiles), (3.0, [3.0; 5]));
        assert!(one.standard_error.is_nan() && one.half_width().is_nan());
        assert!(Estimate::of(&[f64::NAN]).is_none() && Estimate::of(&[]).is_none());
    }
}

use serde::{Deserialize, Serialize};

use super::{SessionMeasures, t_quantile::t_quantile_975};

/// A measure over sessions: its mean with a confidence interval, and how it is distributed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number n of values that are numbers.
    pub count: usize,
    /// The number of values that are not, where the measure does not apply.
    pub undefined: usize,
    /// The mean.
    pub mean: f64,
    /// The standard deviation, with n - 1 in the denominator; not a number for a single value.
    pub deviation: f64,
    /// The standard error of the mean, deviation / sqrt(n).
    pub standard_error: f64,
    /// The 95 % confidence interval of the mean, from Student's t with n - 1 degrees of freedom.
    pub interval: (f64, f64),
    /// The quantiles at 5, 25, 50, 75 and 95 %.
    pub quantiles: [f64; 5],
}

impl Estimate {
    /// Of independent values; those that are not numbers are only counted. None where all are such.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        if count == 0 {
            return None;
        }
        let mean = sorted.iter().sum::<f64>() / count as f64;
        let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
        // For a single value 0/0, not a number.
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
            interval: (mean - half, mean + half),
            quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| quantile(&sorted, share)),
        })
    }

    /// Half the width of the confidence interval.
    pub fn half_width(&self) -> f64 {
        (self.interval.1 - self.interval.0) / 2.0
    }

    /// This mean less that of another, independent sample, and the standard error of the difference.
    pub fn minus(&self, other: &Self) -> (f64, f64) {
        let error = self.standard_error.hypot(other.standard_error);
        (self.mean - other.mean, error)
    }

    /// Each of the [measures](SessionMeasures::names) over sessions, in their order; none where a
    /// measure applies to no session.
    pub fn of_sessions(sessions: &[SessionMeasures]) -> Vec<Option<Self>> {
        let rows: Vec<Vec<f64>> = sessions.iter().map(SessionMeasures::values).collect();
        let columns = 0..rows.first().map_or(0, Vec::len);
        columns
            .map(|column| {
                let values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
                Self::of(&values)
            })
            .collect()
    }
}

/// The quantile of ascending values by linear interpolation between order statistics (type 7 of
/// Hyndman and Fan 1996, the default of R and NumPy).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_interval_are_the_textbook_ones() {
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
    fn few_values_have_no_interval() {
        let one = Estimate::of(&[3.0]).unwrap();
        assert_eq!((one.mean, one.quantiles), (3.0, [3.0; 5]));
        assert!(one.standard_error.is_nan() && one.half_width().is_nan());
        assert!(Estimate::of(&[f64::NAN]).is_none() && Estimate::of(&[]).is_none());
    }
}

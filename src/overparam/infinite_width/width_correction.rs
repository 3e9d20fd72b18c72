/// How much slower networks of finite width train than infinitely wide ones, fitted to runs.
///
/// ```text
/// rate(m) = ρ(m) · rate(∞),   ρ(m) = 1 / (1 + √(c / m))
/// ```
///
/// The rate is 1 − γ̂, the share of the loss that a step takes late in training; rate(∞) is that of
/// the closed form. The kernel of a network of width m differs from its limit by noise of order
/// 1/√m, which makes the small eigenvalues smaller, and these rule the late training. The constant c
/// depends on data, slope and depth, so it is fitted to runs at several widths: short ones at small
/// widths predict a wide network. The form is an observation, not a theorem.
///
/// ```
/// use fireweed::overparam::infinite_width::WidthCorrection;
///
/// // Widths, and the measured rate over that of the closed form.
/// let runs = [(64, 0.24), (128, 0.33), (256, 0.39)];
/// let correction = WidthCorrection::fit(&runs).unwrap();
/// assert!((correction.factor(512) - 0.48).abs() < 0.03);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WidthCorrection {
    /// The constant c, at least 0.
    pub scale: f64,
    /// Root mean square of ln(measured) − ln(fitted) over the runs.
    pub error: f64,
}

/// Intervals of the search for √c, before it is refined.
const INTERVALS: usize = 256;
/// Refinements, each of which divides the interval by three.
const REFINEMENTS: usize = 60;

impl WidthCorrection {
    /// Fits the constant to pairs of a width and the measured rate over that of the closed form, by
    /// least squares of logarithms; pairs that are not positive and finite are left out.
    ///
    /// `None` if fewer than two pairs are left.
    pub fn fit(measured: &[(usize, f64)]) -> Option<Self> {
        let runs: Vec<(f64, f64)> = measured
            .iter()
            .filter(|(width, ratio)| *width > 0 && *ratio > 0.0 && ratio.is_finite())
            .map(|&(width, ratio)| ((width as f64).sqrt(), ratio.ln()))
            .collect();
        if runs.len() < 2 {
            return None;
        }
        let squares = |root: f64| -> f64 {
            let difference = |(width, ratio): &(f64, f64)| ratio + (root / width).ln_1p();
            runs.iter().map(|run| difference(run).powi(2)).sum()
        };
        // Each run alone has its best √c below this.
        let most = runs
            .iter()
            .map(|(width, ratio)| width * (-ratio).exp_m1().max(0.0))
            .fold(0.0, f64::max);
        let spacing = most / INTERVALS as f64;
        let best = (0..=INTERVALS)
            .map(|number| number as f64 * spacing)
            .min_by(|a, b| squares(*a).total_cmp(&squares(*b)))?;
        let (mut low, mut high) = ((best - spacing).max(0.0), best + spacing);
        for _ in 0..REFINEMENTS {
            let third = (high - low) / 3.0;
            match squares(low + third) < squares(high - third) {
                true => high -= third,
                false => low += third,
            }
        }
        let root = if squares(0.0) <= squares(low) {
            0.0
        } else {
            low
        };
        Some(Self {
            scale: root * root,
            error: (squares(root) / runs.len() as f64).sqrt(),
        })
    }

    /// Returns ρ(m), in (0, 1], for a width m of at least 1.
    pub fn factor(&self, width: usize) -> f64 {
        1.0 / (1.0 + (self.scale / width as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_of_exact_data_is_found() {
        for scale in [0.0, 1e-3, 40.0, 623.0, 1e6] {
            let exact = WidthCorrection { scale, error: 0.0 };
            let runs = [64, 128, 256, 512].map(|width| (width, exact.factor(width)));
            let found = WidthCorrection::fit(&runs).unwrap();
            assert!((found.scale - scale).abs() <= 1e-6 * scale, "{found:?}");
            assert!(found.error < 1e-6, "{found:?}");
        }
    }

    /// Rates of 200 rows of the synthetic function at α = −1, 1,000 steps, over the closed form; the
    /// widest network is predicted from the others.
    #[test]
    fn a_wide_network_is_predicted_from_narrow_ones() {
        let measured = [
            [77.0, 98.0, 128.0, 183.0].map(|rate| rate / 738.0),
            [197.0, 269.0, 318.0, 392.0].map(|rate| rate / 811.0),
        ];
        for ratios in measured {
            let runs: Vec<_> = [64, 128, 256, 512].into_iter().zip(ratios).collect();
            let correction = WidthCorrection::fit(&runs[..3]).unwrap();
            let ratio = correction.factor(512) / ratios[3];
            assert!((0.8..1.2).contains(&ratio), "{ratio}");
        }
    }

    #[test]
    fn rates_above_the_limit_and_unusable_pairs() {
        let faster = WidthCorrection::fit(&[(64, 1.1), (128, 1.05)]).unwrap();
        assert_eq!(faster.scale, 0.0);
        assert_eq!(faster.factor(64), 1.0);
        assert!((faster.error - 0.0757).abs() < 1e-3, "{faster:?}");
        let unusable = [(0, 0.5), (64, f64::NAN), (128, -1.0), (256, 0.5)];
        assert_eq!(WidthCorrection::fit(&unusable), None);
    }
}

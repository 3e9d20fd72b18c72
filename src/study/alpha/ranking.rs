use std::fmt;

use super::CaseResult;

/// Slopes from the smallest to the largest training loss at the end.
///
/// `Display`: `-1 < -2 ≲ 0`, with ≲ where the difference is within one standard deviation, or there is
/// one run only.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The slopes, at least two, each with whether the next one is larger by more than the standard
    /// deviations of both together.
    pub slopes: Vec<(f64, bool)>,
}

impl Ranking {
    /// None where fewer than two slopes trained, or width or depth vary.
    pub fn of(cases: &[CaseResult]) -> Option<Self> {
        let network = |case: &CaseResult| (case.case.width, case.case.depth);
        if cases
            .windows(2)
            .any(|two| network(&two[0]) != network(&two[1]))
        {
            return None;
        }
        let mut trained: Vec<_> = cases
            .iter()
            .filter_map(|case| Some((case.train_loss?, case.case.alpha)))
            .collect();
        trained.sort_by(|a, b| a.0.mean.total_cmp(&b.0.mean));
        let clear = |at: usize| {
            trained.get(at + 1).is_some_and(|(next, _)| {
                let (this, _) = trained[at];
                let spread = this.std.unwrap_or(0.0).hypot(next.std.unwrap_or(0.0));
                this.count > 1 && next.mean - this.mean > spread
            })
        };
        let slopes = trained.iter().enumerate();
        let slopes: Vec<_> = slopes.map(|(at, (_, alpha))| (*alpha, clear(at))).collect();
        (slopes.len() > 1).then_some(Self { slopes })
    }
}

impl fmt::Display for Ranking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (alpha, clear)) in self.slopes.iter().enumerate() {
            write!(f, "{alpha}")?;
            if at + 1 < self.slopes.len() {
                f.write_str(if *clear { " < " } else { " ≲ " })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::MeanStd, study::Case};

    fn case(alpha: f64, width: usize, losses: &[f64]) -> CaseResult {
        let depth = 1;
        CaseResult {
            case: Case {
                alpha,
                width,
                depth,
            },
            step: 1.0,
            runs: losses.len(),
            diverged: 0,
            train_loss: MeanStd::of(losses),
            early_test_loss: None,
            best_test_loss: None,
            test_loss: None,
            test_accuracy: None,
            decrease: None,
            predicted_decrease: None,
            predicted_train_loss: None,
        }
    }

    #[test]
    fn slopes_are_told_apart_where_they_differ_by_more_than_their_spread() {
        let cases = [
            case(0.0, 8, &[3.0, 3.1]),
            case(-1.0, 8, &[1.0, 1.1]),
            case(-2.0, 8, &[1.1, 1.2]),
            case(0.5, 8, &[]),
        ];
        let ranking = Ranking::of(&cases).unwrap();
        assert_eq!(ranking.slopes, [(-1.0, false), (-2.0, true), (0.0, false)]);
        assert_eq!(ranking.to_string(), "-1 ≲ -2 < 0");
        // One run has no spread, so nothing is told apart.
        let single = [case(0.0, 8, &[9.0]), case(-1.0, 8, &[1.0])];
        assert_eq!(Ranking::of(&single).unwrap().to_string(), "-1 ≲ 0");
        assert_eq!(Ranking::of(&single[..1]), None);
        let widths = [case(0.0, 8, &[9.0]), case(-1.0, 16, &[1.0])];
        assert_eq!(Ranking::of(&widths), None);
    }
}

//! The step size at which each network ends with the smallest training loss.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Case;
use crate::study::StudyError;

/// A search, for each network, of the step size η with the smallest training loss at the end.
///
/// Steps are the common step of the study's [`StepRule`](super::StepRule) times powers of √2. A
/// coarse grid with the ratio 2 goes up until a training diverges or two steps in a row were worse than
/// the best, and down until two were worse; then the neighbors of the best at the ratio √2 are tried.
/// The best step is confirmed by further trainings: near the edge of stability one training may
/// succeed where others diverge, so a step counts only if none of its trainings diverges, and the
/// next best is confirmed if its mean loss is larger than another. Trainings of the search have weights and an order of their own, so that the repeats
/// of the study do not profit from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSearch {
    /// Number of trainings that confirm the best step; the others are trained once.
    pub repeats: usize,
}

impl Default for StepSearch {
    fn default() -> Self {
        Self { repeats: 3 }
    }
}

/// Ratio of neighboring steps of the coarse grid, in powers of √2.
const COARSE: i32 = 2;
/// Steps at most 2¹⁰ from the common one are tried.
const FARTHEST: i32 = 20;
/// A direction ends after so many steps in a row that are worse than the best.
const WORSE: usize = 2;
/// Trainings of the search of one network, roughly, for estimates of the time that is left.
pub(in crate::study) const TYPICAL_STEPS: usize = 10;

/// A step that was tried for a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedStep {
    /// The network.
    #[serde(flatten)]
    pub case: Case,
    /// The step is the common one times √2 to this power.
    pub power: i32,
    /// η.
    pub step: f64,
    /// Mean training loss at the end, averaged over the step's trainings; `None` if one diverged.
    pub loss: Option<f64>,
    /// Number of trainings that were asked for.
    pub trainings: usize,
}

/// Tries powers of √2 with `loss`, which is `None` for divergence, and returns what was tried, by
/// power; the search ends early when `loss` returns an outer `None`.
///
/// # Errors
/// Returns the first error of `loss`.
pub(super) fn search(
    mut loss: impl FnMut(i32) -> Result<Option<Option<f64>>, StudyError>,
) -> Result<Option<BTreeMap<i32, Option<f64>>>, StudyError> {
    let mut tried = BTreeMap::new();
    let mut attempt = |tried: &mut BTreeMap<i32, Option<f64>>, power: i32| {
        if let Some(&known) = tried.get(&power) {
            return Ok(Some(known));
        }
        let found = loss(power)?.map(|loss| loss.filter(|loss| loss.is_finite()));
        if let Some(loss) = found {
            tried.insert(power, loss);
        }
        Ok::<_, StudyError>(found)
    };
    // Up, where divergence is the end, and then down, where steps that are too large may still come.
    for direction in [COARSE, -COARSE] {
        let mut power = if direction > 0 { 0 } else { direction };
        let mut worse = 0;
        while power.abs() <= FARTHEST && worse < WORSE {
            let before = best(&tried);
            let Some(found) = attempt(&mut tried, power)? else {
                return Ok(None);
            };
            match (found, before) {
                (None, _) if direction > 0 => break,
                (Some(loss), Some((_, least))) if loss >= least => worse += 1,
                _ => worse = 0,
            }
            power += direction;
        }
    }
    let mut stride = COARSE / 2;
    while stride > 0 {
        let Some((middle, _)) = best(&tried) else {
            break;
        };
        for power in [middle + stride, middle - stride] {
            if attempt(&mut tried, power)?.is_none() {
                return Ok(None);
            }
        }
        stride /= 2;
    }
    Ok(Some(tried))
}

/// Confirms the best step with `loss`, and then the next best, until the best one is confirmed; false
/// when `loss` returns an outer `None`. The confirmed steps are returned in `confirmed`.
///
/// # Errors
/// Returns the first error of `loss`.
pub(super) fn confirm(
    tried: &mut BTreeMap<i32, Option<f64>>,
    confirmed: &mut BTreeSet<i32>,
    mut loss: impl FnMut(i32) -> Result<Option<Option<f64>>, StudyError>,
) -> Result<bool, StudyError> {
    while let Some((power, _)) = best(tried) {
        if !confirmed.insert(power) {
            break;
        }
        let Some(found) = loss(power)? else {
            return Ok(false);
        };
        tried.insert(power, found.filter(|loss| loss.is_finite()));
    }
    Ok(true)
}

/// The power with the smallest loss, and that loss; `None` if all diverged.
pub(super) fn best(tried: &BTreeMap<i32, Option<f64>>) -> Option<(i32, f64)> {
    let finite = tried
        .iter()
        .filter_map(|(&power, &loss)| Some((power, loss?)));
    finite.min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A valley with its lowest point at `lowest`, divergence above `highest`.
    fn found(lowest: f64, highest: i32) -> (BTreeMap<i32, Option<f64>>, usize) {
        let mut calls = 0;
        let tried = search(|power| {
            calls += 1;
            let loss = 1.0 + (f64::from(power) - lowest).powi(2);
            Ok(Some((power <= highest).then_some(loss)))
        });
        (tried.unwrap().unwrap(), calls)
    }

    #[test]
    fn the_lowest_point_of_a_valley_is_found() {
        for lowest in -12..=12 {
            for highest in -9..=15 {
                let (tried, calls) = found(f64::from(lowest) + 0.1, highest);
                let (power, _) = best(&tried).unwrap();
                assert_eq!(
                    power,
                    lowest.min(highest),
                    "{lowest} below {highest}: {tried:?}"
                );
                assert_eq!(calls, tried.len(), "no step is tried twice");
            }
        }
    }

    #[test]
    fn the_upper_end_is_seen() {
        let (tried, _) = found(2.0, 3);
        assert_eq!(tried.get(&4), Some(&None), "{tried:?}");
        let (tried, calls) = found(0.1, 15);
        assert_eq!(
            tried.keys().max(),
            Some(&4),
            "two steps in a row were worse"
        );
        assert_eq!(calls, 7);
    }

    #[test]
    fn a_network_that_always_diverges_has_no_step() {
        let tried = search(|_| Ok(Some(None))).unwrap().unwrap();
        assert_eq!(best(&tried), None);
        assert!(tried.len() <= 1 + FARTHEST as usize / COARSE as usize);
    }

    /// The step that was best in one training diverges in others, and the next one is worse on average.
    #[test]
    fn the_best_step_is_confirmed() {
        let mut tried = BTreeMap::from([
            (0, Some(3.0)),
            (1, Some(2.5)),
            (2, Some(2.0)),
            (3, Some(1.0)),
        ]);
        let mut confirmed = BTreeSet::new();
        let full = BTreeMap::from([(3, None), (2, Some(4.0)), (1, Some(2.6))]);
        let whole = confirm(&mut tried, &mut confirmed, |power| Ok(Some(full[&power])));
        assert!(whole.unwrap());
        assert_eq!(best(&tried), Some((1, 2.6)));
        assert!(confirmed.iter().eq(&[1, 2, 3]));
        let mut none = BTreeMap::from([(0, Some(1.0))]);
        let whole = confirm(&mut none, &mut BTreeSet::new(), |_| Ok(Some(None)));
        assert!(whole.unwrap());
        assert_eq!(best(&none), None);
    }

    #[test]
    fn a_search_can_be_interrupted() {
        let mut left = 3;
        let tried = search(|_| {
            left -= 1;
            Ok((left > 0).then_some(Some(1.0)))
        });
        assert_eq!(tried.unwrap(), None);
    }
}

use serde::{Deserialize, Serialize};

use super::{
    Advisor, DataSummary, DistinctRows, Separation,
    advise::{matching, one_orthant},
    predict::{RowSplit, Split},
};
use crate::overparam::{InputMap, OverparamError, infinite_width::Points};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Maximum number of rows in the closed form of a trial; fewer than for the advice suffice.
const CAP: usize = 300;
/// Small tables are split several times, so that a trial uses about this many rows in total.
const ROWS: usize = 600;
/// Maximum number of splits.
const SPLITS: usize = 10;
/// A map must be better by this share than the maps before it.
const TIE: f64 = 0.05;

/// Result of trying one input map on the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapTrial {
    /// The input map.
    pub map: InputMap,
    /// Whether columns are scaled to mean 0 and standard deviation 1 before it.
    #[serde(alias = "standardised")]
    pub standardized: bool,
    /// The recommended slope with this map.
    pub alpha: f64,
    /// Smallest predicted loss on held-out rows within the budget, averaged over splits.
    pub held_out: f64,
    /// The same loss if the mean of the targets is always predicted.
    pub mean_alone: f64,
    /// Numbers of rows in the closed form and of held-out rows, in each split.
    pub rows: [usize; 2],
    /// Number of random splits.
    pub splits: usize,
}

impl MapTrial {
    /// Returns the best trial: a later one is chosen only if its loss on held-out rows is clearly
    /// below that of the trials before it. The default map comes first.
    pub fn best(trials: &[Self]) -> Option<&Self> {
        let least = trials.iter().map(|trial| trial.held_out);
        let least = least.fold(f64::INFINITY, f64::min);
        trials
            .iter()
            .find(|trial| trial.held_out <= (1.0 + TIE) * least)
    }
}

impl Advisor {
    /// Predicts the loss on held-out rows with this advisor's [`input_map`](Self::input_map).
    /// Returns `None` if there are too few rows to hold some out.
    ///
    /// Equal rows are merged first. Rows that coincide only after the map are merged in the closed
    /// form but not among the held-out rows, so that losses are comparable between maps.
    ///
    /// # Errors
    /// Returns the errors of [`advise`](Self::advise).
    pub fn try_map<R: AsRef<[f64]>, T: AsRef<[f64]>>(
        &self,
        rows: &[R],
        targets: &[T],
        standardized: bool,
    ) -> Result<Option<MapTrial>, OverparamError> {
        self.check()?;
        let given = Points::new(rows).map_err(OverparamError::in_data)?;
        let distinct = DistinctRows::new(&given, &matching(&given, targets)?, InputMap::Raw)?;
        let raw = given
            .select(&distinct.rows)
            .map_err(OverparamError::in_data)?;
        let targets = matching(&raw, &distinct.targets)?;
        let scaled = matches!(self.input_map, InputMap::Unit | InputMap::UnitWithConstant);
        if scaled && raw.columns() == 1 {
            return Err(OverparamError::OnlySigns);
        }
        self.budget.optimizer.check(raw.len())?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(3);
        let splits = (ROWS / raw.len()).clamp(1, SPLITS);
        let mut sums = [0.0; 2];
        let mut first = None;
        for _ in 0..splits {
            let part = RowSplit::random(raw.len(), self.cap.min(CAP), &mut rng);
            if part.held_out.is_empty() {
                return Ok(None);
            }
            let (alpha, held_out) = self.try_split(&raw, &targets, &part)?;
            first.get_or_insert((alpha, [part.train.len(), part.held_out.len()]));
            sums[0] += held_out;
            sums[1] += mean_alone(&targets, &part);
        }
        let [held_out, mean_alone] = sums.map(|sum| sum / splits as f64);
        Ok(first.map(|(alpha, rows)| MapTrial {
            map: self.input_map,
            standardized,
            alpha,
            held_out,
            mean_alone,
            rows,
            splits,
        }))
    }

    /// Returns the advised slope, and the smallest loss on held-out rows within the budget.
    fn try_split(
        &self,
        raw: &Points,
        targets: &Points,
        part: &RowSplit,
    ) -> Result<(f64, f64), OverparamError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let (train, train_targets) = (
            raw.select(&part.train).map_err(OverparamError::in_data)?,
            targets
                .select(&part.train)
                .map_err(OverparamError::in_data)?,
        );
        let distinct = DistinctRows::new(&train, &train_targets, self.input_map)?;
        let train = train
            .select(&distinct.rows)
            .and_then(|rows| rows.map(self.input_map))
            .map_err(OverparamError::in_data)?;
        if train.len() < 2 {
            let (rows, scaled) = (part.train.len(), true);
            return Err(OverparamError::OneInput { rows, scaled });
        }
        let held_out = raw
            .select(&part.held_out)
            .and_then(|rows| rows.map(self.input_map))
            .map_err(OverparamError::in_data)?;
        let separation = Separation::measure(&train, self.separation_cap, &mut rng)?;
        let data = DataSummary {
            samples: raw.len(),
            coordinates: raw.columns(),
            outputs: targets.columns(),
            separation: separation.distance,
            measured: Some(separation),
            lines: None,
            merged: None,
            analyzed: Some([train.len(), held_out.len()]),
            one_orthant: Some(one_orthant(&train)),
        };
        let held_out_targets = targets
            .select(&part.held_out)
            .map_err(OverparamError::in_data)?;
        let split = Split::of(
            (train, distinct.targets),
            (
                held_out,
                held_out_targets.rows().map(<[f64]>::to_vec).collect(),
            ),
            raw.len(),
        );
        let advice = self.advise_on(&split, data, &mut rng)?;
        let curve = advice.curves.iter().find(|one| one.alpha == advice.alpha);
        let points = curve.map_or(&[][..], |curve| &curve.points);
        let losses = points.iter().filter_map(|point| point.held_out);
        Ok((advice.alpha, losses.fold(f64::INFINITY, f64::min)))
    }
}

/// Returns the loss on held-out rows of the mean target of the others.
fn mean_alone(targets: &Points, part: &RowSplit) -> f64 {
    let n = part.train.len() as f64;
    let mean = |k: usize| part.train.iter().map(|&row| targets.row(row)[k] / n).sum();
    let means: Vec<f64> = (0..targets.columns()).map(mean).collect();
    let squares = part.held_out.iter().map(|&row| {
        let pairs = targets.row(row).iter().zip(&means);
        pairs.map(|(y, mean)| (y - mean).powi(2)).sum::<f64>()
    });
    squares.sum::<f64>() / part.held_out.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overparam::{advisor::Budget, theory::Optimizer};

    fn advisor(map: InputMap) -> Advisor {
        let budget = Budget {
            width: 1000,
            depth: 2,
            epochs: 500,
            optimizer: Optimizer::Gd,
        };
        Advisor {
            input_map: map,
            alphas: vec![-1.0, 0.0],
            ..Advisor::new(budget)
        }
    }

    fn rows(n: usize) -> Vec<[f64; 2]> {
        let place = |i: usize, step: f64| ((i as f64 * step).fract() - 0.5) * 4.0;
        (0..n)
            .map(|i| [place(i, 0.618_034), place(i, 0.414_214)])
            .collect()
    }

    fn trials(rows: &[[f64; 2]], targets: &[[f64; 1]]) -> Vec<MapTrial> {
        let maps = [InputMap::UnitWithConstant, InputMap::RawWithConstant];
        let trial = |map| advisor(map).try_map(rows, targets, true).unwrap().unwrap();
        maps.map(trial).to_vec()
    }

    /// A function of the length of a row cannot be learned without the length, one of the direction
    /// can.
    #[test]
    fn lengths_matter_for_targets_that_depend_on_them() {
        let rows = rows(100);
        let length: Vec<[f64; 1]> = rows.iter().map(|[x, y]| [x * x + y * y]).collect();
        let found = trials(&rows, &length);
        let best = MapTrial::best(&found).unwrap();
        assert_eq!(best.map, InputMap::RawWithConstant);
        assert!(best.held_out < 0.1 * found[0].held_out, "{found:?}");
        assert!(best.held_out < 0.05 * best.mean_alone, "{found:?}");
        assert_eq!((best.rows, best.splits), ([80, 20], 6));
        let direction: Vec<[f64; 1]> = rows.iter().map(|[x, y]| [x.atan2(*y).sin()]).collect();
        let found = trials(&rows, &direction);
        assert_eq!(
            MapTrial::best(&found).unwrap().map,
            InputMap::UnitWithConstant
        );
    }

    #[test]
    fn the_default_map_is_kept_unless_another_is_clearly_better() {
        let [mut a, b] = [1.0, 1.0].map(|held_out| MapTrial {
            map: InputMap::UnitWithConstant,
            standardized: true,
            alpha: -1.0,
            held_out,
            mean_alone: 1.0,
            rows: [80, 20],
            splits: 1,
        });
        a.held_out = 1.04;
        assert_eq!(MapTrial::best(&[a, b]), Some(&a));
        a.held_out = 1.06;
        assert_eq!(MapTrial::best(&[a, b]), Some(&b));
        assert_eq!(MapTrial::best(&[]), None);
    }

    #[test]
    fn few_rows_and_single_features_have_no_trial() {
        let few = rows(10);
        let targets: Vec<[f64; 1]> = few.iter().map(|[x, _]| [*x]).collect();
        let map = InputMap::UnitWithConstant;
        assert_eq!(advisor(map).try_map(&few, &targets, true), Ok(None));
        let one: Vec<[f64; 1]> = rows(40).iter().map(|[x, _]| [*x]).collect();
        let error = advisor(map).try_map(&one, &one, true).unwrap_err();
        assert_eq!(error, OverparamError::OnlySigns);
        let raw = advisor(InputMap::RawWithConstant).try_map(&one, &one, true);
        assert!(raw.unwrap().unwrap().held_out < 0.1);
    }
}

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{
    Advice, Budget, Calibration, DataSummary, DistinctRows, Duplicates, Facts, Predicted,
    PredictedCurve, Separation, SlopeAdvice, TheoremAdvice, judge,
    predict::{Candidate, RowSplit, Split},
};
use crate::overparam::{
    InputMap, OverparamError,
    infinite_width::{Points, Reach, TangentKernel},
    theory::{Bound, Constants, Optimizer, Setting, squared_gap},
};

/// Recommends the slope α, the step and the length of a training.
///
/// With data it measures the separation and computes the [closed
/// form](super::super::infinite_width) for each slope, in addition to the
/// [theorems](super::super::theory). Without data only the theorems are used.
///
/// Time and memory: for each slope one eigendecomposition of at most [`cap`](Self::cap) rows, a few
/// seconds for 1,000; the separation is O(n² p) at worst, for at most
/// [`separation_cap`](Self::separation_cap) rows.
///
/// ```
/// use fireweed::overparam::{advisor::{Advisor, Budget}, theory::Optimizer};
///
/// let rows: Vec<[f64; 2]> = (0..40).map(|i| [f64::from(i).sin(), (1.3 * f64::from(i)).cos()]).collect();
/// let targets: Vec<[f64; 1]> = rows.iter().map(|x| [x[0] * x[1] + x[0]]).collect();
/// let budget = Budget { width: 500, depth: 2, epochs: 200, optimizer: Optimizer::Gd };
/// let advice = Advisor::new(budget).advise(&rows, &targets)?;
/// println!("{advice}");
/// assert!(advice.step > 0.0);
/// # Ok::<(), fireweed::overparam::OverparamError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Advisor {
    /// The budget of the training.
    pub budget: Budget,
    /// How rows enter the network. Default [`InputMap::UnitWithConstant`].
    pub input_map: InputMap,
    /// The slopes to compare. Default −3, −2, −1.5, −1, 0, 0.01, 0.05.
    pub alphas: Vec<f64>,
    /// Share of the initial loss that counts as the target. Default 0.01.
    pub target: f64,
    /// Maximum number of rows in the closed form; larger data are subsampled. Default 1,000.
    pub cap: usize,
    /// Maximum number of rows that are compared for the separation. Default 10,000.
    pub separation_cap: usize,
    /// Handling of rows that are the same input to the network. Default: they are merged.
    pub duplicates: Duplicates,
    /// A measured run. Default none.
    pub calibration: Option<Calibration>,
    /// Seed of all random choices of rows. Default 0.
    pub seed: u64,
}

impl Advisor {
    /// Creates an advisor with default settings.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            input_map: InputMap::default(),
            alphas: vec![-3.0, -2.0, -1.5, -1.0, 0.0, 0.01, 0.05],
            target: 0.01,
            cap: 1000,
            separation_cap: 10_000,
            duplicates: Duplicates::default(),
            calibration: None,
            seed: 0,
        }
    }

    /// Analyzes data with one row of targets for each row of inputs.
    ///
    /// # Errors
    /// Returns [`OverparamError`] for data that are empty, ragged or not finite, for fewer than two
    /// different inputs, and for invalid settings.
    pub fn advise<R: AsRef<[f64]>, T: AsRef<[f64]>>(
        &self,
        rows: &[R],
        targets: &[T],
    ) -> Result<Advice, OverparamError> {
        self.check()?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let given = Points::new(rows).map_err(OverparamError::in_data)?;
        let distinct = self.merge(&given, &matching(&given, targets)?)?;
        let raw = given
            .select(&distinct.rows)
            .map_err(OverparamError::in_data)?;
        let points = raw.map(self.input_map).map_err(OverparamError::in_data)?;
        let targets = matching(&points, &distinct.targets)?;
        let separation = Separation::measure(&points, self.separation_cap, &mut rng)?;
        let separation = Separation {
            rows: separation.rows.map(|row| distinct.rows[row]),
            ..separation
        };
        self.budget.optimizer.check(points.len())?;
        let split = Split::new(&points, &targets, &self.split(points.len()))?;
        let data = DataSummary {
            samples: points.len(),
            coordinates: raw.columns(),
            outputs: targets.columns(),
            separation: separation.distance,
            measured: Some(separation),
            lines: None,
            merged: distinct.merged,
            analyzed: Some(split.sizes()),
            one_orthant: Some(one_orthant(&points)),
        };
        let mut advice = self.advise_on(&split, data, &mut rng)?;
        self.predict_for_all_rows(&mut advice, &points, &targets, &mut rng)?;
        let rows = self.split(points.len()).train;
        if let Some(merged) = &mut advice.data.merged {
            let share = self.step_share(
                advice.alpha,
                &points.select(&rows).map_err(OverparamError::in_data)?,
                |row| distinct.counts[rows[row]] as f64,
            )?;
            merged.step = Some(advice.step);
            let per_epoch = match self.budget.optimizer {
                Optimizer::Gd => points.len() as f64 / merged.rows as f64,
                Optimizer::Sgd { .. } => 1.0,
            };
            advice.step *= share * per_epoch;
        }
        Ok(advice)
    }

    /// Predicts the epochs to the target for training on all rows, also those held out from the
    /// closed form. With more rows than the cap allows, the prediction stays that of a part.
    fn predict_for_all_rows(
        &self,
        advice: &mut Advice,
        points: &Points,
        targets: &Points,
        rng: &mut ChaCha8Rng,
    ) -> Result<(), OverparamError> {
        let n = points.len();
        let part = advice.data.analyzed.is_none_or(|[rows, _]| rows < n);
        if !part || n > self.cap || advice.predicted_epochs.is_none() {
            return Ok(());
        }
        let all = RowSplit {
            train: (0..n).collect(),
            held_out: Vec::new(),
        };
        let all = Split::new(points, targets, &all)?;
        let candidate = Candidate::new(self, advice.alpha, &all, rng)?;
        let (predicted, _) = candidate.predict(self, &all, advice.step)?;
        let best = advice.slopes.iter().find(|one| one.alpha == advice.alpha);
        if let (Reach::After { steps }, Some(best)) = (predicted.epochs_to_target, best) {
            advice.predicted_epochs = Some(steps);
            advice.expected_epochs = judge::expected_epochs(best, &advice.data, self, steps);
        }
        Ok(())
    }

    /// Largest eigenvalue per row of the kernel of distinct rows, over that of all rows, in which each
    /// distinct row counts as often as it occurs.
    fn step_share(
        &self,
        alpha: f64,
        points: &Points,
        count: impl Fn(usize) -> f64,
    ) -> Result<f64, OverparamError> {
        let kernel =
            TangentKernel::new(alpha, self.budget.depth).map_err(OverparamError::in_data)?;
        let n = points.len();
        let counts: Vec<f64> = (0..n).map(count).collect();
        let largest = |weight: &dyn Fn(usize) -> f64| {
            let largest = kernel.largest_weighted_eigenvalue(points, weight);
            largest.map_err(OverparamError::in_data)
        };
        let distinct = largest(&|_| 1.0)? / n as f64;
        let all = largest(&|row| counts[row])? / counts.iter().sum::<f64>();
        Ok(distinct / all)
    }

    /// Computes the advice for rows that are already split.
    pub(super) fn advise_on(
        &self,
        split: &Split,
        data: DataSummary,
        rng: &mut ChaCha8Rng,
    ) -> Result<Advice, OverparamError> {
        let candidates = self.alphas.iter();
        let candidates: Vec<_> = candidates
            .map(|&alpha| Candidate::new(self, alpha, split, rng))
            .collect::<Result<_, _>>()?;
        let steps = candidates.iter().map(|one| one.largest_stable_step);
        // One step for all slopes, so that they are comparable.
        let step = 0.5 * steps.fold(f64::INFINITY, f64::min);
        let predicted = candidates.iter().map(|one| one.predict(self, split, step));
        let (predicted, curves) = predicted
            .map(|one| one.map(|(predicted, curve)| (Some(predicted), curve)))
            .collect::<Result<(Vec<_>, Vec<_>), _>>()?;
        self.conclude(data, Some(step), predicted, curves)
    }

    /// Returns the distinct rows: rows that are the same input to the network are merged, or are an
    /// error.
    ///
    /// # Errors
    /// Returns the errors of [`advise`](Self::advise).
    pub fn distinct_rows<R: AsRef<[f64]>, T: AsRef<[f64]>>(
        &self,
        rows: &[R],
        targets: &[T],
    ) -> Result<DistinctRows, OverparamError> {
        let given = Points::new(rows).map_err(OverparamError::in_data)?;
        self.merge(&given, &matching(&given, targets)?)
    }

    fn merge(&self, given: &Points, targets: &Points) -> Result<DistinctRows, OverparamError> {
        let scaled = matches!(self.input_map, InputMap::Unit | InputMap::UnitWithConstant);
        let found = given.len();
        if found < 2 {
            return Err(OverparamError::TooFewRows { found });
        }
        let distinct = DistinctRows::new(given, targets, self.input_map)?;
        if let (Duplicates::Refuse, Some(rows)) = (self.duplicates, distinct.first) {
            // Lengths only distinguish rows that were different before.
            let scaled = scaled && given.row(rows[0]) != given.row(rows[1]);
            return Err(OverparamError::Duplicate { rows, scaled });
        }
        let by_length = distinct.merged.is_some_and(|merged| merged.by_length > 0);
        match (distinct.rows.len(), given.columns()) {
            (_, 1) if by_length => Err(OverparamError::OnlySigns),
            (1, _) => Err(OverparamError::OneInput {
                rows: found,
                scaled: by_length,
            }),
            _ => Ok(distinct),
        }
    }

    /// Splits `samples` distinct inputs into those in the closed form and those held out: a random
    /// fifth is held out if there are enough. There are at most [`cap`](Self::cap) and a quarter of
    /// it, respectively.
    ///
    /// A training on the first part can be compared with the prediction.
    pub fn split(&self, samples: usize) -> RowSplit {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // Separate from the draws that depend on the data.
        rng.set_stream(1);
        RowSplit::random(samples, self.cap, &mut rng)
    }

    /// Computes the advice from the theorems alone.
    ///
    /// # Errors
    /// Returns [`OverparamError`] for invalid facts and settings.
    pub fn advise_without_data(&self, facts: Facts) -> Result<Advice, OverparamError> {
        self.check()?;
        if facts.coordinates == 0 {
            return Err(OverparamError::too_few("coordinates", 0, 1));
        }
        let data = DataSummary {
            samples: facts.samples,
            coordinates: facts.coordinates,
            outputs: facts.outputs,
            separation: facts.separation,
            measured: None,
            lines: None,
            merged: None,
            analyzed: None,
            one_orthant: None,
        };
        self.conclude(data, None, vec![None; self.alphas.len()], Vec::new())
    }

    fn conclude(
        &self,
        data: DataSummary,
        step: Option<f64>,
        predicted: Vec<Option<Predicted>>,
        curves: Vec<PredictedCurve>,
    ) -> Result<Advice, OverparamError> {
        let slopes = self.alphas.iter().zip(predicted);
        let slopes: Vec<_> = slopes
            .map(|(&alpha, predicted)| self.slope(alpha, &data, predicted))
            .collect::<Result<_, _>>()?;
        let best = judge::best(&slopes, self.budget).ok_or(OverparamError::NoSlopes)?;
        Ok(Advice {
            budget: self.budget,
            input_map: self.input_map,
            alpha: best.alpha,
            tied: judge::tied(best, &slopes, self.budget),
            reasons: judge::reasons(best, &slopes, self.budget),
            against: judge::against(best, &slopes, &data, self.input_map),
            step: step.unwrap_or(best.theorem.step),
            from_data: step.is_some(),
            stop: judge::stop(best, self.budget),
            notes: judge::notes(best, &data, self),
            predicted_epochs: judge::predicted_epochs(best),
            run: None,
            expected_epochs: judge::predicted_epochs(best)
                .and_then(|epochs| judge::expected_epochs(best, &data, self, epochs)),
            maps: Vec::new(),
            slopes,
            curves,
            data,
            target: self.target,
        })
    }

    fn slope(
        &self,
        alpha: f64,
        data: &DataSummary,
        predicted: Option<Predicted>,
    ) -> Result<SlopeAdvice, OverparamError> {
        let setting = Setting {
            samples: data.samples,
            // The theorems assume separations below 1.
            separation: data.separation.min(1.0),
            outputs: data.outputs,
            width: self.budget.width,
            depth: self.budget.depth,
        };
        let bound = Bound::new(setting, alpha, self.budget.optimizer, Constants::default())?;
        let step = bound.largest_step();
        let target = self.target * bound.initial_loss();
        let calibrated = self.calibration.map(|run| run.advice(alpha, self.target));
        Ok(SlopeAdvice {
            alpha,
            squared_gap: squared_gap(alpha),
            predicted,
            theorem: TheoremAdvice {
                step,
                decrease: bound.rate(step)?.decrease(),
                relative_to_relu: squared_gap(alpha) / squared_gap(0.0),
                epochs_to_target: bound.epochs_to(target, step)?,
                required_width: bound.required_width(target)?,
            },
            calibrated: calibrated.transpose()?,
        })
    }

    pub(super) fn check(&self) -> Result<(), OverparamError> {
        self.budget.check()?;
        if self.alphas.is_empty() {
            return Err(OverparamError::NoSlopes);
        }
        let wrong = |alpha: &&f64| !(alpha.is_finite() && **alpha < 1.0);
        if let Some(&alpha) = self.alphas.iter().find(wrong) {
            return Err(OverparamError::setting(
                "alpha",
                alpha,
                "a finite number below 1, for example -1 or 0",
            ));
        }
        let target = self.target;
        if !(target > 0.0 && target < 1.0) {
            let expected = "the share of the loss that may be left, between 0 and 1";
            return Err(OverparamError::setting("target", target, expected));
        }
        if self.cap < 2 {
            return Err(OverparamError::too_few(
                "rows in the closed form",
                self.cap,
                2,
            ));
        }
        Ok(())
    }
}

pub(super) fn matching<T: AsRef<[f64]>>(
    points: &Points,
    targets: &[T],
) -> Result<Points, OverparamError> {
    let (expected, found) = (points.len(), targets.len());
    if expected != found {
        return Err(OverparamError::TargetRows { expected, found }.in_data());
    }
    Points::new(targets).map_err(|error| OverparamError::Targets {
        source: Box::new(error),
    })
}

/// Returns whether no coordinate changes its sign.
pub(super) fn one_orthant(points: &Points) -> bool {
    (0..points.columns()).all(|column| {
        let values = points.rows().map(|row| row[column]);
        values.clone().all(|value| value >= 0.0) || values.clone().all(|value| value <= 0.0)
    })
}

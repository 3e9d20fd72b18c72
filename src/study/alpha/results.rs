use serde::{Deserialize, Serialize};

use super::{AlphaStudyConfig, Case, TriedStep};
use crate::{
    overparam::theory::Optimizer,
    report::MeanStd,
    study::{Prediction, problem::late_decrease},
    train::{History, RunEnd},
};

/// One finished training.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// The network.
    pub case: Case,
    /// The repeat, from 1.
    pub repeat: usize,
    /// The metrics of each epoch.
    pub history: History,
    /// How it ended.
    pub end: RunEnd,
}

/// What a study found.
#[derive(Clone, Debug, PartialEq)]
pub struct AlphaStudyResults {
    /// The finished trainings, by repeat and then by case.
    pub runs: Vec<RunResult>,
    /// The step η of each case, in the order of [`AlphaStudyConfig::cases`].
    pub steps: Vec<f64>,
    /// The steps that a search has tried, by case and then by step.
    pub tried: Vec<TriedStep>,
    /// The closed form at infinite width, where there is one, in the same order.
    pub predictions: Vec<Prediction>,
    /// Whether all trainings of the study are finished.
    pub complete: bool,
}

/// Summary of one case over the repeats that did not diverge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The network.
    #[serde(flatten)]
    pub case: Case,
    /// Step size η, for the loss summed over the samples of a step.
    pub step: f64,
    /// Finished trainings, diverged ones included.
    pub runs: usize,
    /// Trainings whose loss became infinite or NaN.
    pub diverged: usize,
    /// Mean training loss at the end: cross-entropy in nats, or squared error.
    pub train_loss: Option<MeanStd>,
    /// Mean test loss in epoch [`AlphaStudyResults::early_epoch`].
    pub early_test_loss: Option<MeanStd>,
    /// The smallest mean test loss of a run.
    pub best_test_loss: Option<MeanStd>,
    /// Mean test loss at the end.
    pub test_loss: Option<MeanStd>,
    /// Share of test samples that are classified correctly at the end, 0 to 1.
    pub test_accuracy: Option<MeanStd>,
    /// `1 − γ̂` per step, equation 2.17 of the dissertation: from the training loss at a tenth of
    /// the training and at its end.
    pub decrease: Option<MeanStd>,
    /// `1 − γ̂` per step in the closed form at infinite width.
    pub predicted_decrease: Option<f64>,
    /// Mean training loss at the end in the closed form.
    pub predicted_train_loss: Option<f64>,
}

/// The epoch of stochastic gradient descent at which the dissertation reports the test loss.
const EARLY_EPOCH: usize = 20;
/// The step of gradient descent at which it does.
const EARLY_STEP: usize = 30;

impl AlphaStudyResults {
    /// The epoch of [`CaseResult::early_test_loss`]: step 30 of gradient descent or epoch 20 of
    /// stochastic gradient descent, as in Table 2.1, or the last epoch that every training has.
    pub fn early_epoch(&self, config: &AlphaStudyConfig) -> usize {
        let early = match config.optimizer {
            Optimizer::Gd => (EARLY_STEP / config.steps_per_epoch.max(1)).max(1),
            Optimizer::Sgd { .. } => EARLY_EPOCH,
        };
        let shortest = self.converged().map(|run| run.history.len()).min();
        shortest.unwrap_or(early).min(early)
    }

    /// One summary for each case, in the order of [`AlphaStudyConfig::cases`].
    pub fn by_case(&self, config: &AlphaStudyConfig) -> Vec<CaseResult> {
        let cases = config.cases().into_iter().enumerate();
        cases
            .map(|(number, case)| self.of(number, case, config))
            .collect()
    }

    fn of(&self, number: usize, case: Case, config: &AlphaStudyConfig) -> CaseResult {
        let early = self.early_epoch(config);
        let all = self.runs.iter().filter(|run| run.case == case).count();
        let converged: Vec<&RunResult> = self.converged().filter(|run| run.case == case).collect();
        let summary = |value: &dyn Fn(&History) -> Option<f64>| {
            let values: Vec<f64> = converged
                .iter()
                .filter_map(|run| value(&run.history))
                .collect();
            MeanStd::of(&values)
        };
        let steps = config.steps(1) as f64;
        let per_step = |decrease: f64| -((-decrease).ln_1p() / steps).exp_m1();
        let predicted = self.predictions.iter().find(|one| one.case == case);
        CaseResult {
            case,
            step: self.steps.get(number).copied().unwrap_or(f64::NAN),
            runs: all,
            diverged: all - converged.len(),
            train_loss: summary(&|history| history.last("train_loss")),
            early_test_loss: summary(&|history| history.value("test_loss", early)),
            best_test_loss: summary(&|history| {
                let losses = history.series("test_loss").into_iter();
                losses.map(|(_, loss)| loss).min_by(f64::total_cmp)
            }),
            test_loss: summary(&|history| history.last("test_loss")),
            // Burn's metric is in per cent.
            test_accuracy: summary(&|history| Some(history.last("test_accuracy")? / 100.0)),
            decrease: summary(&|history| {
                late_decrease(&history.series("train_loss")).map(per_step)
            }),
            predicted_decrease: predicted.and_then(Prediction::decrease).map(per_step),
            predicted_train_loss: predicted.and_then(|one| one.train_loss.last().copied()),
        }
    }

    /// Mean and standard deviation over repeats of a metric in each epoch that all have.
    pub fn curve(&self, case: Case, metric: &str) -> Vec<(usize, MeanStd)> {
        let series: Vec<Vec<(usize, f64)>> = self
            .converged()
            .filter(|run| run.case == case)
            .map(|run| run.history.series(metric))
            .collect();
        let epochs = series.iter().map(Vec::len).min().unwrap_or(0);
        (0..epochs)
            .filter_map(|index| {
                let values: Vec<f64> = series.iter().map(|points| points[index].1).collect();
                Some((series[0][index].0, MeanStd::of(&values)?))
            })
            .collect()
    }

    /// One line on the trainings whose loss became infinite or NaN; none where none did.
    pub fn divergence(&self, config: &AlphaStudyConfig) -> Option<String> {
        let diverged = self.runs.iter().filter_map(|run| match run.end {
            RunEnd::Diverged { epoch } => Some((run, epoch)),
            _ => None,
        });
        let (first, epoch) = diverged.clone().next()?;
        let mut names: Vec<String> = Vec::new();
        for (run, _) in diverged {
            let name = config.label(run.case);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let cases = config.cases();
        let number = cases.iter().position(|case| *case == first.case)?;
        let step = self.steps.get(number)?;
        let steps = match (config.steps(epoch - 1) + 1, config.steps(epoch)) {
            (from, to) if from == to => format!("step {to}"),
            (from, to) => format!("steps {from} to {to}"),
        };
        Some(format!(
            "the loss was not finite for {} (epoch {epoch}, {steps}, at η = {step:.2e}); try a \
             --learning-rate below {:.2e}",
            names.join(", "),
            step / 2.0
        ))
    }

    fn converged(&self) -> impl Iterator<Item = &RunResult> {
        self.runs
            .iter()
            .filter(|run| !matches!(run.end, RunEnd::Diverged { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::EpochMetrics;

    fn case(alpha: f64) -> Case {
        Case {
            alpha,
            width: 500,
            depth: 2,
        }
    }

    fn run(alpha: f64, repeat: usize, losses: &[f64], end: RunEnd) -> RunResult {
        let mut history = History::default();
        for (index, &loss) in losses.iter().enumerate() {
            let values = [
                ("train_loss", loss),
                ("test_loss", 2.0 * loss),
                ("test_accuracy", 80.0),
            ];
            history.push(EpochMetrics {
                epoch: index + 1,
                values: values.map(|(name, value)| (name.to_owned(), value)).into(),
            });
        }
        RunResult {
            case: case(alpha),
            repeat,
            history,
            end,
        }
    }

    #[test]
    fn repeats_are_averaged_and_divergence_is_counted_apart() {
        let config = AlphaStudyConfig {
            alphas: vec![-1.0, 0.0],
            ..AlphaStudyConfig::images()
        };
        let results = AlphaStudyResults {
            runs: vec![
                run(-1.0, 1, &[4.0, 1.0], RunEnd::Completed),
                run(-1.0, 2, &[6.0, 3.0], RunEnd::Completed),
                run(0.0, 1, &[9.0], RunEnd::Diverged { epoch: 2 }),
            ],
            steps: vec![0.5, 0.5],
            tried: Vec::new(),
            predictions: Vec::new(),
            complete: true,
        };
        let [minus_one, zero] = &results.by_case(&config)[..] else {
            panic!("two slopes")
        };
        assert_eq!(minus_one.train_loss.unwrap().mean, 2.0);
        assert_eq!(minus_one.best_test_loss.unwrap().mean, 4.0);
        assert_eq!(minus_one.test_accuracy.unwrap().mean, 0.8);
        assert_eq!(minus_one.step, 0.5);
        assert_eq!(results.early_epoch(&config), 2);
        assert_eq!(minus_one.early_test_loss.unwrap().mean, 4.0);
        assert_eq!((zero.runs, zero.diverged, zero.train_loss), (1, 1, None));
        let message = results.divergence(&config).unwrap();
        let expected = "the loss was not finite for α = 0 (epoch 2, steps 48 to 94, at η = 5.00e-1); \
                        try a --learning-rate below 2.50e-1";
        assert_eq!(message, expected);
        // 47 steps make an epoch; from epoch 1 to 2 the loss falls to a quarter and to a half.
        let expected = |share: f64| 1.0 - share.powf(1.0 / 47.0);
        let mean = (expected(0.25) + expected(0.5)) / 2.0;
        assert!((minus_one.decrease.unwrap().mean - mean).abs() < 1e-12);
        let curve: Vec<_> = results
            .curve(case(-1.0), "train_loss")
            .iter()
            .map(|(e, m)| (*e, m.mean))
            .collect();
        assert_eq!(curve, [(1, 5.0), (2, 2.0)]);
        assert!(results.curve(case(0.0), "train_loss").is_empty());
    }
}

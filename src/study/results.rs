use serde::{Deserialize, Serialize};

use crate::{
    report::MeanStd,
    train::{History, RunEnd},
};

/// One finished training.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// The slope.
    pub alpha: f64,
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
    /// The finished trainings, by repeat and then by slope.
    pub runs: Vec<RunResult>,
    /// Whether all trainings of the study are finished.
    pub complete: bool,
}

/// Summary of one slope over the repeats that did not diverge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlphaResult {
    /// The slope.
    pub alpha: f64,
    /// Finished trainings, diverged ones included.
    pub runs: usize,
    /// Trainings whose loss became infinite or NaN.
    pub diverged: usize,
    /// Mean training cross-entropy at the end, in nats.
    pub train_loss: Option<MeanStd>,
    /// Mean test cross-entropy in epoch `early_epoch`, in nats.
    pub early_test_loss: Option<MeanStd>,
    /// Mean test cross-entropy at the end, in nats.
    pub test_loss: Option<MeanStd>,
    /// Share of test images that are classified correctly at the end, 0 to 1.
    pub test_accuracy: Option<MeanStd>,
}

/// The epoch at which chapter 2 reports the test loss.
const EARLY_EPOCH: usize = 20;

impl AlphaStudyResults {
    /// The epoch of [`AlphaResult::early_test_loss`]: 20, as in Table 2.1, or the last epoch that
    /// every training has.
    pub fn early_epoch(&self) -> usize {
        self.converged()
            .map(|run| run.history.len())
            .min()
            .unwrap_or(EARLY_EPOCH)
            .min(EARLY_EPOCH)
    }

    /// One summary for each slope, in the order of `alphas`.
    pub fn by_alpha(&self, alphas: &[f64]) -> Vec<AlphaResult> {
        let early = self.early_epoch();
        alphas.iter().map(|&alpha| self.of(alpha, early)).collect()
    }

    fn of(&self, alpha: f64, early: usize) -> AlphaResult {
        let all = self.runs.iter().filter(|run| run.alpha == alpha).count();
        let converged: Vec<&RunResult> =
            self.converged().filter(|run| run.alpha == alpha).collect();
        let summary = |value: &dyn Fn(&History) -> Option<f64>| {
            let values: Vec<f64> = converged
                .iter()
                .filter_map(|run| value(&run.history))
                .collect();
            MeanStd::of(&values)
        };
        AlphaResult {
            alpha,
            runs: all,
            diverged: all - converged.len(),
            train_loss: summary(&|history| history.last("train_loss")),
            early_test_loss: summary(&|history| history.value("test_loss", early)),
            test_loss: summary(&|history| history.last("test_loss")),
            // Burn's metric is in per cent.
            test_accuracy: summary(&|history| Some(history.last("test_accuracy")? / 100.0)),
        }
    }

    /// Mean and standard deviation over repeats of a metric in each epoch that all have.
    pub fn curve(&self, alpha: f64, metric: &str) -> Vec<(usize, MeanStd)> {
        let series: Vec<Vec<(usize, f64)>> = self
            .converged()
            .filter(|run| run.alpha == alpha)
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
            alpha,
            repeat,
            history,
            end,
        }
    }

    #[test]
    fn repeats_are_averaged_and_divergence_is_counted_apart() {
        let results = AlphaStudyResults {
            runs: vec![
                run(-1.0, 1, &[4.0, 1.0], RunEnd::Completed),
                run(-1.0, 2, &[6.0, 3.0], RunEnd::Completed),
                run(0.0, 1, &[9.0], RunEnd::Diverged { epoch: 2 }),
            ],
            complete: true,
        };
        let [minus_one, zero] = &results.by_alpha(&[-1.0, 0.0])[..] else {
            panic!("two slopes")
        };
        assert_eq!(minus_one.train_loss.unwrap().mean, 2.0);
        assert_eq!(minus_one.test_accuracy.unwrap().mean, 0.8);
        assert_eq!(results.early_epoch(), 2);
        assert_eq!(minus_one.early_test_loss.unwrap().mean, 4.0);
        assert_eq!((zero.runs, zero.diverged, zero.train_loss), (1, 1, None));
        let curve: Vec<_> = results
            .curve(-1.0, "train_loss")
            .iter()
            .map(|(e, m)| (*e, m.mean))
            .collect();
        assert_eq!(curve, [(1, 5.0), (2, 2.0)]);
        assert!(results.curve(0.0, "train_loss").is_empty());
    }
}

use std::{path::Path, sync::Arc};

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    optim::{ModuleOptimizer, lr_scheduler::constant::ConstantLr},
    tensor::Device,
    train::{Learner, metric::LossMetric},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::AdviceData;
use crate::{
    data::{RegressionBatch, TensorRows},
    overparam::{
        OverparamMlp, OverparamMlpConfig,
        advisor::{Advice, Advisor, Calibration, PredictedPoint, RunEpochs},
        loss::SumSquaredLoss,
    },
    study::StudyError,
    train::{
        EpochDataLoader, EvaluationLoader, EvaluationSplit, FullBatchLoader, MlpRegressor, OnSplit,
        PlainSgd, Run, RunEnd, StopHandle,
    },
};

/// Maximum number of points of a measured curve.
const POINTS: u64 = 50;
/// Rows × epochs × width² × depth of a short run.
const OPERATIONS: f64 = 1.2e11;
/// Smallest and largest number of epochs of a short run.
const SHORT: [u64; 2] = [20, 1000];

/// A short training with the recommended slope and step.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    /// The slope.
    pub alpha: f64,
    /// The measured losses, starting before the training.
    pub points: Vec<RehearsalPoint>,
    /// How the training ended.
    pub end: RunEnd,
}

/// Losses at one time of a [`Rehearsal`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RehearsalPoint {
    /// Number of passes over all data of the advice.
    pub epoch: f64,
    /// Mean training loss.
    pub loss: f64,
    /// Mean loss on held-out rows; `None` if there are too few rows.
    pub held_out: Option<f64>,
}

impl Rehearsal {
    /// Returns the run in the form of equation 2.17; epochs are rounded.
    ///
    /// # Errors
    /// Returns [`StudyError::Advice`] if the loss did not fall.
    pub fn calibration(&self) -> Result<Calibration, StudyError> {
        let points = self.points.iter().skip(1);
        let curve = points.map(|point| (point.epoch.round() as u64, point.loss));
        let curve: Vec<_> = curve.collect();
        let calibration = Calibration::from_curve(self.alpha, &curve);
        Ok(calibration?)
    }
}

impl Rehearsal {
    /// Returns a number of epochs that takes about ten seconds on two cores, within the budget of
    /// the advice.
    pub fn short(advice: &Advice) -> u64 {
        let budget = advice.budget;
        let rows = advice.data.analyzed.map_or(1, |[rows, _]| rows.max(1));
        let cost = rows as f64 * (budget.width as f64).powi(2) * budget.depth as f64;
        let epochs = (OPERATIONS / cost) as u64;
        epochs.clamp(SHORT[0], SHORT[1]).min(budget.epochs)
    }

    /// Returns the number of epochs to the target of the advice: interpolated between evaluations,
    /// or extrapolated with the rate of the second half of the run. `None` if the advice has no
    /// prediction.
    pub fn measured(&self, advice: &Advice) -> Option<RunEpochs> {
        let slope = advice.slopes.iter().find(|one| one.alpha == self.alpha)?;
        let target = advice.target * slope.predicted?.initial_loss;
        let last = self.points.last()?;
        let reached = self.points.windows(2).find(|pair| pair[1].loss <= target);
        let to_target = match reached {
            Some(pair) => Some(match pair[0].loss <= target {
                true => pair[0].epoch,
                false => {
                    let share = (pair[0].loss / target).ln() / (pair[0].loss / pair[1].loss).ln();
                    pair[0].epoch + share * (pair[1].epoch - pair[0].epoch)
                }
            }),
            None => {
                let half = self
                    .points
                    .iter()
                    .find(|one| one.epoch >= last.epoch / 2.0)?;
                let rate = (half.loss / last.loss).ln() / (last.epoch - half.epoch);
                (rate > 0.0).then(|| last.epoch + (last.loss / target).ln() / rate)
            }
        };
        Some(RunEpochs {
            length: last.epoch,
            to_target,
        })
    }

    /// Returns one sentence, without its full stop, that compares the run with the prediction;
    /// `None` if the run has no complete evaluation.
    pub fn comparison(&self, advice: &Advice) -> Option<String> {
        let [_, .., last] = &self.points[..] else {
            return None;
        };
        let curve = advice.curves.iter().find(|one| one.alpha == self.alpha)?;
        let predicted = predicted_loss(&curve.points, last.epoch)?;
        Some(format!(
            "in the run, one draw of weights, the training loss after {:.0} epochs was {:.3e}, and \
             {predicted:.3e} was predicted",
            last.epoch, last.loss
        ))
    }
}

/// Interpolates a curve linearly on the log scale.
fn predicted_loss(points: &[PredictedPoint], epoch: f64) -> Option<f64> {
    let pair = points
        .windows(2)
        .find(|pair| (pair[0].epoch as f64..=pair[1].epoch as f64).contains(&epoch))?;
    let [before, after] = [pair[0], pair[1]];
    let share = (epoch - before.epoch as f64) / (after.epoch - before.epoch) as f64;
    Some((before.loss.ln() * (1.0 - share) + after.loss.ln() * share).exp())
}

/// Trains a network with the settings of `advice` for `epochs` epochs on the rows of the
/// prediction, in the folder `directory`.
///
/// # Errors
/// Returns [`StudyError`] if the training fails.
///
/// # Panics
/// Panics if `advice` does not come from `advisor` on `data`.
pub fn rehearse(
    directory: &Path,
    advisor: &Advisor,
    advice: &Advice,
    data: &AdviceData,
    epochs: u64,
    device: &Device,
    stop: &StopHandle,
) -> Result<Rehearsal, StudyError> {
    let distinct = advisor.distinct_rows(&data.rows(), &data.targets())?;
    let rows = advisor.split(distinct.rows.len());
    let network = network(advisor, advice, device)?;
    let embedded = |rows: &[usize]| {
        let mut batch = data.batch(&distinct, rows, device);
        batch.features = network.valid().embed(batch.features);
        batch
    };
    let (train, held_out) = (embedded(&rows.train), embedded(&rows.held_out));
    let plan = Plan::new(advisor, advice, rows.train.len(), epochs);
    let mut points = vec![RehearsalPoint {
        epoch: 0.0,
        loss: mean_loss(&network, &train),
        held_out: (!rows.held_out.is_empty()).then(|| mean_loss(&network, &held_out)),
    }];
    let learner = Learner::new(
        MlpRegressor::new(network).on_embedded_rows(),
        ModuleOptimizer::from(PlainSgd),
        ConstantLr::new(plan.step),
    );
    let loaders = |first_epoch| {
        let once = |batch| Arc::new(FullBatchLoader::new(batch, 1)) as Arc<dyn DataLoader<_>>;
        let second = match rows.held_out.is_empty() {
            true => train.clone(),
            false => held_out,
        };
        let evaluation = EvaluationLoader::new(once(train.clone()), once(second));
        let steps: Arc<dyn DataLoader<_>> = match plan.batch {
            None => Arc::new(FullBatchLoader::new(train, plan.steps_per_round)),
            Some(batch) => {
                let table = TensorRows::new(train);
                let (seed, dataset) = (advisor.seed, table.clone());
                Arc::new(EpochDataLoader::new(
                    dataset,
                    table,
                    batch,
                    seed,
                    first_epoch,
                    device,
                ))
            }
        };
        (steps, Arc::new(evaluation) as Arc<dyn DataLoader<_>>)
    };
    let on = |split, name| OnSplit::new(LossMetric::new(), split, name);
    let outcome = Run::new(directory, plan.rounds)
        .with_label(format!("α = {}", advice.alpha))
        .with_stop_handle(stop.clone())
        .launch(learner, loaders, |training| {
            training
                .metric_train_numeric(LossMetric::new())
                .metric_valid_numeric(on(EvaluationSplit::Train, "Train loss"))
                .metric_valid_numeric(on(EvaluationSplit::Test, "Held out loss"))
        })?;
    let history = &outcome.history;
    points.extend((1..=history.len()).filter_map(|round| {
        Some(RehearsalPoint {
            epoch: round as f64 * plan.epochs_per_round,
            loss: history.value("train_loss", round)?,
            held_out: match rows.held_out.is_empty() {
                true => None,
                false => history.value("held_out_loss", round),
            },
        })
    }));
    Ok(Rehearsal {
        alpha: advice.alpha,
        points,
        end: outcome.end,
    })
}

/// Steps on the rows of the prediction that are equivalent to the recommended steps on all rows.
struct Plan {
    step: f64,
    /// Rows per step; `None` for all.
    batch: Option<usize>,
    /// Number of evaluations.
    rounds: usize,
    steps_per_round: usize,
    epochs_per_round: f64,
}

impl Plan {
    fn new(advisor: &Advisor, advice: &Advice, rows: usize, epochs: u64) -> Self {
        // The rows of the prediction are merged ones.
        let merged = advice.data.merged.and_then(|merged| merged.step);
        let step = merged.unwrap_or(advice.step);
        let samples = advice.data.samples;
        let per_step = advisor.budget.samples_per_step(samples);
        let steps_per_epoch = samples as f64 / per_step as f64;
        if per_step < rows {
            let epochs_per_round = rows as f64 / samples as f64;
            return Self {
                step,
                batch: Some(per_step),
                rounds: (epochs as f64 / epochs_per_round).ceil() as usize,
                steps_per_round: rows.div_ceil(per_step),
                epochs_per_round,
            };
        }
        let steps = ((epochs as f64 * steps_per_epoch).ceil() as u64).max(1);
        let steps_per_round = steps.div_ceil(POINTS);
        Self {
            // A step moves the mean residual in proportion to the share of rows in the batch.
            step: step * per_step as f64 / rows as f64,
            batch: None,
            rounds: (steps / steps_per_round) as usize,
            steps_per_round: steps_per_round as usize,
            epochs_per_round: steps_per_round as f64 / steps_per_epoch,
        }
    }
}

fn network(
    advisor: &Advisor,
    advice: &Advice,
    device: &Device,
) -> Result<OverparamMlp, StudyError> {
    let (budget, data) = (advice.budget, advice.data);
    let config = OverparamMlpConfig::new(data.coordinates, budget.width, data.outputs)
        .with_depth(budget.depth)
        .with_alpha(advice.alpha)
        .with_input_map(advice.input_map);
    let mut rng = ChaCha8Rng::seed_from_u64(advisor.seed);
    // Separate from the choices of rows.
    rng.set_stream(2);
    Ok(config.try_init_with(&device.clone().autodiff(), &mut rng)?)
}

fn mean_loss(network: &OverparamMlp, embedded: &RegressionBatch) -> f64 {
    let outputs = network.valid().forward_embedded(embedded.features.clone());
    let loss = SumSquaredLoss::new().forward(outputs, embedded.targets.clone());
    f64::from(loss.into_scalar::<f32>()) / embedded.targets.dims()[0] as f64
}

use rand::{Rng, seq::SliceRandom};

use super::{Advisor, HeldOut, Predicted, PredictedCurve, PredictedPoint};
use crate::overparam::{
    OverparamError,
    infinite_width::{InfiniteWidth, Points, Reach, TangentKernel, TestCurve},
    theory::Rate,
};

/// With fewer rows, a fifth of them is too few to hold out.
const LEAST_TO_HOLD_OUT: usize = 20;
/// Number of random batches for the step of SGD.
const BATCHES: usize = 8;
/// Number of times at which the held-out loss is evaluated.
const TIMES: u32 = 60;
/// Number of points of the predicted curves.
const CURVE_POINTS: u32 = 80;

/// Indices of the rows in the closed form and of the held-out rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSplit {
    /// Rows in the closed form.
    pub train: Vec<usize>,
    /// Rows held out; empty if there are too few.
    pub held_out: Vec<usize>,
}

impl RowSplit {
    /// Holds out a random fifth; trains on at most `cap` rows.
    pub(super) fn random(samples: usize, cap: usize, rng: &mut impl Rng) -> Self {
        let mut order: Vec<usize> = (0..samples).collect();
        order.shuffle(rng);
        order.truncate(cap.saturating_add(cap / 4));
        let held_out = match order.len() >= LEAST_TO_HOLD_OUT {
            true => order.split_off(order.len() - order.len() / 5),
            false => Vec::new(),
        };
        order.truncate(cap);
        Self {
            train: order,
            held_out,
        }
    }
}

/// Rows in the closed form, and held-out rows.
pub(super) struct Split {
    train: (Points, Vec<Vec<f64>>),
    held_out: Option<(Points, Vec<Vec<f64>>)>,
    /// Rows that the advice is for.
    samples: usize,
}

impl Split {
    pub(super) fn new(
        points: &Points,
        targets: &Points,
        rows: &RowSplit,
    ) -> Result<Self, OverparamError> {
        let take = |rows: &[usize]| -> Result<_, OverparamError> {
            let targets = targets.select(rows).map_err(OverparamError::in_data)?;
            Ok((
                points.select(rows).map_err(OverparamError::in_data)?,
                targets.rows().map(<[f64]>::to_vec).collect(),
            ))
        };
        Ok(Self {
            train: take(&rows.train)?,
            held_out: match rows.held_out.is_empty() {
                true => None,
                false => Some(take(&rows.held_out)?),
            },
            samples: points.len(),
        })
    }

    /// Rows with their targets.
    pub(super) fn of(
        train: (Points, Vec<Vec<f64>>),
        held_out: (Points, Vec<Vec<f64>>),
        samples: usize,
    ) -> Self {
        Self {
            train,
            held_out: Some(held_out),
            samples,
        }
    }

    /// Numbers of training rows and of held-out rows.
    pub(super) fn sizes(&self) -> [usize; 2] {
        let held_out = self.held_out.as_ref().map_or(0, |(points, _)| points.len());
        [self.train.0.len(), held_out]
    }
}

/// One slope's network on the data, and its largest stable step.
pub(super) struct Candidate {
    alpha: f64,
    network: InfiniteWidth,
    pub(super) largest_stable_step: f64,
}

impl Candidate {
    pub(super) fn new(
        advisor: &Advisor,
        alpha: f64,
        split: &Split,
        rng: &mut impl Rng,
    ) -> Result<Self, OverparamError> {
        let kernel =
            TangentKernel::new(alpha, advisor.budget.depth).map_err(OverparamError::in_data)?;
        let (points, targets) = &split.train;
        let network =
            InfiniteWidth::new(kernel, points.clone(), targets).map_err(OverparamError::in_data)?;
        let per_step = advisor.budget.samples_per_step(split.samples);
        let largest = match per_step < points.len() {
            true => {
                let batch = kernel
                    .largest_batch_eigenvalue(points, per_step, BATCHES, rng)
                    .map_err(OverparamError::in_data)?;
                batch / network.outputs() as f64
            }
            // Eigenvalues grow in proportion to the rows.
            false => network.largest_eigenvalue() * per_step as f64 / points.len() as f64,
        };
        let largest_stable_step = 1.0 / (advisor.budget.width as f64 * largest);
        Ok(Self {
            alpha,
            network,
            largest_stable_step,
        })
    }

    /// Returns the curves at one step.
    pub(super) fn predict(
        &self,
        advisor: &Advisor,
        split: &Split,
        step: f64,
    ) -> Result<(Predicted, PredictedCurve), OverparamError> {
        let budget = advisor.budget;
        let per_step = budget.samples_per_step(split.samples);
        // A step moves the mean residual in proportion to the share of rows in the batch; the rows
        // in the closed form represent all rows.
        let scaled = step * per_step as f64 / self.network.samples() as f64;
        let training = self
            .network
            .train(scaled, budget.width)
            .map_err(OverparamError::in_data)?;
        let clock = Clock {
            steps_per_epoch: split.samples as f64 / per_step as f64,
        };
        let loss = |epoch: u64| training.loss(clock.steps(epoch as f64));
        let (initial_loss, final_loss) = (loss(0), loss(budget.epochs));
        let early = budget.epochs / 10;
        let observed = Rate::observed((early, loss(early)), (budget.epochs, final_loss));
        let reach = training
            .steps_to(advisor.target * initial_loss)
            .map_err(OverparamError::in_data)?;
        let epochs_to_target = match reach {
            Reach::After { steps } => Reach::After {
                steps: (steps as f64 / clock.steps_per_epoch).ceil() as u64,
            },
            other => other,
        };
        let held_out = match &split.held_out {
            Some((points, targets)) => Some(
                training
                    .test_curve(points, targets)
                    .map_err(OverparamError::in_data)?,
            ),
            None => None,
        };
        let points = curve_epochs(budget.epochs).map(|epoch| PredictedPoint {
            epoch,
            loss: loss(epoch),
            held_out: held_out
                .as_ref()
                .map(|curve| curve.loss(clock.steps(epoch as f64))),
        });
        let curve = PredictedCurve {
            alpha: self.alpha,
            points: points.collect(),
        };
        let predicted = Predicted {
            largest_stable_step: self.largest_stable_step,
            initial_loss,
            final_loss,
            decrease: observed.ok().map(|rate| rate.decrease()),
            epochs_to_target,
            held_out: held_out.and_then(|curve| smallest(&curve, clock, budget.epochs)),
        };
        Ok((predicted, curve))
    }
}

#[derive(Clone, Copy)]
struct Clock {
    steps_per_epoch: f64,
}

impl Clock {
    fn steps(self, epochs: f64) -> u64 {
        (epochs * self.steps_per_epoch).round() as u64
    }
}

/// Returns epochs from 0 to the last, denser at the start.
fn curve_epochs(last: u64) -> impl Iterator<Item = u64> {
    let epoch = move |k: u32| {
        let share = f64::from(k) / f64::from(CURVE_POINTS - 1);
        (last as f64 * share * share).round() as u64
    };
    let mut before = None;
    (0..CURVE_POINTS)
        .map(epoch)
        .filter(move |&epoch| before.replace(epoch) != Some(epoch))
}

fn smallest(curve: &TestCurve<'_>, clock: Clock, epochs: u64) -> Option<HeldOut> {
    let end = clock.steps(epochs as f64);
    let longest = (10.0 * end as f64).max(1.0);
    let times = (0..TIMES).map(|k| longest.powf(f64::from(k) / f64::from(TIMES - 1)) as u64);
    let best = curve.best([0].into_iter().chain(times).chain([end]));
    best.map(|(steps, best_loss)| HeldOut {
        best_epoch: steps as f64 / clock.steps_per_epoch,
        best_loss,
        final_loss: curve.loss(end),
    })
}

use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::RegressionLossKind;
use crate::{
    data::{RegressionSet, Splits},
    overparam::{
        InputMap, OverparamError,
        infinite_width::{InfiniteWidth, Minibatches, Points, TangentKernel},
        theory::{Optimizer, Rate},
    },
    study::{AlphaStudyConfig, Case},
};

/// More rows than this make the closed form a matter of minutes, and it is left out.
const MOST_ROWS: usize = 2000;
/// Networks whose losses are averaged if batches are simulated.
const DRAWS: usize = 3;

/// What the closed form at infinite width says of one network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The network.
    pub case: Case,
    /// Mean training loss at the end of each epoch, from epoch 1.
    pub train_loss: Vec<f64>,
    /// Mean test loss at the end of each epoch.
    pub test_loss: Vec<f64>,
}

impl Prediction {
    /// `1 − γ̂` per epoch between a tenth of the training and its end; none where the loss does not
    /// fall.
    pub fn decrease(&self) -> Option<f64> {
        let curve: Vec<_> = (1..).zip(self.train_loss.iter().copied()).collect();
        late_decrease(&curve)
    }
}

/// `1 − γ̂` of equation 2.17, per epoch, from the loss at a tenth of the training and at its end.
pub(in crate::study) fn late_decrease(curve: &[(usize, f64)]) -> Option<f64> {
    let &(last, last_loss) = curve.last()?;
    let &(first, first_loss) = curve
        .iter()
        .find(|(epoch, _)| *epoch >= last.div_ceil(10))?;
    let point = |epoch: usize, loss| (epoch as u64, loss);
    let rate = Rate::observed(point(first, first_loss), point(last, last_loss));
    rate.ok().map(|rate| rate.decrease())
}

/// The networks of a study at infinite width, one for each slope and depth.
pub(super) struct ClosedForms {
    networks: Vec<(f64, usize, InfiniteWidth)>,
    test: (Points, Vec<Vec<f64>>),
    /// By which a step of the loss that is trained on is longer than one of squared errors.
    scale: f64,
}

impl ClosedForms {
    /// `None` if there are too many rows.
    pub(super) fn new(
        config: &AlphaStudyConfig,
        rows: &Splits<RegressionSet>,
        input_map: InputMap,
        loss: RegressionLossKind,
    ) -> Result<Option<Self>, OverparamError> {
        let Splits { train, test } = rows;
        if train.len() > MOST_ROWS {
            return Ok(None);
        }
        let points = mapped(train, input_map)?;
        let targets: Vec<&[f64]> = train.target_rows().collect();
        let mut networks = Vec::new();
        for &depth in &config.depths {
            for &alpha in &config.alphas {
                let kernel = TangentKernel::new(alpha, depth)?;
                let network = InfiniteWidth::new(kernel, points.clone(), &targets)?;
                networks.push((alpha, depth, network));
            }
        }
        Ok(Some(Self {
            networks,
            test: (
                mapped(test, input_map)?,
                test.target_rows().map(<[f64]>::to_vec).collect(),
            ),
            scale: match loss {
                RegressionLossKind::Squared => 1.0,
                RegressionLossKind::Reweighted { temperature } => temperature,
            },
        }))
    }

    /// The largest step that is stable for every slope at this width and depth.
    pub(super) fn largest_stable_step(&self, case: Case) -> Result<f64, OverparamError> {
        let mut smallest = f64::INFINITY;
        for (_, depth, network) in &self.networks {
            if *depth == case.depth {
                smallest = smallest.min(network.largest_stable_step(case.width)?);
            }
        }
        Ok(self.scale * smallest)
    }

    /// The curves of one network whose loss is the squared error.
    pub(super) fn predict(
        &self,
        config: &AlphaStudyConfig,
        case: Case,
        step: f64,
    ) -> Result<Option<Prediction>, OverparamError> {
        let found = self
            .networks
            .iter()
            .find(|(alpha, depth, _)| *alpha == case.alpha && *depth == case.depth);
        let Some((_, _, network)) = found else {
            return Ok(None);
        };
        if let Optimizer::Sgd { batch } = config.optimizer {
            let settings = Minibatches {
                step,
                width: case.width,
                batch,
                epochs: config.epochs,
                draws: DRAWS,
            };
            let (points, targets) = &self.test;
            let tests = Some((points, &targets[..]));
            // The same order for every case.
            let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
            let curve = network.train_in_batches(&settings, tests, &mut rng)?;
            return Ok(Some(Prediction {
                case,
                train_loss: curve.train[1..].to_vec(),
                test_loss: curve.test[1..].to_vec(),
            }));
        }
        let training = network.train(step, case.width)?;
        let test = training.test_curve(&self.test.0, &self.test.1)?;
        let steps = (1..=config.epochs).map(|epoch| config.steps(epoch) as u64);
        Ok(Some(Prediction {
            case,
            train_loss: steps.clone().map(|step| training.loss(step)).collect(),
            test_loss: steps.map(|step| test.loss(step)).collect(),
        }))
    }
}

fn mapped(set: &RegressionSet, map: InputMap) -> Result<Points, OverparamError> {
    let rows: Vec<&[f64]> = set.feature_rows().collect();
    Points::new(&rows)?.map(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_late_training() {
        // Falls at once and then by a tenth per epoch.
        let curve: Vec<_> = (1..=100)
            .map(|epoch| {
                (
                    epoch,
                    if epoch < 10 {
                        50.0
                    } else {
                        0.9f64.powi(epoch as i32)
                    },
                )
            })
            .collect();
        assert!((late_decrease(&curve).unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(late_decrease(&[]), None);
        assert_eq!(late_decrease(&[(1, 1.0)]), None);
        assert_eq!(late_decrease(&[(1, 1.0), (2, 2.0)]), None);
    }
}

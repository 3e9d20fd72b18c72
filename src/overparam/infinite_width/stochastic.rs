use nalgebra::{Cholesky, DMatrix};
use rand::{Rng, seq::SliceRandom};
use rand_distr::{Distribution, StandardNormal};

use super::{InfiniteWidth, Points, Start};
use crate::overparam::OverparamError;

/// Minibatch stochastic gradient descent in an infinitely wide network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minibatches {
    /// Step size η, for the sum of squared errors over a batch.
    pub step: f64,
    /// Width m.
    pub width: usize,
    /// Inputs per batch; those of an epoch are shuffled, and the last batch may be smaller.
    pub batch: usize,
    /// Number of epochs.
    pub epochs: usize,
    /// Number of networks, each with its own outputs at the start and its own order, whose losses
    /// are averaged.
    pub draws: usize,
}

/// Losses of minibatch stochastic gradient descent, as means over samples.
#[derive(Clone, Debug, PartialEq)]
pub struct StochasticCurve {
    /// Training loss before the training and after each epoch.
    pub train: Vec<f64>,
    /// Loss on the test inputs; empty if there are none.
    pub test: Vec<f64>,
}

impl InfiniteWidth {
    /// Simulates minibatch stochastic gradient descent: exact in the limit of infinite width.
    ///
    /// ```text
    /// N_{t+1}(x) = N_t(x) − 2 η Σ_{i ∈ B_t} K(x, x_i) (N_t(x_i) − y_i)
    /// ```
    ///
    /// There is no closed form, since the batches are random: the outputs on all inputs are moved
    /// step by step. With one batch of all inputs it is the gradient descent of
    /// [`train`](Self::train). A step that is stable for gradient descent may diverge with batches
    /// and the reverse; losses are then infinite.
    ///
    /// Cost: O(draws · epochs · n · (n + tests)), and O((n + tests)³) for [`Start::Drawn`]. Consumes
    /// n − 1 draws of `rng` per epoch, and one per output and input at the start of each network.
    ///
    /// # Errors
    /// Returns [`OverparamError`] if a setting is 0 or the step is not positive and
    /// finite, or the test inputs or targets do not fit those of training.
    ///
    /// ```
    /// use fireweed::overparam::{InputMap, infinite_width::*};
    /// use rand::{SeedableRng, rngs::ChaCha8Rng};
    ///
    /// let rows = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5], [0.3, -1.0]];
    /// let points = Points::new(&rows)?.map(InputMap::UnitWithConstant)?;
    /// let kernel = TangentKernel::new(-1.0, 3)?;
    /// let network = InfiniteWidth::new(kernel, points, &[[1.0], [-1.0], [0.5], [0.0]])?;
    /// let settings = Minibatches {
    ///     step: 0.5 * network.largest_stable_step(1000)?,
    ///     width: 1000,
    ///     batch: 2,
    ///     epochs: 50,
    ///     draws: 4,
    /// };
    /// let mut rng = ChaCha8Rng::seed_from_u64(0);
    /// let curve = network.train_in_batches(&settings, None, &mut rng)?;
    /// assert!(curve.train[50] < curve.train[1]);
    /// # Ok::<(), fireweed::overparam::OverparamError>(())
    /// ```
    pub fn train_in_batches(
        &self,
        settings: &Minibatches,
        tests: Option<(&Points, &[Vec<f64>])>,
        rng: &mut impl Rng,
    ) -> Result<StochasticCurve, OverparamError> {
        let Minibatches {
            step,
            width,
            batch,
            epochs,
            draws,
        } = *settings;
        if !(step.is_finite() && step > 0.0) {
            let expected = "a finite number above 0, below `largest_stable_step`";
            return Err(OverparamError::setting("step", step, expected));
        }
        if width == 0 {
            return Err(OverparamError::setting("width", width, "at least 1 neuron"));
        }
        if batch == 0 || draws == 0 {
            return Err(OverparamError::NoRows);
        }
        let n = self.samples();
        let all = Everything::new(self, tests)?;
        let scale = 2.0 * step * width as f64 / self.outputs() as f64;
        let mut curve = StochasticCurve {
            train: vec![0.0; epochs + 1],
            test: vec![0.0; if tests.is_some() { epochs + 1 } else { 0 }],
        };
        let mut order: Vec<usize> = (0..n).collect();
        for _ in 0..draws {
            let mut residual = all.start(rng);
            for epoch in 0..=epochs {
                if epoch > 0 {
                    order.sort_unstable();
                    order.shuffle(rng);
                    for batch in order.chunks(batch) {
                        all.step(&mut residual, batch, scale);
                    }
                }
                let mean = |rows: nalgebra::DMatrixView<'_, f64>| {
                    let loss = rows.norm_squared() / rows.nrows() as f64 / draws as f64;
                    if loss.is_nan() { f64::INFINITY } else { loss }
                };
                curve.train[epoch] += mean(residual.rows(0, n));
                if tests.is_some() {
                    curve.test[epoch] += mean(residual.rows(n, residual.nrows() - n));
                }
            }
        }
        Ok(curve)
    }
}

/// Training and test inputs together, the training inputs first.
struct Everything {
    /// K/m for one output between all inputs and the training inputs: `[n + tests, n]`.
    tangent: DMatrix<f64>,
    /// `[n + tests, d]`.
    targets: DMatrix<f64>,
    /// Cholesky factor of the covariance of one output at the start; `None` if it is 0.
    root: Option<DMatrix<f64>>,
}

impl Everything {
    fn new(
        network: &InfiniteWidth,
        tests: Option<(&Points, &[Vec<f64>])>,
    ) -> Result<Self, OverparamError> {
        let (n, d) = (network.samples(), network.outputs());
        let mut rows: Vec<&[f64]> = network.points.rows().collect();
        let targets = &network.vectors * &network.targets;
        let mut target_rows: Vec<Vec<f64>> = targets
            .row_iter()
            .map(|row| row.iter().copied().collect())
            .collect();
        if let Some((tests, values)) = tests {
            let fits = |what, expected, found| match expected == found {
                true => Ok(()),
                false => Err(OverparamError::Coordinates {
                    what,
                    expected,
                    found,
                }),
            };
            fits("test inputs", network.points.columns(), tests.columns())?;
            if values.len() != tests.len() {
                return Err(OverparamError::TargetRows {
                    expected: tests.len(),
                    found: values.len(),
                });
            }
            for row in values {
                fits("test targets", d, row.len())?;
            }
            rows.extend(tests.rows());
            target_rows.extend(values.iter().cloned());
        }
        let all = Points::new(&rows)?;
        let [tangent, covariance] = network.kernel.square(&all);
        let root = match network.start {
            Start::Zero => None,
            Start::Drawn => Some(root(covariance / d as f64)?),
        };
        Ok(Self {
            tangent: tangent.columns(0, n).into_owned(),
            targets: DMatrix::from_fn(rows.len(), d, |i, k| target_rows[i][k]),
            root,
        })
    }

    /// Outputs minus targets of a network before training.
    fn start(&self, rng: &mut impl Rng) -> DMatrix<f64> {
        let mut residual = -&self.targets;
        if let Some(root) = &self.root {
            let (rows, outputs) = residual.shape();
            let normal =
                DMatrix::from_fn(rows, outputs, |_, _| -> f64 { StandardNormal.sample(rng) });
            residual += root * normal;
        }
        residual
    }

    fn step(&self, residual: &mut DMatrix<f64>, batch: &[usize], scale: f64) {
        for output in 0..residual.ncols() {
            let moves: Vec<f64> = batch
                .iter()
                .map(|&i| scale * residual[(i, output)])
                .collect();
            let mut column = residual.column_mut(output);
            for (&i, by) in batch.iter().zip(moves) {
                column.axpy(-by, &self.tangent.column(i), 1.0);
            }
        }
    }
}

/// The Cholesky factor of a covariance, which may be singular up to rounding.
fn root(covariance: DMatrix<f64>) -> Result<DMatrix<f64>, OverparamError> {
    let rows = covariance.nrows();
    let size = covariance.trace() / rows as f64;
    for exponent in [-12, -10, -8, -6] {
        let mut padded = covariance.clone();
        for i in 0..rows {
            padded[(i, i)] += size * 10f64.powi(exponent);
        }
        if let Some(factor) = Cholesky::new(padded) {
            return Ok(factor.unpack());
        }
    }
    Err(OverparamError::NoEigenvalues { rows })
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::overparam::{
        InputMap,
        infinite_width::{TangentKernel, test_data},
    };

    fn network(start: Start, rng: &mut ChaCha8Rng) -> (InfiniteWidth, Points, Vec<Vec<f64>>) {
        let (rows, targets) = test_data::synthetic(60, InputMap::RawWithConstant, rng);
        let mapped = |rows: &[Vec<f64>]| {
            let points = Points::new(rows).unwrap();
            points.map(InputMap::RawWithConstant).unwrap()
        };
        let kernel = TangentKernel::new(-1.0, 2).unwrap();
        let network = InfiniteWidth::new(kernel, mapped(&rows[..40]), &targets[..40]).unwrap();
        let tests = targets[40..].iter().map(|row| row.to_vec()).collect();
        (network.with_start(start), mapped(&rows[40..]), tests)
    }

    #[test]
    fn one_batch_of_all_inputs_is_gradient_descent() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (network, points, targets) = network(Start::Zero, &mut rng);
        let settings = Minibatches {
            step: 0.4 * network.largest_stable_step(100).unwrap(),
            width: 100,
            batch: 40,
            epochs: 30,
            draws: 2,
        };
        let tests = Some((&points, &targets[..]));
        let curve = network
            .train_in_batches(&settings, tests, &mut rng)
            .unwrap();
        let training = network.train(settings.step, 100).unwrap();
        let expected = training.test_curve(&points, &targets).unwrap();
        for step in 0..=30 {
            let close = |found: f64, expected: f64| {
                assert!((found - expected).abs() < 1e-9 * expected, "{step}");
            };
            close(curve.train[step], training.loss(step as u64));
            close(curve.test[step], expected.loss(step as u64));
        }
    }

    /// Small steps of batches follow gradient descent on all inputs with the same sum of steps.
    #[test]
    fn small_steps_follow_gradient_descent_also_from_drawn_weights() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (network, points, targets) = network(Start::Drawn, &mut rng);
        let settings = Minibatches {
            step: 0.01 * network.largest_stable_step(100).unwrap(),
            width: 100,
            batch: 8,
            epochs: 20,
            draws: 400,
        };
        let tests = Some((&points, &targets[..]));
        let curve = network
            .train_in_batches(&settings, tests, &mut rng)
            .unwrap();
        let training = network.train(settings.step, 100).unwrap();
        let expected = training.test_curve(&points, &targets).unwrap();
        for epoch in [0, 5, 20] {
            // The starts of 400 networks average to some per cent.
            let close = |found: f64, expected: f64| {
                let ratio = found / expected;
                assert!((0.93..1.07).contains(&ratio), "{epoch}: {ratio}");
            };
            close(curve.train[epoch], training.loss(epoch as u64));
            close(curve.test[epoch], expected.loss(epoch as u64));
        }
    }

    #[test]
    fn large_steps_diverge_and_wrong_settings_are_errors() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (network, points, targets) = network(Start::Zero, &mut rng);
        let settings = Minibatches {
            step: 100.0 * network.largest_stable_step(100).unwrap(),
            width: 100,
            batch: 40,
            epochs: 400,
            draws: 1,
        };
        let mut run =
            |settings: Minibatches, tests| network.train_in_batches(&settings, tests, &mut rng);
        let curve = run(settings, None).unwrap();
        assert_eq!(curve.train[400], f64::INFINITY);
        assert!(curve.test.is_empty());
        for wrong in [
            Minibatches {
                step: 0.0,
                ..settings
            },
            Minibatches {
                width: 0,
                ..settings
            },
            Minibatches {
                batch: 0,
                ..settings
            },
            Minibatches {
                draws: 0,
                ..settings
            },
        ] {
            assert!(run(wrong, None).is_err());
        }
        let few = Some((&points, &targets[1..]));
        assert!(matches!(
            run(settings, few),
            Err(OverparamError::TargetRows { .. })
        ));
    }
}

use nalgebra::DVector;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::test_data::{Network, points, synthetic};
use super::*;
use crate::overparam::{InputMap, OverparamError};

fn network(alpha: f64, depth: usize, n: usize, map: InputMap, seed: u64) -> InfiniteWidth {
    let (rows, targets) = synthetic(n, map, &mut ChaCha8Rng::seed_from_u64(seed));
    let points = Points::new(&rows).unwrap().map(map).unwrap();
    InfiniteWidth::new(TangentKernel::new(alpha, depth).unwrap(), points, &targets).unwrap()
}

/// The recursion of the residual, step by step, on the kernel itself.
#[test]
fn closed_forms_match_the_recursion() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (x, z) = (
        points(12, 3, InputMap::UnitWithConstant, &mut rng),
        points(5, 3, InputMap::UnitWithConstant, &mut rng),
    );
    let mut pairs =
        |n: usize| -> Vec<[f64; 2]> { (0..n).map(|_| [rng.random(), rng.random()]).collect() };
    let (y, test_y) = (pairs(12), pairs(5));
    let kernel = TangentKernel::new(-2.0, 3).unwrap();
    let [k, s] = kernel.square(&x);
    let [kz, sz] = kernel.cross(&z, &x);
    let (width, outputs) = (50, 2.0);
    let drawn = InfiniteWidth::new(kernel, x.clone(), &y).unwrap();
    let zero = drawn.clone().with_start(Start::Zero);
    for share in [0.3, 0.97] {
        let step = share * drawn.largest_stable_step(width).unwrap();
        let scale = 2.0 * step * width as f64 / outputs;
        let y = nalgebra::DMatrix::from_fn(12, 2, |i, j| y[i][j]);
        let test_y_matrix = nalgebra::DMatrix::from_fn(5, 2, |i, j| test_y[i][j]);
        // Linear maps of targets and of starts to residuals.
        let mut left = nalgebra::DMatrix::<f64>::identity(12, 12);
        let mut learnt = nalgebra::DMatrix::<f64>::zeros(5, 12);
        for t in 0..40_u64 {
            let residual = &left * &y;
            let spread = (&left * &s * left.transpose()).trace();
            let expected = [residual.norm_squared() / 12.0, spread / 12.0];
            let outputs = &learnt * &y;
            let test_spread = z.norms().iter().map(|norm| norm * norm).sum::<f64>()
                - 2.0 * (&learnt * sz.transpose()).trace()
                + (&learnt * &s * learnt.transpose()).trace();
            let test_bias = (&outputs - &test_y_matrix).norm_squared() / 5.0;
            for (network, share) in [(&zero, 0.0), (&drawn, 1.0)] {
                let training = network.train(step, width).unwrap();
                let close = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
                assert!(close(training.loss(t), expected[0] + share * expected[1]));
                let curve = training.test_curve(&z, &test_y).unwrap();
                assert!(close(curve.loss(t), test_bias + share * test_spread / 5.0));
                let found = training.predict(&z, t).unwrap();
                for (i, row) in found.iter().enumerate() {
                    assert!(close(row[0], outputs[(i, 0)]) && close(row[1], outputs[(i, 1)]));
                }
            }
            learnt += scale * &kz * &left;
            left = &left - scale * &k * &left;
        }
    }
}

/// A network of width 800 under gradient descent reaches a loss at about the predicted step.
#[test]
fn a_wide_network_follows_the_closed_form() {
    for (alpha, map) in [(-1.0, InputMap::UnitWithConstant), (0.0, InputMap::Unit)] {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (n, width) = (12, 800);
        let (rows, targets) = synthetic(n, map, &mut rng);
        let x = Points::new(&rows).unwrap().map(map).unwrap();
        let mut network = Network::new(alpha, 2, width, x.columns(), &mut rng);
        let y = DVector::from_iterator(n, targets.iter().map(|y| y[0]));
        let residual = &y - network.outputs(&x);
        let residual: Vec<[f64; 1]> = residual.iter().map(|&r| [r]).collect();
        let kernel = TangentKernel::new(alpha, 2).unwrap();
        let limit = InfiniteWidth::new(kernel, x.clone(), &residual).unwrap();
        let limit = limit.with_start(Start::Zero);
        let step = 0.5 * limit.largest_stable_step(width).unwrap();
        let training = limit.train(step, width).unwrap();
        for t in 0..=20 {
            let loss = (network.outputs(&x) - &y).norm_squared() / n as f64;
            if t >= 5 {
                let Reach::After { steps } = training.steps_to(loss).unwrap() else {
                    panic!("alpha {alpha}: {loss} is never reached");
                };
                let ratio = steps as f64 / t as f64;
                assert!(
                    (0.7..1.3).contains(&ratio),
                    "alpha {alpha}, step {t}: {ratio}"
                );
            }
            network.step(&x, &y, step);
        }
    }
}

#[test]
fn steps_beyond_the_largest_stable_one_diverge() {
    let network = network(-2.0, 4, 30, InputMap::Raw, 3);
    let largest = network.largest_stable_step(100).unwrap();
    let below = network.train(0.999 * largest, 100).unwrap();
    let above = network.train(1.001 * largest, 100).unwrap();
    assert!(below.is_stable() && !above.is_stable());
    assert!(below.loss(100_000) < below.loss(1000));
    assert!(above.loss(100_000) > 1e6);
    assert_eq!(above.steps_to(1e-9).unwrap(), Reach::Diverges);
    assert_eq!(above.floor(), f64::INFINITY);
    assert_eq!(above.loss(u64::MAX), f64::INFINITY);
}

#[test]
fn the_step_scales_with_width_and_outputs() {
    let (rows, targets) = synthetic(20, InputMap::Unit, &mut ChaCha8Rng::seed_from_u64(4));
    let points = Points::new(&rows).unwrap();
    let kernel = TangentKernel::new(0.0, 2).unwrap();
    let doubled: Vec<[f64; 2]> = targets.iter().map(|y| [y[0], y[0]]).collect();
    let one = InfiniteWidth::new(kernel, points.clone(), &targets).unwrap();
    let two = InfiniteWidth::new(kernel, points, &doubled).unwrap();
    let steps = [(&one, 100), (&one, 200), (&two, 100)]
        .map(|(network, width)| network.largest_stable_step(width).unwrap());
    assert!((steps[0] / steps[1] - 2.0).abs() < 1e-12);
    assert!((steps[2] / steps[0] - 2.0).abs() < 1e-12);
}

/// Even networks cannot learn odd targets, and the limit of the loss is the remaining part.
#[test]
fn the_absolute_value_cannot_learn_odd_targets() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let half = points(10, 4, InputMap::Raw, &mut rng);
    let mut rows: Vec<Vec<f64>> = half.rows().map(<[f64]>::to_vec).collect();
    rows.extend(half.rows().map(|row| row.iter().map(|x| -x).collect()));
    let mean = 0.5;
    let targets: Vec<[f64; 1]> = (0..20)
        .map(|i| [if i < 10 { mean + 1.0 } else { mean - 1.0 }])
        .collect();
    let steps_to = |alpha: f64, map: InputMap, target: f64| {
        let x = Points::new(&rows).unwrap().map(map).unwrap();
        let kernel = TangentKernel::new(alpha, 3).unwrap();
        let network = InfiniteWidth::new(kernel, x, &targets).unwrap();
        let step = 0.5 * network.largest_stable_step(1).unwrap();
        let training = network.train(step, 1).unwrap();
        training.steps_to(target).unwrap()
    };
    // The odd part of the targets is 1 everywhere.
    match steps_to(-1.0, InputMap::Raw, 0.5) {
        Reach::Never { floor } => assert!((floor - 1.0).abs() < 1e-9, "{floor}"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        steps_to(-1.0, InputMap::Raw, 1.1),
        Reach::After { .. }
    ));
    assert!(matches!(
        steps_to(-2.0, InputMap::Raw, 0.5),
        Reach::After { .. }
    ));
    assert!(matches!(
        steps_to(-1.0, InputMap::RawWithConstant, 0.5),
        Reach::After { .. }
    ));
}

#[test]
fn predictions_of_the_absolute_value_are_even_without_a_constant() {
    let network = network(-1.0, 3, 25, InputMap::Unit, 6);
    let step = 0.5 * network.largest_stable_step(1).unwrap();
    let training = network.train(step, 1).unwrap();
    let tests = points(6, 5, InputMap::Unit, &mut ChaCha8Rng::seed_from_u64(7));
    let opposite: Vec<Vec<f64>> = tests
        .rows()
        .map(|row| row.iter().map(|x| -x).collect())
        .collect();
    let opposite = Points::new(&opposite).unwrap();
    let (one, other) = (
        training.predict(&tests, 300).unwrap(),
        training.predict(&opposite, 300).unwrap(),
    );
    for (one, other) in one.iter().zip(&other) {
        assert!((one[0] - other[0]).abs() < 1e-9);
    }
}

/// In the end the training data are interpolated.
#[test]
fn predictions_on_the_training_data_become_the_targets() {
    let (rows, targets) = synthetic(15, InputMap::Unit, &mut ChaCha8Rng::seed_from_u64(8));
    let points = Points::new(&rows).unwrap();
    let kernel = TangentKernel::new(-1.5, 2).unwrap();
    let network = InfiniteWidth::new(kernel, points.clone(), &targets).unwrap();
    let step = 0.9 * network.largest_stable_step(7).unwrap();
    let training = network.train(step, 7).unwrap();
    let outputs = training.predict(&points, 1 << 40).unwrap();
    for (output, target) in outputs.iter().zip(&targets) {
        assert!((output[0] - target[0]).abs() < 1e-6);
    }
    let curve = training.test_curve(&points, &targets).unwrap();
    for t in [0, 1, 10, 1000] {
        assert!((curve.loss(t) - training.loss(t)).abs() < 1e-9 * training.loss(0));
    }
    let (best, loss) = curve.best([0, 10, 1000]).unwrap();
    assert_eq!((best, loss), (1000, curve.loss(1000)));
}

#[test]
fn batch_eigenvalues_are_bounded() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let x = points(60, 5, InputMap::UnitWithConstant, &mut rng);
    let kernel = TangentKernel::new(-1.0, 3).unwrap();
    let targets = vec![[0.0]; 60];
    let whole = InfiniteWidth::new(kernel, x.clone(), &targets).unwrap();
    let whole = whole.largest_eigenvalue();
    let mut largest = |batch| {
        kernel
            .largest_batch_eigenvalue(&x, batch, 8, &mut rng)
            .unwrap()
    };
    let batches = [1, 10, 60, 100].map(&mut largest);
    assert!(
        (batches[0] - 1.5).abs() < 1e-12,
        "one sample: the diagonal, L/2"
    );
    assert!(batches[1] > whole / 6.0 && batches[1] < whole);
    for all in &batches[2..] {
        assert!((all / whole - 1.0).abs() < 1e-9);
    }
    assert!(kernel.largest_batch_eigenvalue(&x, 0, 8, &mut rng).is_err());
}

/// Findings of the reference runs at n = 200 and L = 3, which the closed form reproduces.
#[test]
fn with_a_constant_coordinate_the_order_matches_the_paper() {
    for (map, c) in [
        (InputMap::UnitWithConstant, 0.8),
        (InputMap::RawWithConstant, 0.2),
    ] {
        let losses = [-1.0, -2.0, 0.0, 0.05].map(|alpha| {
            let network = network(alpha, 3, 200, map, 10);
            network.train(c / 200.0, 1).unwrap().loss(1000)
        });
        assert!(losses.is_sorted(), "{map:?}: {losses:?}");
        assert!(losses[0] < 0.8 * losses[2] && losses[1] < 0.9 * losses[2]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// The answer of `steps_to` against the loss itself.
    #[test]
    fn steps_to_a_target(seed in 0..1000_u64, alpha in -3.0..0.9_f64, share in 0.01..0.99_f64, part in 1e-4..0.9_f64) {
        let network = network(alpha, 2, 12, InputMap::UnitWithConstant, seed);
        let step = share * network.largest_stable_step(5).unwrap();
        let training = network.train(step, 5).unwrap();
        let target = part * training.loss(0);
        match training.steps_to(target).unwrap() {
            Reach::After { steps } => {
                prop_assert!(training.loss(steps) <= target);
                prop_assert!(training.loss(steps - 1) > target);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn alpha_and_its_inverse_train_alike(seed in 0..1000_u64, alpha in 0.1..10.0_f64) {
        let curve = |alpha: f64| {
            let network = network(-alpha, 3, 10, InputMap::Raw, seed);
            let training = network.train(0.5 * network.largest_stable_step(1).unwrap(), 1).unwrap();
            [0, 1, 10, 100].map(|t| training.loss(t))
        };
        for (one, other) in curve(alpha).into_iter().zip(curve(1.0 / alpha)) {
            prop_assert!((one - other).abs() < 1e-8 * (1.0 + one));
        }
    }
}

#[test]
fn errors_name_the_problem() {
    let kernel = TangentKernel::new(-1.0, 2).unwrap();
    let x = Points::new(&[[1.0, 2.0], [0.5, -1.0]]).unwrap();
    let fails = |targets: &[[f64; 1]]| {
        let error = InfiniteWidth::new(kernel, x.clone(), targets).unwrap_err();
        error.to_string()
    };
    assert!(fails(&[[1.0]]).starts_with("1 rows of targets for 2 inputs"));
    assert!(fails(&[[1.0], [f64::NAN]]).starts_with("row 1, coordinate 0 is NaN"));
    let zeros = Points::new(&[[0.0, 0.0]]).unwrap();
    let nothing = InfiniteWidth::new(kernel, zeros, &[[1.0]]).unwrap_err();
    assert_eq!(nothing, OverparamError::NothingTrains);
    let network = InfiniteWidth::new(kernel, x.clone(), &[[1.0], [2.0]]).unwrap();
    assert!(network.largest_stable_step(0).is_err());
    for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(network.train(step, 10).is_err());
    }
    let training = network.train(1e-3, 10).unwrap();
    assert!(training.steps_to(0.0).is_err() && training.steps_to(f64::NAN).is_err());
    assert_eq!(training.steps_to(1e9).unwrap(), Reach::After { steps: 0 });
    let short = Points::new(&[[1.0]]).unwrap();
    assert!(
        training
            .predict(&short, 1)
            .unwrap_err()
            .to_string()
            .starts_with("test inputs")
    );
    assert!(training.test_curve(&x, &[[1.0]]).is_err());
    assert!(training.test_curve(&x, &[[1.0, 2.0]; 2]).is_err());
}

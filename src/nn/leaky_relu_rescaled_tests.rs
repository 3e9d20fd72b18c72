use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

use super::*;

fn layer(alpha: f64) -> LeakyReluRescaled {
    LeakyReluRescaledConfig::new().with_alpha(alpha).init()
}

fn apply(alpha: f64, values: &[f32]) -> Vec<f32> {
    let x = Tensor::<1>::from_floats(values, &Device::flex());
    layer(alpha).forward(x).into_data().try_into_vec().unwrap()
}

const SAMPLES: [f32; 8] = [-1e30, -3.5, -1.0, -1e-30, 0.0, 1e-30, 2.25, 1e30];

#[test]
fn alpha_0_is_relu() {
    assert_eq!(apply(0.0, &SAMPLES), SAMPLES.map(|x| x.max(0.0)));
}

#[test]
fn alpha_minus_1_is_the_absolute_value_over_root_two() {
    let expected = SAMPLES.map(|x| x.abs() * std::f32::consts::FRAC_1_SQRT_2);
    assert_eq!(apply(-1.0, &SAMPLES), expected);
}

#[test]
fn the_definition_holds_on_both_sides() {
    for alpha in [-10.0f64, -2.0, -0.5, 0.01, 0.05, 0.999] {
        let scale = (1.0 + alpha * alpha).sqrt();
        for (x, y) in SAMPLES.iter().zip(apply(alpha, &SAMPLES)) {
            let x = f64::from(*x);
            let expected = if x >= 0.0 {
                x / scale
            } else {
                alpha * x / scale
            };
            assert!(
                (f64::from(y) - expected).abs() <= 2e-7 * expected.abs(),
                "α {alpha}, x {x}"
            );
        }
    }
}

#[test]
fn slopes_that_are_not_below_1_are_rejected() {
    for alpha in [1.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let config = LeakyReluRescaledConfig::new().with_alpha(alpha);
        let error = config.try_init().unwrap_err();
        assert!(error.to_string().starts_with(&format!(
            "alpha = {alpha} is out of range: a finite number below 1"
        )));
        let panic = std::panic::catch_unwind(|| config.init()).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>(), Some(&error.to_string()));
    }
}

#[test]
fn extreme_slopes_stay_finite() {
    for alpha in [-1e300, -1e160, -f64::MIN_POSITIVE, 1.0 - f64::EPSILON] {
        let y = apply(alpha, &[-1.0, 0.0, 1.0]);
        assert!(y.iter().all(|v| v.is_finite()), "α {alpha}: {y:?}");
        assert!(layer(alpha).derivative_gap() <= std::f64::consts::SQRT_2 + 1e-15);
    }
}

#[test]
fn every_rank_keeps_its_shape() {
    let device = Device::flex();
    let layer = layer(-1.0);
    assert_eq!(layer.forward(Tensor::<1>::ones([3], &device)).dims(), [3]);
    assert_eq!(
        layer.forward(Tensor::<2>::ones([0, 3], &device)).dims(),
        [0, 3]
    );
    assert_eq!(
        layer
            .forward(Tensor::<4>::ones([2, 3, 4, 5], &device))
            .dims(),
        [2, 3, 4, 5]
    );
    assert_eq!(
        layer.forward(Tensor::<6>::ones([1; 6], &device)).dims(),
        [1; 6]
    );
}

/// `E[σ̃(z)²] = 1/2`: exactly, because z² is even; and on a sample, within five standard errors.
#[test]
fn the_second_moment_is_one_half() {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let normals: Vec<f32> = (0..200_000)
        .map(|_| StandardNormal.sample(&mut rng))
        .collect();
    for alpha in [-3.0, -1.0, 0.0, 0.05, 0.9] {
        let layer = layer(alpha);
        let exact = (layer.positive_slope().powi(2) + layer.negative_slope().powi(2)) / 2.0;
        assert!((exact - 0.5).abs() < 1e-15);
        let squares: Vec<f64> = apply(alpha, &normals)
            .into_iter()
            .map(|y| f64::from(y).powi(2))
            .collect();
        let n = squares.len() as f64;
        let mean = squares.iter().sum::<f64>() / n;
        let variance = squares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / n;
        assert!(
            (mean - 0.5).abs() < 5.0 * (variance / n).sqrt(),
            "α {alpha}: {mean}"
        );
    }
}

#[test]
fn the_derivative_gap_is_the_formula_and_largest_at_minus_1() {
    for alpha in [-7.0f64, -1.0, 0.0, 0.3] {
        let gap = layer(alpha).derivative_gap();
        let jump = layer(alpha).positive_slope() - layer(alpha).negative_slope();
        assert!((gap - (1.0 - alpha) / (1.0 + alpha * alpha).sqrt()).abs() < 1e-15);
        assert!((gap - jump).abs() < 1e-15);
    }
    let best = layer(-1.0).derivative_gap();
    assert!((best - std::f64::consts::SQRT_2).abs() < 1e-15);
    assert!((1..200).all(|i| layer(-0.05 * f64::from(i)).derivative_gap() <= best));
}

#[test]
fn gradients_are_the_slopes_with_the_right_one_at_zero() {
    let device = Device::flex().autodiff();
    let layer = layer(-2.0);
    let x = Tensor::<1>::from_floats([-3.0, -0.0, 0.0, 4.0], &device).require_grad();
    let grads = layer.forward(x.clone()).sum().backward();
    let [p, n] = [layer.positive_slope() as f32, layer.negative_slope() as f32];
    let gradient: Vec<f32> = x.grad(&grads).unwrap().into_data().try_into_vec().unwrap();
    assert_eq!(gradient, [n, p, p, p]);
}

proptest! {
    /// Multiplying by a power of two is exact, so homogeneity is too.
    #[test]
    fn positively_homogeneous(
        values in prop::collection::vec(-1e3f32..1e3, 1..50),
        alpha in -20.0f64..0.999,
        exponent in -10i32..10,
    ) {
        let factor = 2f32.powi(exponent);
        let scaled: Vec<f32> = values.iter().map(|v| v * factor).collect();
        let expected: Vec<f32> = apply(alpha, &values).iter().map(|v| v * factor).collect();
        prop_assert_eq!(apply(alpha, &scaled), expected);
    }

    /// Central differences away from the kink, where the function is linear.
    #[test]
    fn gradients_match_finite_differences(
        magnitude in 0.1f32..100.0,
        positive in any::<bool>(),
        alpha in -20.0f64..0.999,
    ) {
        let x = if positive { magnitude } else { -magnitude };
        let h = 0.05;
        let y = apply(alpha, &[x - h, x + h]);
        let difference = (y[1] - y[0]) / (2.0 * h);
        let device = Device::flex().autodiff();
        let leaf = Tensor::<1>::from_floats([x], &device).require_grad();
        let grads = layer(alpha).forward(leaf.clone()).sum().backward();
        let gradient: f32 = leaf.grad(&grads).unwrap().into_scalar();
        // Rounding of the two values of size |x| over the step.
        prop_assert!((gradient - difference).abs() <= 1e-6 * magnitude / h + 1e-6);
    }
}

#[test]
fn display() {
    assert_eq!(layer(-1.0).to_string(), "LeakyReluRescaled {alpha: -1}");
}

/// A module that contains the layer keeps its parameters through a record, and the layer too.
#[test]
fn record_round_trip() {
    use burn::nn::{Linear, LinearConfig};

    #[derive(Module, Debug)]
    struct Block {
        linear: Linear,
        activation: LeakyReluRescaled,
    }
    let device = Device::flex();
    let block = |alpha| Block {
        linear: LinearConfig::new(3, 2).init(&device),
        activation: layer(alpha),
    };
    let (saved, fresh) = (block(-2.0), block(-2.0));
    let x = Tensor::<2>::from_floats([[0.3, -1.0, 2.0]], &device);
    let forward = |block: &Block| {
        block
            .activation
            .forward(block.linear.forward(x.clone()))
            .into_data()
    };
    let expected = forward(&saved);
    let bytes = saved.into_record().into_bytes().unwrap();
    let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
    assert_eq!(forward(&fresh.load_record(record)), expected);
}

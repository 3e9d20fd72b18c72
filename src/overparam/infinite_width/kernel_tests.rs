use nalgebra::DMatrix;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::super::test_data::{Network, points};
use super::*;
use crate::overparam::InputMap;

/// At m = 600 one network differs from the limit by 14 to 19 %; the mean over networks is closer.
#[test]
fn the_kernel_of_a_wide_network_matches() {
    for (alpha, map) in [
        (-1.0, InputMap::UnitWithConstant),
        (-2.0, InputMap::Raw),
        (0.05, InputMap::Unit),
    ] {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let x = points(40, 5, map, &mut rng);
        let [limit, _] = TangentKernel::new(alpha, 5).unwrap().square(&x);
        let mut mean = DMatrix::zeros(40, 40);
        let networks = 6;
        for _ in 0..networks {
            let network = Network::new(alpha, 5, 600, x.columns(), &mut rng);
            let kernel = network.tangent_kernel(&x);
            let one = (&kernel - &limit).norm() / limit.norm();
            assert!(one < 0.45, "alpha {alpha}: one network is {one} away");
            mean += kernel / f64::from(networks);
        }
        let away = (mean - &limit).norm() / limit.norm();
        println!("alpha {alpha} {map:?} mean away {away}");
        assert!(away < 0.15, "alpha {alpha}: the mean is {away} away");
    }
}

/// Averages over many narrow networks.
#[test]
fn outputs_at_the_start_have_this_covariance() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let x = points(3, 2, InputMap::Raw, &mut rng);
    let [_, limit] = TangentKernel::new(-2.0, 2).unwrap().square(&x);
    let draws = 3000;
    let mut mean = DMatrix::zeros(3, 3);
    for _ in 0..draws {
        let outputs = Network::new(-2.0, 2, 60, x.columns(), &mut rng).outputs(&x);
        mean += &outputs * outputs.transpose() / f64::from(draws);
    }
    let away = (mean - &limit).norm() / limit.norm();
    assert!(away < 0.1, "{away}");
}

/// `E[f(u) f(v)]` over the direction of a Gaussian plane, by the midpoint rule.
fn mean_over_angles(cosine: f64, f: impl Fn(f64) -> f64) -> f64 {
    let nodes = 20_000;
    let between = cosine.acos();
    let angles =
        (0..nodes).map(|k| (f64::from(k) + 0.5) * std::f64::consts::TAU / f64::from(nodes));
    angles
        .map(|angle| f(angle.cos()) * f((angle - between).cos()))
        .sum::<f64>()
        / f64::from(nodes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn one_layer_is_the_gaussian_integral(alpha in -5.0..5.0_f64, cosine in -1.0..1.0_f64) {
        let scale = 1.0 / 1f64.hypot(alpha);
        let slope = |z: f64| if z < 0.0 { alpha * scale } else { scale };
        // The mean square of the radius is 2, and both kernels contain the factor 2 of the weights'
        // variance.
        let s1 = 4.0 * mean_over_angles(cosine, |z| slope(z) * z);
        let d1 = 2.0 * mean_over_angles(cosine, slope);
        let entry = TangentKernel::new(alpha, 1).unwrap().entry(3.0 * cosine, 3.0);
        prop_assert!((entry.covariance - 3.0 * s1).abs() < 2e-3);
        prop_assert!((entry.tangent - 0.5 * 3.0 * cosine * d1).abs() < 2e-3);
    }

    /// The recursion as the formula states it, without Horner's scheme.
    #[test]
    fn the_sum_of_products(alpha in -5.0..0.99_f64, cosine in -1.0..1.0_f64, depth in 1..7_usize) {
        let g = squared_gap(alpha);
        let (mut s, mut d) = (vec![cosine], Vec::new());
        for l in 0..depth {
            let r: f64 = s[l];
            let bent = FRAC_2_PI * ((1.0 - r * r).sqrt() + r * r.asin());
            s.push((1.0 - g / 2.0) * r + g / 2.0 * bent);
            d.push((1.0 - g / 2.0) + g / 2.0 * FRAC_2_PI * r.asin());
        }
        let product = |l: usize| d[l..].iter().product::<f64>();
        let sum: f64 = (0..depth).map(|l| s[l] * product(l)).sum();
        let entry = TangentKernel::new(alpha, depth).unwrap().entry(cosine, 1.0);
        prop_assert!((entry.tangent - 0.5 * sum).abs() < 1e-12);
        prop_assert!((entry.covariance - s[depth]).abs() < 1e-12);
    }

    #[test]
    fn alpha_and_its_inverse_are_equivalent(alpha in 0.01..20.0_f64, cosine in -1.0..1.0_f64, depth in 1..6_usize) {
        for alpha in [alpha, -alpha] {
            let one = TangentKernel::new(alpha, depth).unwrap().entry(cosine, 1.0);
            let other = TangentKernel::new(1.0 / alpha, depth).unwrap().entry(cosine, 1.0);
            prop_assert!((one.tangent - other.tangent).abs() < 1e-12 * depth as f64);
            prop_assert!((one.covariance - other.covariance).abs() < 1e-12);
        }
    }

    /// The absolute value makes an even network.
    #[test]
    fn opposite_inputs_are_alike_for_the_absolute_value(cosine in -1.0..1.0_f64, depth in 1..6_usize) {
        let kernel = TangentKernel::new(-1.0, depth).unwrap();
        let (one, other) = (kernel.entry(cosine, 1.0), kernel.entry(-cosine, 1.0));
        prop_assert!((one.tangent - other.tangent).abs() < 1e-12 * depth as f64);
        prop_assert!((one.covariance - other.covariance).abs() < 1e-12);
    }

    /// A linear network: every layer preserves the inner product.
    #[test]
    fn without_a_jump_the_kernel_is_linear(cosine in -1.0..1.0_f64, depth in 1..6_usize) {
        let entry = TangentKernel::new(1.0, depth).unwrap().entry(2.0 * cosine, 2.0);
        prop_assert!((entry.tangent - 0.5 * depth as f64 * 2.0 * cosine).abs() < 1e-12 * depth as f64);
        prop_assert!((entry.covariance - 2.0 * cosine).abs() < 1e-12);
    }
}

#[test]
fn the_diagonal_is_exact() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let x = points(6, 4, InputMap::Raw, &mut rng);
    let [tangent, covariance] = TangentKernel::new(-0.5, 4).unwrap().square(&x);
    for (i, norm) in x.norms().into_iter().enumerate() {
        assert!((tangent[(i, i)] - 2.0 * norm * norm).abs() < 1e-12);
        assert!((covariance[(i, i)] - norm * norm).abs() < 1e-12);
    }
}

#[test]
fn wrong_settings_and_zero_inputs() {
    let message = |alpha, depth| TangentKernel::new(alpha, depth).unwrap_err().to_string();
    assert!(message(f64::NAN, 1).starts_with("alpha = NaN"));
    assert!(message(-1.0, 0).starts_with("depth = 0"));
    let zero = TangentKernel::new(-1.0, 3).unwrap().entry(0.0, 0.0);
    assert_eq!((zero.tangent, zero.covariance), (0.0, 0.0));
}

use proptest::prelude::*;

use super::*;

const SETTING: Setting = Setting {
    samples: 1000,
    separation: 0.05,
    outputs: 1,
    width: 5000,
    depth: 5,
};

fn bound(alpha: f64, optimizer: Optimizer) -> Bound {
    Bound::new(SETTING, alpha, optimizer, Constants::default()).unwrap()
}

fn close(found: f64, expected: f64, relative: f64) -> bool {
    (found - expected).abs() <= relative * expected.abs()
}

#[test]
fn the_gap_matches_the_published_values() {
    let values = [
        (-10.0, 1.198020),
        (-2.0, 1.8),
        (-1.0, 2.0),
        (-0.5, 1.8),
        (0.0, 1.0),
        (0.01, 0.980002),
        (0.05, 0.900249),
        (0.5, 0.2),
        (1.0, 0.0),
    ];
    for (alpha, expected) in values {
        assert!((squared_gap(alpha) - expected).abs() < 5e-7, "{alpha}");
        assert!((derivative_gap(alpha).powi(2) - squared_gap(alpha)).abs() < 1e-14);
    }
    assert_eq!(squared_gap(f64::NEG_INFINITY), 1.0);
    assert_eq!(squared_gap(-1e300), 1.0);
    assert_eq!(
        [f64::INFINITY, f64::NEG_INFINITY].map(derivative_gap),
        [-1.0, 1.0]
    );
    assert!(squared_gap(f64::NAN).is_nan() && derivative_gap(f64::NAN).is_nan());
}

/// Figure 2.2's shape: rates, and the steps to a loss 100 times smaller.
#[test]
fn calibrated_rates_match_the_table() {
    let table = [
        (-10.0, [0.998287, 0.999357], [2686.0, 7156.0]),
        (-2.0, [0.997426, 0.999033], [1787.0, 4762.0]),
        (-0.5, [0.997426, 0.999033], [1787.0, 4762.0]),
        (-1.0, [0.997140, 0.998926], [1608.0, 4286.0]),
        (0.0, [0.998570, 0.999463], [3218.0, 8573.0]),
        (0.01, [0.998599, 0.999474], [3284.0, 8748.0]),
        (0.05, [0.998713, 0.999517], [3575.0, 9524.0]),
        (0.5, [0.999714, 0.999893], [16100.0, 42876.0]),
    ];
    for (at, constant, shrink) in [(0, 0.00143, 1.0), (1, 0.000537, 0.5)] {
        let relu = Rate::from_decrease(constant / shrink).unwrap();
        let calibrated = CalibratedRate::from_run(0.0, relu, shrink).unwrap();
        assert!(close(calibrated.constant(), constant, 1e-12));
        for (alpha, gamma, steps) in table {
            let rate = calibrated.rate(alpha).unwrap();
            assert!((rate.gamma() - gamma[at]).abs() < 6e-7, "{alpha}");
            assert!(
                (rate.steps_to_divide_by(100.0) - steps[at]).abs() < 1.0,
                "{alpha}"
            );
        }
    }
}

#[test]
fn the_rate_of_a_run_is_recovered() {
    let rate = Rate::from_decrease(0.0025).unwrap();
    let loss = |steps: u64| 3.0 * rate.remaining(steps as f64);
    let observed = Rate::observed((100, loss(100)), (1000, loss(1000))).unwrap();
    assert!(close(observed.decrease(), 0.0025, 1e-10));
    // The rate of any slope determines the same constant.
    let from = |alpha: f64| {
        let run = Rate::from_decrease(0.001 * squared_gap(alpha)).unwrap();
        CalibratedRate::from_run(alpha, run, 1.0)
            .unwrap()
            .constant()
    };
    assert!(close(from(-2.0), 0.001, 1e-12) && close(from(0.05), 0.001, 1e-12));
}

/// At the largest step, width and outputs cancel: T is about n² L² / (g δ) ln(L₀/ε).
#[test]
fn steps_at_the_largest_step() {
    for (width, outputs) in [(5000, 1), (100, 10)] {
        let setting = Setting {
            width,
            outputs,
            ..SETTING
        };
        let bound = Bound::new(setting, -1.0, Optimizer::Gd, Constants::default()).unwrap();
        let target = bound.initial_loss() / 100.0;
        let steps = bound.steps_to(target, bound.largest_step()).unwrap();
        let expected = 1e6 * 25.0 / (2.0 * 0.05) * 100f64.ln();
        assert!(close(steps, expected, 1e-6), "{steps}, not {expected}");
        let earlier = bound.earlier_steps_to(target, bound.largest_step());
        assert!(close(earlier.unwrap(), 5.0 * steps, 1e-12));
    }
}

#[test]
fn stochastic_steps() {
    let sgd = bound(-2.0, Optimizer::Sgd { batch: 64 });
    let gd = bound(-2.0, Optimizer::Gd);
    let step = sgd.largest_step();
    let share = sgd.rate(step).unwrap().decrease() / gd.rate(step).unwrap().decrease();
    assert!(close(share, 0.064, 1e-12));
    assert!(close(
        step,
        0.05 / (5000.0 * 125e9 * 5000f64.ln().powi(2)),
        1e-12
    ));
    let start = 1e15 * 25.0 * 5000f64.ln().powi(2) / (64.0 * 0.0025 * 1.8 * 1.8);
    assert!(close(sgd.holds_from(), start, 1e-12));
    assert_eq!(gd.holds_from(), 0.0);
    // An easy target is not reached before the bound holds.
    let easy = sgd.initial_loss();
    assert_eq!(sgd.steps_to(easy, step).unwrap(), sgd.holds_from());
    assert!(close(
        sgd.epochs_to(easy, step).unwrap(),
        sgd.holds_from() * 0.064,
        1e-12
    ));
}

/// The condition itself, at the answer and just below it.
#[test]
fn the_width_solves_its_condition() {
    let small = Setting {
        samples: 3,
        separation: 0.5,
        depth: 1,
        ..SETTING
    };
    for (setting, optimizer) in [
        (SETTING, Optimizer::Gd),
        (SETTING, Optimizer::Sgd { batch: 64 }),
        (small, Optimizer::Gd),
        (small, Optimizer::Sgd { batch: 2 }),
    ] {
        let bound = Bound::new(setting, -0.5, optimizer, Constants::default()).unwrap();
        let width = bound.required_width(1e-3).unwrap();
        let [n, delta, _, _, l] = setting.numbers();
        let needed = match optimizer {
            Optimizer::Gd => n.powi(5) * l.powi(15) / (1.8 * delta.powi(4)),
            Optimizer::Sgd { batch } => {
                n.powi(8) * l.powi(15) / (1.8f64.powi(4) * batch as f64 * delta.powi(5))
            }
        };
        let side = |m: f64| m / m.ln().powi(4);
        assert!(side(width * 1.000001) > needed && side(width * 0.999999) < needed);
    }
}

#[test]
fn widths_of_easy_and_unreachable_targets() {
    let easy = Setting {
        samples: 1,
        separation: 1.9,
        depth: 1,
        ..SETTING
    };
    let width = |setting, alpha, width: f64| {
        let constants = Constants {
            width,
            ..Constants::default()
        };
        let bound = Bound::new(setting, alpha, Optimizer::Gd, constants).unwrap();
        bound.required_width(1e-3).unwrap()
    };
    assert!(close(width(easy, -1.0, 1.0), 4f64.exp(), 1e-12));
    assert_eq!(width(SETTING, 1.0, 1.0), f64::INFINITY);
    assert!(width(SETTING, -1.0, 1e-9) < width(SETTING, -1.0, 1.0));
}

/// Brute force over every t.
#[test]
fn the_best_time_has_the_smallest_bound() {
    let setting = Setting {
        samples: 20,
        separation: 0.9,
        depth: 2,
        ..SETTING
    };
    for (alpha, initial) in [(-1.0, 1e4), (0.0, 1e3), (0.5, 1e2), (-1.0, 1e-3)] {
        let bound =
            Generalization::new(setting, alpha, initial, GeneralizationConstants::default())
                .unwrap();
        let brute = (0..20_000)
            .min_by(|&a, &b| bound.after(a).total().total_cmp(&bound.after(b).total()))
            .unwrap();
        assert_eq!(
            bound.best_time(),
            brute,
            "alpha {alpha}, initial loss {initial}"
        );
    }
}

/// The perturbation grows with g, so the absolute value is not best late in training.
#[test]
fn the_best_slope_for_new_data_changes_with_time() {
    let setting = Setting {
        samples: 20,
        separation: 0.9,
        depth: 2,
        ..SETTING
    };
    let total = |alpha, t| {
        let constants = GeneralizationConstants::default();
        let bound = Generalization::new(setting, alpha, 1e4, constants).unwrap();
        bound.after(t).total()
    };
    assert!(total(-1.0, 50) < total(0.0, 50));
    assert!(total(-1.0, 20_000) > total(0.0, 20_000));
}

proptest! {
    /// Corollary 2.1.
    #[test]
    fn the_absolute_value_has_the_best_training_bound(alpha in -100.0..0.999_f64, sgd: bool) {
        let optimizer = if sgd { Optimizer::Sgd { batch: 32 } } else { Optimizer::Gd };
        let (best, other) = (bound(-1.0, optimizer), bound(alpha, optimizer));
        let step = best.largest_step();
        prop_assert_eq!(step, other.largest_step());
        prop_assert!(best.rate(step).unwrap() >= other.rate(step).unwrap());
        prop_assert!(best.required_width(0.1).unwrap() <= other.required_width(0.1).unwrap());
        prop_assert!(best.holds_from() <= other.holds_from());
        prop_assert!(best.steps_to(0.1, step).unwrap() <= other.steps_to(0.1, step).unwrap());
    }

    /// The rest of the corollary: faster toward −1, from both sides.
    #[test]
    fn the_gap_is_monotone_and_symmetric(a in -50.0..1.0_f64, b in -50.0..1.0_f64) {
        let (low, high) = (a.min(b), a.max(b));
        prop_assume!(high - low > 1e-6);
        if high <= -1.0 {
            prop_assert!(squared_gap(low) < squared_gap(high));
        }
        if low >= -1.0 {
            prop_assert!(squared_gap(low) > squared_gap(high));
        }
        prop_assume!(a.abs() > 1e-3);
        prop_assert!((squared_gap(a) - squared_gap(1.0 / a)).abs() < 1e-12);
    }

    #[test]
    fn losses_of_a_rate_are_observed(decrease in 1e-12..0.9_f64, start in 0..1000_u64, more in 1..1000_u64) {
        let rate = Rate::from_decrease(decrease).unwrap();
        let loss = |steps: u64| rate.remaining(steps as f64);
        prop_assume!(loss(start + more) > 1e-300 && loss(start + more) < loss(start) * (1.0 - 1e-6));
        let observed = Rate::observed((start, loss(start)), (start + more, loss(start + more)));
        prop_assert!(close(observed.unwrap().decrease(), decrease, 1e-6));
    }
}

#[test]
fn errors_name_the_problem() {
    let with = |change: fn(&mut Setting)| {
        let mut setting = SETTING;
        change(&mut setting);
        let bound = Bound::new(setting, -1.0, Optimizer::Gd, Constants::default());
        bound.unwrap_err().to_string()
    };
    assert_eq!(
        with(|s| s.samples = 0),
        "samples = 0 is out of range: at least 1"
    );
    assert!(with(|s| s.width = 1).starts_with("width"));
    assert!(with(|s| s.separation = 0.0).contains("drop or merge inputs"));
    let new = |alpha, optimizer, constants| {
        let error = Bound::new(SETTING, alpha, optimizer, constants).unwrap_err();
        error.to_string()
    };
    assert!(new(f64::NAN, Optimizer::Gd, Constants::default()).starts_with("alpha = NaN"));
    let batch = |batch| new(0.0, Optimizer::Sgd { batch }, Constants::default());
    assert!(batch(0).starts_with("batch = 0"));
    assert!(batch(1001).starts_with("a batch of 1001 from 1000 samples"));
    let constants = Constants {
        rate: -1.0,
        ..Constants::default()
    };
    assert!(new(0.0, Optimizer::Gd, constants).starts_with("the constant of the rate = -1"));
    let gd = bound(-1.0, Optimizer::Gd);
    assert!(gd.rate(0.0).is_err() && gd.rate(f64::NAN).is_err());
    let beyond = gd.rate(1e3).unwrap_err().to_string();
    assert!(beyond.contains("choose a smaller step"), "{beyond}");
    assert!(gd.steps_to(0.0, 1e-6).is_err() && gd.required_width(-1.0).is_err());
    for (first, last) in [
        ((1, 1.0), (2, 1.0)),
        ((2, 1.0), (1, 0.5)),
        ((1, f64::NAN), (2, 1.0)),
    ] {
        assert!(matches!(
            Rate::observed(first, last),
            Err(OverparamError::NoRate { .. })
        ));
    }
    let rate = Rate::from_decrease(0.1).unwrap();
    let linear = CalibratedRate::from_run(1.0, rate, 1.0).unwrap_err();
    assert!(linear.to_string().contains("calibrates nothing"));
    assert!(
        bound(1.0, Optimizer::Gd)
            .steps_to(1.0, 1e-6)
            .unwrap()
            .is_infinite()
    );
}

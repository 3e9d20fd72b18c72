//! Strong externalities: invalid benchmarks must have warnings.

use crate::pricing::{
    equilibrium::{Warning, collusion, competition, joint_maximum, monopoly},
    market::Market,
};

fn within(phi: f64) -> Market {
    Market::builder(2, 1).externality(&[[phi]]).build().unwrap()
}

#[test]
fn an_uneven_market_that_earns_more_causes_a_warning() {
    // Share shifting pays if 2 Phi > theta / n.
    let market = within(0.5);
    let symmetric = collusion(&market).unwrap();
    let share = symmetric.outcome.participation[(0, 0)];
    assert!(2.0 * 0.5 > 0.25 / share);
    assert!(!symmetric.second_order.holds());
    let best = joint_maximum(&market).unwrap();
    assert!(best.second_order.holds());
    let warned = symmetric.warnings.iter().find_map(|warning| match warning {
        Warning::AsymmetricEarnsMore {
            symmetric, best, ..
        } => Some((*symmetric, *best)),
        _ => None,
    });
    let (even, uneven) = warned.unwrap();
    assert_eq!(
        (even, uneven),
        (
            symmetric.outcome.joint_profit(),
            best.outcome.joint_profit()
        )
    );
    assert!(uneven > even + 1e-3);
    let shares = &best.outcome.participation;
    assert!((shares[(0, 0)] - shares[(1, 0)]).abs() > 0.1);
}

#[test]
fn weak_externalities_give_no_warning() {
    let market = within(0.1);
    let (joint, best) = (collusion(&market).unwrap(), joint_maximum(&market).unwrap());
    assert!(joint.warnings.is_empty(), "{:?}", joint.warnings);
    assert!(joint.outcome.prices.distance(&best.outcome.prices) < 1e-8);
}

#[test]
fn several_participations_at_a_benchmark_cause_a_warning() {
    // At the price that serves nearly everyone, nobody joins if nobody is expected to join.
    let market = Market::builder(1, 1).externality(&[[3.0]]).build().unwrap();
    let found = monopoly(&market, 0).unwrap();
    assert!(found.outcome.participation[(0, 0)] > 0.9 && !found.is_sound());
    let several = |warning: &Warning| matches!(warning, Warning::SeveralFixedPoints { found: 3 });
    assert!(found.warnings.iter().any(several), "{:?}", found.warnings);
    let other =
        |warning: &Warning| matches!(warning, Warning::NotSelected { distance } if *distance > 0.9);
    assert!(found.warnings.iter().any(other), "{:?}", found.warnings);
}

#[test]
fn competition_that_tips_is_an_error_or_has_a_warning() {
    for phi in [0.8, 1.2, 2.0, 4.0] {
        match competition(&within(phi)) {
            Ok(found) => assert!(!found.is_sound(), "{phi}: {found:?}"),
            Err(error) => assert!(error.to_string().contains("not found"), "{error}"),
        }
    }
}

#[test]
fn warnings_are_one_line_each() {
    let found = collusion(&within(1.2)).unwrap();
    assert!(found.warnings.len() > 1);
    for warning in &found.warnings {
        let text = warning.to_string();
        assert!(text.len() > 20 && !text.contains('\n'), "{text}");
    }
}

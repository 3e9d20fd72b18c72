//! Values from the literature and from independent solvers.

use crate::pricing::{
    equilibrium::{Equilibrium, collusion, competition, monopoly},
    market::Market,
};

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

/// Prices, participation and profit of platform 0 on side 0, at a symmetric benchmark without
/// warnings.
fn symmetric(found: &Equilibrium) -> [f64; 3] {
    assert!(
        found.residual < 1e-9 && found.second_order.holds(),
        "{found:?}"
    );
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let outcome = &found.outcome;
    let first = [
        outcome.prices[(0, 0)],
        outcome.participation[(0, 0)],
        outcome.profits[0],
    ];
    for platform in 0..outcome.prices.platforms() {
        assert_close(outcome.profits[platform], first[2], 1e-10);
        assert!(
            outcome
                .prices
                .platform(platform)
                .iter()
                .all(|p| (p - first[0]).abs() < 1e-9)
        );
    }
    first
}

fn assert_each(found: [f64; 3], expected: [f64; 3]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert_close(found, expected, 1e-6);
    }
}

#[test]
fn one_sided_benchmarks_match_calvano_et_al() {
    let market = Market::symmetric(2, 1).unwrap();
    let (nash, joint) = (competition(&market).unwrap(), collusion(&market).unwrap());
    assert_each(symmetric(&nash), [1.472927, 0.471377, 0.222927]);
    assert_each(symmetric(&joint), [1.924981, 0.364862, 0.337490]);
    for (platforms, nash, joint) in [(3, 1.370163, 2.000000), (4, 1.331461, 2.054411)] {
        let market = Market::symmetric(platforms, 1).unwrap();
        assert_close(symmetric(&competition(&market).unwrap())[0], nash, 1e-6);
        assert_close(symmetric(&collusion(&market).unwrap())[0], joint, 1e-6);
    }
}

#[test]
#[allow(clippy::approx_constant)] // A price near the square root of 2.
fn cost_asymmetry_matches_calvano_et_al() {
    for (cost, nash, joint, share) in [
        (0.875, [1.44135, 1.39588], [1.97674, 1.85174], 0.545),
        (0.75, [1.41420, 1.32539], [2.04051, 1.79051], 0.588),
        (0.625, [1.39133, 1.26145], [2.11503, 1.74003], 0.627),
        (0.5, [1.37233, 1.20377], [2.19840, 1.69840], 0.662),
        (0.25, [1.34369, 1.10519], [2.38411, 1.63411], 0.722),
    ] {
        let market = Market::builder(2, 1).cost([[1.0], [cost]]).build().unwrap();
        let competitive = competition(&market).unwrap();
        let collusive = collusion(&market).unwrap();
        for platform in 0..2 {
            assert_close(
                competitive.outcome.prices[(platform, 0)],
                nash[platform],
                6e-6,
            );
            assert_close(
                collusive.outcome.prices[(platform, 0)],
                joint[platform],
                6e-6,
            );
        }
        let shares = &competitive.outcome.participation;
        assert_close(
            shares[(1, 0)] / (shares[(0, 0)] + shares[(1, 0)]),
            share,
            5e-4,
        );
        for found in [competitive, collusive] {
            assert!(
                found.warnings.is_empty() && found.second_order.holds(),
                "{found:?}"
            );
        }
    }
}

#[test]
fn sides_without_externalities_are_one_sided_markets() {
    let market = Market::symmetric(2, 2).unwrap();
    let (nash, joint) = (competition(&market).unwrap(), collusion(&market).unwrap());
    assert_each(symmetric(&nash), [1.472927, 0.471377, 0.445853]);
    assert_each(symmetric(&joint), [1.924981, 0.364862, 0.674981]);
}

#[test]
fn cross_externalities_lower_competitive_and_raise_collusive_prices() {
    for (phi, nash, joint) in [
        (
            0.10,
            [1.392343, 0.482500, 0.378611],
            [1.942666, 0.372437, 0.702167],
        ),
        (
            0.20,
            [1.300321, 0.489921, 0.294267],
            [1.962168, 0.379586, 0.730451],
        ),
    ] {
        let market = Market::builder(2, 2)
            .cross_externality(phi)
            .build()
            .unwrap();
        assert_each(symmetric(&competition(&market).unwrap()), nash);
        assert_each(symmetric(&collusion(&market).unwrap()), joint);
    }
}

#[test]
fn with_one_platform_monopoly_equals_collusion_and_competition() {
    let market = Market::builder(2, 2)
        .cost([[1.0, 1.0], [1.0, 0.5]])
        .cross_externality(0.2);
    let market = market.build().unwrap();
    let alone = market.only(1).unwrap();
    let found = monopoly(&market, 1).unwrap().outcome;
    assert!(
        found
            .prices
            .distance(&competition(&alone).unwrap().outcome.prices)
            < 1e-8
    );
    assert!(
        found
            .prices
            .distance(&collusion(&alone).unwrap().outcome.prices)
            < 1e-8
    );
    // Less variety than with two colluding platforms.
    assert!(found.joint_profit() < collusion(&market).unwrap().outcome.joint_profit());
}
